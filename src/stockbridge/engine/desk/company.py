"""Is it the right company? Nothing is written before that is known."""

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.models import Connection, DeskAccess
from stockbridge.ports import CompanyChecked, Severity

OTHER = "other_company"
UNFIT = "company_unfit"  # too old, or signed by somebody else
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
    for finding in found.report.findings:
        if finding.severity is Severity.ERROR:
            unfit = ActionNeededError(
                finding.message, remedy=finding.remedy, code=UNFIT
            )
            _ask(visit, unfit, found.identity)
            raise unfit
    for code in (OTHER, UNFIT, UNOPENED):
        resolve_issues(
            visit.connection.company,
            now=visit.now,
            code=code,
            connection=visit.connection,
        )
    if not access.company_identity:
        access.company_identity = found.identity
        DeskAccess.objects.filter(pk=access.pk).update(company_identity=found.identity)
    visit.row.is_checked, visit.row.books_now = True, found.books_now
    visit.save("is_checked", "books_now")
    _remember(visit, found)


def tell_unopened(visit: Visit, error: ActionNeededError) -> None:
    """Ask once for a company that can be opened; the first check that succeeds ends it.

    The Web Connector still calls, so nobody would hear of it by its silence.
    """
    _ask(visit, error, "")


def _remember(visit: Visit, found: CompanyChecked) -> None:
    """Keep what the check said; the connection works from now on."""
    row = Connection.objects.get(pk=visit.connection.pk)
    row.facts = {**row.facts, **found.report.facts}
    row.version = found.report.version[:60] or row.version
    row.last_seen_at = visit.now
    if row.status in (Connection.Status.NEW, Connection.Status.FAILING):
        row.status = Connection.Status.ACTIVE
    row.save(update_fields=["facts", "version", "last_seen_at", "status"])
    visit.connection.facts = row.facts


def _ask(visit: Visit, error: ActionNeededError, identity: str) -> None:
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
            details={"identity": identity},
        ),
        now=visit.now,
    )


_TITLES = {
    OTHER: "{}: another company is open",
    UNFIT: "{}: this company cannot be used",
    UNOPENED: "{}: QuickBooks could not open the company",
}
