"""Connections that lead to one company: recognised, and each sale booked once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction

from stockbridge.companies.models import Company
from stockbridge.connectors import registry
from stockbridge.domain.same_company import (
    CompanyFile,
    HandsOn,
    hands_on_to,
    is_said,
    is_same_place,
    is_twin,
)
from stockbridge.engine.models import Bridge, Connection, DeskAccess
from stockbridge.ports import COMPANY_FILE, COMPANY_NAME, HANDS_ON_TO, Connector


@dataclass(frozen=True, slots=True)
class Handing:
    """Books that hand sales on by themselves, and those that may get them."""

    giver: Connection
    taker: Connection

    @property
    def sign(self) -> str:
        """What the giver says of where its sales go; "" before it said anything."""
        return str(self.giver.facts.get(HANDS_ON_TO, ""))

    @property
    def standing(self) -> HandsOn:
        """Whether the giver's sales come to the taker's company file."""
        return hands_on_to(self.sign, file_in(self.taker.facts))

    @property
    def is_separate(self) -> bool:
        """Whether a person said that both are separate companies."""
        return said_separate(self.giver, self.taker, self.sign)

    @property
    def is_one_company(self) -> bool:
        """Whether a sale that is booked in both is there twice."""
        return self.standing is HandsOn.YES and not self.is_separate


def handing(one: Connection, other: Connection) -> Handing | None:
    """Return which of two books hands sales on to the other's kind; None: neither."""
    for giver, taker in ((one, other), (other, one)):
        if _taking_kind(giver) == taker.connector:
            return Handing(giver, taker)
    return None


def handings_of(books: Connection) -> Iterator[Handing]:
    """Give all of the company's books that hand sales on to these, or get them."""
    others = Connection.objects.filter(company=books.company_id, kind="books")
    for other in others.exclude(pk=books.pk).order_by("pk"):
        found = handing(books, other)
        if found is not None:
            yield found


def said_separate(one: Connection, other: Connection, sign: str) -> bool:
    """Return whether a person said, knowing this sign, that they are two companies."""
    return is_said(one.separate_from, other.uid, sign) or is_said(
        other.separate_from, one.uid, sign
    )


def say_separate(one: Connection, other: Connection, sign: str) -> None:
    """Keep that a person said so."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=one.pk)
        row.separate_from = {**row.separate_from, other.uid: sign}
        row.save(update_fields=["separate_from"])
    one.separate_from = row.separate_from


@dataclass(frozen=True, slots=True)
class Twin:
    """The connection to which a company belongs already."""

    connection: Connection
    is_proven: bool  # by the sign in the company file: no person can know better


def twin_of(connection: Connection, identity: str, file: CompanyFile) -> Twin | None:
    """Return the connection to which this company belongs already.

    Nothing is said of other companies of the installation: they do not see each other.
    A connection that has worked with this company keeps it, unless a store is joined
    to both: then the older one does.
    """
    accesses = DeskAccess.objects.filter(
        connection__company=connection.company_id,
        connection__connector=connection.connector,
    ).exclude(pk=connection.pk)
    mine = DeskAccess.objects.filter(pk=connection.pk).values_list(
        "company_identity", flat=True
    )
    has_worked = mine.first() == identity
    for access in accesses.select_related("connection").order_by("pk"):
        other = access.connection
        is_known = is_twin(identity, access.company_identity, access.file_id)
        if not (is_known or is_same_place(file, file_in(other.facts))):
            continue
        if said_separate(connection, other, identity):
            continue
        if not has_worked or (other.pk < connection.pk and _share(connection, other)):
            return Twin(other, is_known and not may_have_namesakes(connection))
    return None


def claim_company(
    connection: Connection, identity: str, file: CompanyFile
) -> Twin | None:
    """Let the connection belong to this company, or return whose it is already."""
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=connection.company_id)
        twin = twin_of(connection, identity, file)
        if twin is None:
            DeskAccess.objects.filter(pk=connection.pk).update(
                company_identity=identity
            )
    return twin


def file_in(facts: Mapping[str, object]) -> CompanyFile:
    """Return the company file that a connection's facts tell of."""
    path, name = facts.get(COMPANY_FILE, ""), facts.get(COMPANY_NAME, "")
    return CompanyFile(str(path), str(name))


def may_have_namesakes(connection: Connection) -> bool:
    """Return whether two companies may look alike to these books."""
    connector = _connector(connection)
    return connector is not None and connector.has_namesakes


def _taking_kind(books: Connection) -> str:
    connector = _connector(books)
    return connector.hands_on_to if connector is not None else ""


def _connector(books: Connection) -> Connector | None:
    """Return the connector; None where its folder was removed."""
    known = {one.slug: one for one in registry.books()}
    return known.get(books.connector)


def _share(one: Connection, other: Connection) -> bool:
    stores = Bridge.objects.filter(books=one).values("store")
    return Bridge.objects.filter(books=other, store__in=stores).exists()
