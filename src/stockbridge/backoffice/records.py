"""Partners and items created for others, once per key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from stockbridge.backoffice.items import create_item
from stockbridge.backoffice.ledger import lock_books, next_number, next_seq
from stockbridge.backoffice.models import Item, Partner, RecordKey
from stockbridge.backoffice.partners import SERIES, set_fields
from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import add_rows, insert_rows, update_rows


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """A partner or an item to create, under a key that never makes a second one."""

    key: str
    fields: Mapping[str, Any]
    lookup_codes: tuple[str, ...] = ()


def create_partners(
    company: Company, drafts: Sequence[RecordDraft], *, at: datetime
) -> dict[str, Partner]:
    """Create partners in one go; return them by key, with those that were there.

    Raises InvalidInputError, and creates none, when one of them is not right.
    """
    with transaction.atomic():
        ledger = lock_books(company)
        found = _known(company, drafts)
        made: dict[str, Partner] = {}
        for draft in drafts:
            if draft.key in found or draft.key in made:
                continue
            partner = Partner(company=company, created_at=at, changed_at=at)
            set_fields(partner, draft.fields)
            partner.number = next_number(ledger, SERIES)
            partner.seq = next_seq(ledger)
            made[draft.key] = partner
        add_rows(made.values())
        insert_rows(
            RecordKey(company=company, key=key, partner=partner)
            for key, partner in made.items()
        )
        update_rows([ledger], ["change_seq", "numbers"])
    return found | made


def create_item_once(company: Company, draft: RecordDraft, *, at: datetime) -> Item:
    """Create an item, or return the one that was created under this key."""
    with transaction.atomic():
        lock_books(company)
        row = RecordKey.objects.filter(company=company, key=draft.key).first()
        if row and row.item:
            return row.item
        item = create_item(
            company, draft.fields, lookup_codes=draft.lookup_codes, at=at
        )
        RecordKey.objects.create(company=company, key=draft.key, item=item)
    return item


def keep_key(company: Company, key: str, record: Item | Partner) -> bool:
    """Remember that a change of a record was made; False: it was made before."""
    name = "item" if isinstance(record, Item) else "partner"
    _, is_new = RecordKey.objects.get_or_create(
        company=company, key=key, defaults={name: record}
    )
    return is_new


def _known(company: Company, drafts: Sequence[RecordDraft]) -> dict[str, Partner]:
    rows = _keyed(company.pk, [draft.key for draft in drafts])
    return {
        row.key: row.partner.merged_into or row.partner for row in rows if row.partner
    }


@prepared
def _keyed(company_id: int, keys: Sequence[str]) -> QuerySet[RecordKey]:
    rows = RecordKey.objects.filter(company=company_id, key__in=keys)
    return rows.select_related("partner__merged_into")
