"""Is it the right company? Nothing is written before that is known."""

from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.same_company import CompanyFile
from stockbridge.engine.desk.telling import words
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.models import Connection
from stockbridge.engine.sales_once import watch_sales
from stockbridge.engine.same_company import Twin, claim_company, twin_of
from stockbridge.ports import (
    COMPANY_FILE,
    COMPANY_NAME,
    CompanyChecked,
    Fault,
    Severity,
)

OTHER = "other_company"
UNFIT = "company_unfit"  # too old, or signed by somebody else
TWIN = "same_company"  # another connection leads to it already
UNOPENED = "company_unopened"  # QuickBooks is closed, or busy with a person


def check_company(visit: Visit, found: CompanyChecked) -> None:
    """Remember the company at the first visit; refuse another one from then on.

    Raises ActionNeededError, and then this visit writes nothing.
    """
    access = visit.connection.desk
    if access.company_identity and found.identity != access.company_identity:
        refusal = ActionNeededError(
            "Another company is open in QuickBooks than the one that this connection "
            "belongs to. Nothing was written.",
            remedy="Open the right company and let the Web Connector run again. Was "
            "the company renamed or moved? Then confirm it on the connection's page.",
            code=OTHER,
        )
        _ask(visit, refusal, found.identity)
        raise refusal
    name = str(found.report.facts.get(COMPANY_NAME, ""))
    file = CompanyFile(visit.row.company_path, name)
    twin = twin_of(visit.connection, found.identity, file)
    if twin is not None:
        raise _refused_twin(visit, twin, found.identity)
    for finding in found.report.findings:
        if finding.severity is Severity.ERROR:
            unfit = ActionNeededError(
                finding.message, remedy=finding.remedy, code=UNFIT
            )
            _ask(visit, unfit, found.identity)
            raise unfit
    if not access.company_identity:
        twin = claim_company(visit.connection, found.identity, file)
        if twin is not None:  # it was here in the same moment
            raise _refused_twin(visit, twin, found.identity)
        access.company_identity = found.identity
    for code in (OTHER, UNFIT, UNOPENED, TWIN):
        resolve_issues(
            visit.connection.company,
            now=visit.now,
            code=code,
            connection=visit.connection,
        )
    visit.row.is_checked, visit.row.books_now = True, found.books_now
    visit.save("is_checked", "books_now")
    _remember(visit, found)


def unopened(visit: Visit, fault: Fault) -> ActionNeededError:
    """Ask once for a company that can be opened; return what the user is shown.

    The Web Connector still calls, so nobody would hear of it by its silence. The first
    check that succeeds ends it.
    """
    error = ActionNeededError(
        f"The company could not be opened. {words(fault)}",
        remedy=fault.remedy,
        code=UNOPENED,
    )
    _ask(visit, error, "")
    return error


def _remember(visit: Visit, found: CompanyChecked) -> None:
    """Keep what the check said; the connection works from now on."""
    row = Connection.objects.get(pk=visit.connection.pk)
    row.facts = {**row.facts, **found.report.facts}
    if visit.row.company_path:
        row.facts[COMPANY_FILE] = visit.row.company_path
    row.version = found.report.version[:60] or row.version
    row.last_seen_at = visit.now
    if row.status in (Connection.Status.NEW, Connection.Status.FAILING):
        row.status = Connection.Status.ACTIVE
    row.save(update_fields=["facts", "version", "last_seen_at", "status"])
    visit.connection.facts = row.facts
    watch_sales(row, now=visit.now)


def _refused_twin(visit: Visit, twin: Twin, identity: str) -> ActionNeededError:
    """Return why a company is not served twice, and ask what is to be done."""
    other = twin.connection
    remedy = (
        f"Join your stores to {other.name}: one connection serves several stores. Then "
        "remove this entry from the Web Connector and delete this connection, or pause "
        "it where documents were booked through it."
    )
    if not twin.is_proven:
        remedy += (
            " Are they two companies that only look alike? Then say so on this "
            "connection's Web Connector page."
        )
    refusal = ActionNeededError(
        f"{other.name} leads to this company already; with two connections to it, an "
        "order of one store can be booked twice. Nothing was written.",
        remedy=remedy,
        code=TWIN,
    )
    _ask(visit, refusal, identity, twin=other.uid, may_differ=not twin.is_proven)
    return refusal


def _ask(
    visit: Visit, error: ActionNeededError, identity: str, **details: object
) -> None:
    open_issue(
        IssueDraft(
            company=visit.connection.company,
            connection=visit.connection,
            code=error.code,
            subject_kind="connection",
            subject_id=visit.connection.uid,
            title=_TITLES[error.code].format(visit.connection.name),
            message=error.message,
            remedy=error.remedy,
            details={"identity": identity, **details},
        ),
        now=visit.now,
    )


_TITLES = {
    OTHER: "{}: another company is open",
    UNFIT: "{}: this company cannot be used",
    TWIN: "{}: its company is connected already",
    UNOPENED: "{}: QuickBooks could not open the company",
}
