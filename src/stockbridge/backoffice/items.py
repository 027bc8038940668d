"""Items: created, changed, found by any of their codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects

from stockbridge.backoffice.ledger import lock_books, next_seq
from stockbridge.backoffice.models import Account, Item, ItemKind, LookupCode
from stockbridge.backoffice.names import code_key, upc_digits
from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.companies.statements import Fixed
from stockbridge.domain.errors import ConflictError, InvalidInputError

#: The fields that `create_item` and `change_item` take, besides `lookup_codes`.
FIELDS = frozenset(
    {
        "sku",
        "name",
        "description",
        "upc",
        "kind",
        "price",
        "sale_price",
        "cost",
        "department",
        "attribute",
        "size",
        "is_sold_online",
        "is_active",
        "marker",
        "income_account_id",
        "asset_account_id",
        "cost_account_id",
        "expense_account_id",
        "variance_account_id",
    }
)
_TEXT_CHARS_MAX = {
    "sku": 100,
    "name": 255,
    "department": 100,
    "attribute": 100,
    "size": 100,
}
UPC_CHARS_MAX = 20


@dataclass(frozen=True, slots=True)
class Found:
    """An item, and which of its codes matched."""

    item: Item
    by: str  # sku, upc, lookup_code


def create_item(
    company: Company,
    fields: Mapping[str, Any],
    *,
    lookup_codes: Sequence[str] = (),
    at: datetime,
) -> Item:
    """Create an item; raises InvalidInputError, naming the field."""
    with transaction.atomic():
        ledger = lock_books(company)
        item = Item(company=company, currency=company.currency, created_at=at)
        set_fields(item, fields)
        _check(item)
        item.seq, item.changed_at = next_seq(ledger), at
        item.save()
        _set_codes(item, lookup_codes)
        ledger.save(update_fields=["change_seq"])
    return item


def change_item(
    item: Item,
    fields: Mapping[str, Any],
    *,
    lookup_codes: Sequence[str] | None = None,
    at: datetime,
) -> Item:
    """Change fields of an item; None leaves the lookup codes as they are.

    What changes nothing leaves no trace in the feed of changes.
    """
    with transaction.atomic():
        ledger = lock_books(item.company)
        item = Item.objects.select_related("company").get(pk=item.pk)
        before = _state(item)
        set_fields(item, fields)
        _check(item)
        _refuse_untracking(item, before)
        if lookup_codes is not None:
            _set_codes(item, lookup_codes)
        if _state(item) == before:
            return item
        item.seq, item.changed_at = next_seq(ledger), at
        item.save()
        ledger.save(update_fields=["change_seq"])
    return item


def find(company: Company, code: str) -> Found | None:
    """Return the item whose SKU, UPC or lookup code this is; tried in this order."""
    key = code_key(code)
    if not key:
        return None
    items = company.items.filter(is_active=True)
    by_sku = items.filter(sku_key=key).first()
    if by_sku:
        return Found(by_sku, "sku")
    digits = upc_digits(code)
    by_upc = items.filter(upc=digits).first() if digits and digits == key else None
    if by_upc:
        return Found(by_upc, "upc")
    coded = items.filter(lookup_codes__code_key=key).first()
    return Found(coded, "lookup_code") if coded else None


def changed_after(company: Company, seq: int, *, limit: int) -> Sequence[Item]:
    """Return about `limit` items that changed after `seq`, with their lookup codes."""
    found = _changed(company.pk, seq, Fixed(limit))
    prefetch_related_objects(found, "lookup_codes")
    return found


@prepared
def _changed(company_id: int, seq: int, most: Fixed) -> QuerySet[Item]:
    rows = Item.objects.filter(company=company_id, seq__gt=seq)
    return rows.order_by("seq")[: most.value]


def search(company: Company, words: str) -> QuerySet[Item]:
    """Return items whose name or codes contain all the words."""
    found = company.items.all()
    for word in words.split():
        codes = LookupCode.objects.filter(
            company=company, code_key__contains=code_key(word)
        )
        found = (
            found.filter(name__icontains=word)
            | found.filter(sku_key__contains=code_key(word))
            | found.filter(upc__contains=word)
            | found.filter(pk__in=codes.values("item"))
        )
    return found


def codes_taken(company: Company, codes: Iterable[str]) -> dict[str, Item]:
    """Return the items that already have these lookup codes, by the code's key."""
    rows = LookupCode.objects.filter(
        company=company, code_key__in=[code_key(code) for code in codes]
    ).select_related("item")
    return {row.code_key: row.item for row in rows}


def set_fields(item: Item, fields: Mapping[str, Any]) -> None:
    """Set fields and check what needs no look at other items.

    Raises InvalidInputError, naming the field.
    """
    for name, value in fields.items():
        if name not in FIELDS:
            raise InvalidInputError(f"An item has no field {name}.", field=name)
        setattr(item, name, value.strip() if isinstance(value, str) else value)
    item.sku_key = code_key(item.sku)
    if not item.name:
        raise InvalidInputError("An item needs a name.", field="name")
    for name, limit in _TEXT_CHARS_MAX.items():
        if len(getattr(item, name)) > limit:
            raise InvalidInputError(f"At most {limit} characters.", field=name)
    if item.upc:
        _check_upc(item)
    if item.kind not in ItemKind.values:
        raise InvalidInputError(f"{item.kind} is no kind of item.", field="kind")
    for name in ("price", "sale_price", "cost"):
        amount = getattr(item, name)
        if amount is not None and amount < 0:
            raise InvalidInputError("An amount is not negative.", field=name)


def taken(field: str, value: str, item: Item) -> InvalidInputError:
    """Return the refusal of a code that another item has."""
    return InvalidInputError(
        f"“{value}” is already used by {item.name}.",
        field=field,
        remedy="Choose another, or change that item first.",
        code=f"{field}_taken",
    )


def _check(item: Item) -> None:
    """Refuse what other rows of the company forbid."""
    others = Item.objects.filter(company=item.company).exclude(pk=item.pk)
    if item.sku_key:
        found = others.filter(sku_key=item.sku_key).first()
        if found:
            raise taken("sku", item.sku, found)
    if item.upc:
        found = others.filter(upc=item.upc).first()
        if found:
            raise taken("upc", item.upc, found)
    _check_accounts(item)


def _check_upc(item: Item) -> None:
    digits = upc_digits(item.upc)
    if digits != item.upc.replace(" ", "").replace("-", ""):
        raise InvalidInputError("A UPC is digits only.", field="upc")
    if len(digits) > UPC_CHARS_MAX:
        raise InvalidInputError(f"At most {UPC_CHARS_MAX} digits.", field="upc")
    item.upc = digits


def _check_accounts(item: Item) -> None:
    named = {
        getattr(item, name): name
        for name in FIELDS
        if name.endswith("_account_id") and getattr(item, name) is not None
    }
    known = set(
        Account.objects.filter(company=item.company, pk__in=named).values_list(
            "pk", flat=True
        )
    )
    for pk, name in named.items():
        if pk not in known:
            field = name.removesuffix("_id")
            raise InvalidInputError("There is no such account.", field=field)


def _refuse_untracking(item: Item, before: tuple[object, ...]) -> None:
    if item.is_tracked or ItemKind.TRACKED not in before:
        return
    if item.levels.exclude(on_hand=0, committed=0).exists():
        raise ConflictError(
            f"{item.name} still has stock or open orders.",
            remedy="Adjust its stock to zero and finish its orders first.",
        )


def _set_codes(item: Item, codes: Sequence[str]) -> None:
    wanted = {code_key(code): code.strip() for code in codes if code_key(code)}
    for key, code in wanted.items():
        if len(code) > 100:
            raise InvalidInputError("At most 100 characters.", field="lookup_codes")
        owner = codes_taken(item.company, [code]).get(key)
        if owner and owner.pk != item.pk:
            raise taken("lookup_codes", code, owner)
    item.lookup_codes.exclude(code_key__in=wanted).delete()
    known = set(item.lookup_codes.values_list("code_key", flat=True))
    LookupCode.objects.bulk_create(
        LookupCode(company=item.company, item=item, code=code, code_key=key)
        for key, code in wanted.items()
        if key not in known
    )


def _state(item: Item) -> tuple[object, ...]:
    codes = tuple(sorted(item.lookup_codes.values_list("code", flat=True)))
    return (codes, *(getattr(item, name) for name in sorted(FIELDS)))
