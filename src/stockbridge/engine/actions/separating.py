"""What a person says of two connections: that they lead to two companies."""

from django.db import transaction

from stockbridge.domain.errors import ActionNeededError, ConflictError
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.desk.company import TWIN
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import Bridge, Connection, DeskAccess, Issue
from stockbridge.engine.same_company import (
    handing,
    may_have_namesakes,
    said_separate,
    say_separate,
)


def twin_asked_about(connection: Connection) -> Connection | None:
    """Return the connection that seems to lead to the same company, if one asks."""
    issue = _question(connection)
    if issue is None or not issue.details.get("may_differ"):
        return None
    return _other(connection, issue)


def say_it_is_another(connection: Connection, act: Act) -> None:
    """Keep that its company only looks like another's; its next visit goes on.

    Raises ActionNeededError where nothing asks, ConflictError where the company file
    itself proves that it is the same.
    """
    issue = _question(connection)
    other = _other(connection, issue) if issue is not None else None
    if issue is None or other is None:
        raise ActionNeededError(
            "No other connection seems to lead to this company.",
            remedy="Let the Web Connector run again; there is nothing to confirm.",
        )
    if not issue.details.get("may_differ"):
        raise ConflictError(
            f"The company file is signed: it is the one of {other.name}.",
            remedy=f"Join your stores to {other.name} instead.",
        )
    with transaction.atomic():
        say_separate(connection, other, str(issue.details.get("identity", "")))
        resolve_issues(
            connection.company,
            now=act.now,
            code=TWIN,
            connection=connection,
            by=act.by,
        )
        act.note(
            connection,
            f"{connection.name} and {other.name} were said to be two companies.",
        )


class SameCompanyError(ConflictError):
    """A store would be joined to two books of one company.

    `is_asked`: only a person can know, and may say that they are separate.
    """

    def __init__(self, message: str, *, remedy: str, is_asked: bool) -> None:
        super().__init__(message, remedy=remedy, code="same_company")
        self.is_asked = is_asked


def refuse_second(
    store: Connection, books: Connection, act: Act, *, are_separate: bool
) -> None:
    """Raise SameCompanyError where a sale would be in one company twice.

    What a person says of books that may be of one company is kept.
    """
    for bridge in Bridge.objects.filter(store=store).select_related("books"):
        other = bridge.books
        if other.pk == books.pk:
            return  # they are joined already
        if _gave_up(bridge, books):
            continue
        sign = _doubtful_sign(store, books, other)
        if sign is None:
            continue
        if not are_separate:
            raise _question_about(store, books, other)
        say_separate(books, other, sign)
        act.note(books, f"{books.name} and {other.name} were said to be two companies.")


def _gave_up(bridge: Bridge, books: Connection) -> bool:
    """Let a bridge that was used and is switched off leave its sales to the new books.

    Only where both are of one company. What it has booked stays there, also when it is
    switched on again.
    """
    found = handing(books, bridge.books)
    is_over = found is not None and found.is_one_company
    is_over = is_over and bridge.activated_at is not None and not bridge.is_enabled
    if is_over:
        elsewhere = Bridge.Sales.ELSEWHERE
        Bridge.objects.filter(pk=bridge.pk).update(sales=elsewhere)
    return is_over


def _doubtful_sign(
    store: Connection, books: Connection, other: Connection
) -> str | None:
    """Return what is known where only a person can tell; None where nothing is open."""
    found = handing(books, other)
    if found is not None and found.is_one_company:
        raise SameCompanyError(
            f"{found.giver.name} hands its sales on to {found.sign} by itself, and "
            f"that is the company of {found.taker.name}. Joined to both, "
            f"{store.name} would have each sale there twice.",
            remedy=f"Leave {store.name} joined to {other.name} alone.",
            is_asked=False,
        )
    if found is not None:
        return None if found.is_separate else found.sign
    identity = _shared_identity(books, other)
    if not identity or said_separate(books, other, identity):
        return None
    if not may_have_namesakes(books):
        raise SameCompanyError(
            f"{other.name} leads to the same company as {books.name}. Joined to both, "
            f"{store.name} would have each sale there twice.",
            remedy=f"Leave {store.name} joined to {other.name} alone.",
            is_asked=False,
        )
    return identity


def _shared_identity(one: Connection, other: Connection) -> str:
    if one.connector != other.connector:
        return ""
    known = DeskAccess.objects.filter(connection__in=[one, other]).values_list(
        "company_identity", flat=True
    )
    return known[0] if len(known) == 2 and len(set(known)) == 1 else ""


def _question_about(
    store: Connection, books: Connection, other: Connection
) -> SameCompanyError:
    found = handing(books, other)
    if found is None:
        message = f"{books.name} and {other.name} seem to lead to the same company."
    elif found.sign:
        message = (
            f"{found.giver.name} hands its sales on to {found.sign}. Is that another "
            f"company than the one of {found.taker.name}?"
        )
    else:
        message = (
            f"Does {found.giver.name} pass its sales on to the company file of "
            f"{found.taker.name}?"
        )
    return SameCompanyError(
        f"{message} If it does, each sale of {store.name} would be there twice.",
        remedy=f"If they are of one company, leave {store.name} joined to {other.name} "
        "alone. If they are separate companies, say so and join it.",
        is_asked=True,
    )


def _question(connection: Connection) -> Issue | None:
    return Issue.objects.filter(
        connection=connection, code=TWIN, resolved_at=None
    ).first()


def _other(connection: Connection, issue: Issue) -> Connection | None:
    return Connection.objects.filter(
        company=connection.company_id, uid=str(issue.details.get("twin", ""))
    ).first()
