"""What a person says of two connections: that they lead to two companies."""

from django.db import transaction

from stockbridge.domain.errors import ActionNeededError, ConflictError
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.desk.company import TWIN
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import Connection, Issue
from stockbridge.engine.same_company import may_have_namesakes, say_separate


def twin_asked_about(connection: Connection) -> Connection | None:
    """Return the connection that seems to lead to the same company, if one asks."""
    issue = _question(connection)
    if issue is None or not may_have_namesakes(connection):
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
    if not may_have_namesakes(connection):
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


def _question(connection: Connection) -> Issue | None:
    return Issue.objects.filter(
        connection=connection, code=TWIN, resolved_at=None
    ).first()


def _other(connection: Connection, issue: Issue) -> Connection | None:
    return Connection.objects.filter(
        company=connection.company_id, uid=str(issue.details.get("twin", ""))
    ).first()
