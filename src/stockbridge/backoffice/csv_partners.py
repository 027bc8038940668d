"""Partners from and to CSV. A row is found by its number, else by its e-mail."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from stockbridge.backoffice.csv_cells import Cells, Report
from stockbridge.backoffice.csv_text import Cell
from stockbridge.backoffice.ledger import lock_books, next_number, next_seq
from stockbridge.backoffice.models import Ledger, Partner
from stockbridge.backoffice.names import email_key
from stockbridge.backoffice.partners import FIELDS, SERIES, set_fields
from stockbridge.companies.models import Company
from stockbridge.domain.errors import InvalidInputError

_TEXTS = {
    "name": "name",
    "first name": "first_name",
    "last name": "last_name",
    "company": "business_name",
    "e-mail": "email",
    "phone": "phone",
    "note": "note",
}
_FLAGS = {"customer": "is_customer", "vendor": "is_vendor", "active": "is_active"}
_PARTS = ("line1", "line2", "city", "state", "postcode", "country")
_ADDRESSES = ("billing", "shipping")
COLUMNS = (
    "number",
    *_TEXTS,
    *_FLAGS,
    *(f"{kind} {part}" for kind in _ADDRESSES for part in _PARTS),
)
REQUIRED = ("name",)


def export(company: Company) -> Iterator[tuple[Cell, ...]]:
    """Yield all partners, titles first; erased and merged ones have no row."""
    yield COLUMNS
    rows = company.partners.filter(merged_into=None, erased_at=None).order_by("id")
    for partner in rows.iterator(chunk_size=2000):
        yield (
            partner.number,
            *(getattr(partner, name) for name in _TEXTS.values()),
            *(getattr(partner, name) for name in _FLAGS.values()),
            *(
                str(getattr(partner, kind).get(part, ""))
                for kind in _ADDRESSES
                for part in _PARTS
            ),
        )


def load(company: Company, rows: Iterable[Cells], report: Report, at: datetime) -> None:
    """Create and change partners; an error is kept in the report, writes nothing."""
    ledger = lock_books(company)
    live = company.partners.filter(merged_into=None, erased_at=None)
    known: dict[str, Partner] = {}
    for partner in live.order_by("-id"):
        known[partner.number.casefold()] = partner
        if partner.email_key:
            known[partner.email_key] = partner
    created: list[Partner] = []
    updated: dict[int, Partner] = {}
    for cells in rows:
        report.rows += 1
        try:
            partner, is_new = _found(company, cells, known, at)
            before = [getattr(partner, name) for name in sorted(FIELDS)]
            set_fields(partner, _fields(cells, partner))
        except InvalidInputError as error:
            report.refuse(cells.row, error)
            continue
        if is_new:
            created.append(partner)
            report.created += 1
            if partner.email_key:
                known[partner.email_key] = partner
        elif before == [getattr(partner, name) for name in sorted(FIELDS)]:
            report.unchanged += 1
        else:
            report.updated += 1
            if partner.pk is not None:
                updated[partner.pk] = partner
    if not report.errors:
        _save(ledger, created, list(updated.values()), at)


def _save(
    ledger: Ledger, created: list[Partner], updated: list[Partner], at: datetime
) -> None:
    for partner in (*created, *updated):
        partner.number = partner.number or next_number(ledger, SERIES)
        partner.seq, partner.changed_at = next_seq(ledger), at
    Partner.objects.bulk_create(created, batch_size=500)
    Partner.objects.bulk_create(
        updated,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*sorted(FIELDS), "email_key", "phone_key", "seq", "changed_at"],
    )
    ledger.save(update_fields=["change_seq", "numbers"])


def _found(
    company: Company, cells: Cells, known: dict[str, Partner], at: datetime
) -> tuple[Partner, bool]:
    number = cells.text("number", chars_max=40).casefold()
    if number:
        if number not in known:
            raise InvalidInputError(
                "There is no partner of this number.",
                field="number",
                remedy="Leave the cell empty to create one.",
            )
        return known[number], False
    partner = known.get(email_key(cells.text("e-mail", chars_max=254)))
    if partner is not None:
        return partner, False
    return Partner(company=company, created_at=at, changed_at=at), True


def _fields(cells: Cells, partner: Partner) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: cells.text(column, chars_max=5000)
        for column, name in _TEXTS.items()
        if cells.has(column)
    }
    for column, name in _FLAGS.items():
        if cells.has(column):
            fields[name] = cells.yes_no(column)
    for kind in _ADDRESSES:
        given = {p: f"{kind} {p}" for p in _PARTS if cells.has(f"{kind} {p}")}
        address = dict(getattr(partner, kind))
        for part, column in given.items():
            address[part] = cells.text(column, chars_max=200)
        fields[kind] = {part: text for part, text in address.items() if text}
    return fields
