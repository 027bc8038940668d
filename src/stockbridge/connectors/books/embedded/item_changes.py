"""An item of the back office takes on what the store changed, once per key."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from stockbridge.backoffice.items import change_item
from stockbridge.backoffice.models import Item
from stockbridge.backoffice.records import keep_key
from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded import answers
from stockbridge.connectors.books.embedded.encode import item_fields, record_id
from stockbridge.domain.accounting import ItemChange, ItemField
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.domain.item_changes import Told, amount_text, kept_remark, wanted
from stockbridge.domain.record_changes import decide
from stockbridge.ports import PostRequest, PostResult

_COLUMNS = {
    ItemField.NAME: "name",
    ItemField.DESCRIPTION: "description",
    ItemField.PRICE: "price",
    ItemField.UPC: "upc",
}


def change_known_item(
    company: Company, request: PostRequest, *, at: datetime
) -> PostResult:
    """Write what may be written; what somebody typed here stays, and is said."""
    change = request.document
    assert isinstance(change, ItemChange)
    try:
        with transaction.atomic():
            item = _item(company, change)
            _check_currency(item, change)
            before, after = item_fields(change.before), item_fields(change.after)
            found = decide(
                change,
                now=_told({name: getattr(item, name) for name in _COLUMNS.values()}),
                before=_told(before),
                after=wanted(_told(after)),
            )
            if not keep_key(company, request.key, item):
                return answers.of_item(request, item)
            names = [_COLUMNS[field] for field in found.write]
            item = change_item(item, {name: after[name] for name in names}, at=at)
    except ActionNeededError as error:
        return answers.refused(request, error)
    remark = kept_remark(found, where="the back office")
    return replace(answers.of_item(request, item), error=remark)


def _item(company: Company, change: ItemChange) -> Item:
    found = company.items.filter(pk=record_id(change.item.books_id, "item")).first()
    if found is None:
        raise InvalidInputError(
            "There is no such item in this back office.",
            field="item",
            remedy="Link the item anew on the Items screen.",
        )
    return found


def _check_currency(item: Item, change: ItemChange) -> None:
    price = change.after.price
    if ItemField.PRICE in change.fields and price and price.currency != item.currency:
        raise InvalidInputError(
            f"The item is priced in {item.currency}, not {price.currency}.",
            field="price",
            remedy="Let the store not own prices in the connection's options.",
        )


def _told(fields: Mapping[str, Any]) -> Told:
    return {field: (_text(fields.get(name)),) for field, name in _COLUMNS.items()}


def _text(value: str | Decimal | None) -> str:
    return amount_text(value) if isinstance(value, Decimal) else value or ""
