"""The journal from and to CSV: an accountant's export, entries made elsewhere."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from stockbridge.backoffice.csv_cells import Cells, Report
from stockbridge.backoffice.csv_text import Cell
from stockbridge.backoffice.drafts import EntryDraft, EntryLineDraft, Header
from stockbridge.backoffice.journal import lines_between
from stockbridge.backoffice.models import Account
from stockbridge.backoffice.names import code_key
from stockbridge.backoffice.posting import Posted, post_all
from stockbridge.companies.models import Company
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money

COLUMNS = ("entry", "date", "account", "debit", "credit", "memo")
REQUIRED = ("entry", "date", "account")


def export(
    company: Company, first: date | None = None, last: date | None = None
) -> Iterator[tuple[Cell, ...]]:
    """Yield the journal's lines by business date, titles first."""
    yield (
        "entry",
        "date",
        "document",
        "reference",
        "account",
        "account name",
        "debit",
        "credit",
        "currency",
        "partner",
        "memo",
        "posted at",
    )
    for line in lines_between(company, first, last).iterator(chunk_size=2000):
        entry = line.entry
        yield (
            entry.number,
            entry.business_date,
            entry.document.number,
            entry.document.reference,
            line.account.number,
            line.account.name,
            line.debit or None,
            line.credit or None,
            entry.currency,
            line.partner.number if line.partner else "",
            line.memo or entry.memo,
            entry.posted_at.isoformat(),
        )


def load(company: Company, rows: Iterable[Cells], report: Report, at: datetime) -> None:
    """Post entries; one that was imported under its name before stays."""
    accounts: dict[str, Account] = {}
    for account in company.accounts.all():
        accounts[code_key(account.name)] = account
        accounts[code_key(account.number)] = account
    drafts: list[tuple[int, EntryDraft]] = []
    for name, group in groupby(rows, key=lambda cells: cells.values.get("entry", "")):
        cells = list(group)
        report.rows += len(cells)
        draft = _entry(company, name, cells, accounts, report)
        if draft is not None:
            drafts.append((cells[0].row, draft))
    if report.errors:
        return
    results = post_all(company, [draft for _, draft in drafts], at=at)
    for (row, _), result in zip(drafts, results, strict=True):
        if not isinstance(result, Posted):
            error = result.error
            report.refuse(row, InvalidInputError(error.message, field="debit"))
        elif result.is_new:
            report.created += 1
        else:
            report.unchanged += 1


def _entry(
    company: Company,
    name: str,
    rows: list[Cells],
    accounts: dict[str, Account],
    report: Report,
) -> EntryDraft | None:
    lines = []
    for cells in rows:
        try:
            cells.needed("entry", chars_max=100)
            lines.append(_line(company, cells, accounts))
        except InvalidInputError as error:
            report.refuse(cells.row, error)
    try:
        day = rows[0].day("date")
    except InvalidInputError as error:
        report.refuse(rows[0].row, error)
        return None
    header = Header(f"csv-entry:{code_key(name)}", day, name, memo=rows[0].text("memo"))
    return EntryDraft(header, tuple(lines))


def _line(
    company: Company, cells: Cells, accounts: dict[str, Account]
) -> EntryLineDraft:
    account = accounts.get(code_key(cells.needed("account")))
    if account is None:
        raise InvalidInputError("There is no such account.", field="account")
    sides = {}
    for column in ("debit", "credit"):
        amount = cells.number(column)
        if amount is not None:
            sides[column] = Money(amount, company.currency)
    if len(sides) != 1:
        raise InvalidInputError("Either a debit or a credit.", field="debit")
    return EntryLineDraft(
        account.pk, sides.get("debit"), sides.get("credit"), cells.text("memo")
    )
