"""What we ask a store to write: from our words into the store's, checked first.

A batch skips the store's own checks and stores nonsense with status 200: "19,95"
becomes 1995, "abc" an empty price, an unknown status a draft, letters vanish from a
UPC. So nothing leaves that the store would change in silence.
"""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from stockbridge.connectors.stores.woocommerce.decode_items import VARIATION
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money
from stockbridge.ports import ItemWrite

#: Our sign on what we created: by it a creation is recognised when in doubt.
OUR_MARK = "_stockbridge_sku"
SKU_CHARS_MAX = 100  # the store's look-up table holds no more
_NAME_CHARS_MAX = 200
_PRICE_DIGITS_MAX = 12
_STATUSES = frozenset({"draft", "pending", "private", "publish"})
_OCTET = re.compile(r"%[0-9a-fA-F]{2}")
_UPC = re.compile(r"[0-9][0-9-]*")


def encoded_item(
    row: ItemWrite, currency: str, category_ids: Sequence[int] | None = None
) -> dict[str, Any]:
    """Return the fields of a creation or an update, without an id.

    Raises InvalidInputError, naming the field, for what the store would change.
    """
    fields: dict[str, Any] = {}
    if row.kind != VARIATION:
        fields |= _product_fields(row, category_ids)
    if row.sku is not None:
        fields["sku"] = checked_sku(row.sku)
    if row.description is not None:
        fields["description"] = row.description
    if row.status is not None:
        fields["status"] = _checked_status(row.status)
    if row.upc is not None:
        fields["global_unique_id"] = _checked_upc(row.upc)
    fields |= _prices(row, currency)
    fields |= _stock(row)
    if row.attributes is not None:
        fields["attributes"] = _attributes(row)
    return fields


def encoded_creation(
    row: ItemWrite, currency: str, category_ids: Sequence[int] | None = None
) -> dict[str, Any]:
    """Return a creation: a draft unless said otherwise, with our mark."""
    if not row.sku:
        raise InvalidInputError(
            "A new item needs a SKU.",
            field="sku",
            remedy="Give it one: without it, we could not tell after a broken "
            "connection whether it was created.",
        )
    fields = encoded_item(row, currency, category_ids)
    fields["meta_data"] = [{"key": OUR_MARK, "value": fields["sku"]}]
    if row.kind == VARIATION:
        return fields
    if not fields.get("name"):
        raise InvalidInputError("A new item needs a name.", field="name")
    return {"type": row.kind, "status": "draft", **fields}


def checked_sku(sku: str) -> str:
    """Return the SKU; InvalidInputError for one that the store would change."""
    fault = ""
    if sku != " ".join(sku.split()):
        fault = "It has blanks at its ends, or several in a row."
    elif _OCTET.search(sku):
        fault = "The store strips a percent sign followed by two digits or a to f."
    elif "<" in sku or any(ord(char) < 32 or ord(char) == 127 for char in sku):
        fault = "The store strips < and what is not printable."
    elif len(sku) > SKU_CHARS_MAX:
        fault = f"The store looks at {SKU_CHARS_MAX} characters only."
    if fault:
        raise InvalidInputError(
            f"The store cannot keep the SKU {sku!r}. {fault}",
            field="sku",
            remedy="Change the SKU.",
        )
    return sku


def price_text(price: Money, currency: str, field: str) -> str:
    """Return a price as the store wants it: text, a point, no exponent."""
    if price.currency != currency:
        raise InvalidInputError(
            f"The store sells in {currency}, not in {price.currency}.", field=field
        )
    text = f"{price.amount:f}"
    is_long = len(text.partition(".")[0]) > _PRICE_DIGITS_MAX
    if price.amount < 0 or price.amount.is_signed() or is_long:
        raise InvalidInputError(f"{price} is no price.", field=field)
    return text


def _product_fields(
    row: ItemWrite, category_ids: Sequence[int] | None
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if row.name is not None:
        fields["name"] = _checked_name(row.name)
    if category_ids is not None:
        fields["categories"] = [{"id": category_id} for category_id in category_ids]
    return fields


def _prices(row: ItemWrite, currency: str) -> dict[str, str]:
    fields = {}
    if row.price is not None:
        fields["regular_price"] = price_text(row.price, currency, "price")
    if row.clear_sale_price or row.sale_price is not None:
        # Dates of an earlier sale would stay, and the new one would never begin.
        fields |= {"date_on_sale_from": "", "date_on_sale_to": ""}
    if row.clear_sale_price:
        fields["sale_price"] = ""
    elif row.sale_price is not None:
        fields["sale_price"] = price_text(row.sale_price, currency, "sale_price")
        if row.price is not None and row.sale_price.amount >= row.price.amount:
            raise InvalidInputError(
                f"The sale price {row.sale_price} is not below the price {row.price}: "
                "the store would drop it.",
                field="sale_price",
            )
    return fields


def _stock(row: ItemWrite) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if row.track_stock is not None:
        fields["manage_stock"] = row.track_stock
    if row.quantity is not None:
        if row.quantity != row.quantity.to_integral_value():
            raise InvalidInputError(
                f"{row.quantity} is no whole number.", field="quantity"
            )
        fields["stock_quantity"] = int(row.quantity)
    return fields


def _attributes(row: ItemWrite) -> list[dict[str, Any]]:
    pairs = row.attributes or ()
    if row.kind == VARIATION:
        return [{"name": name, "option": value} for name, value in pairs]
    options: dict[str, list[str]] = {}
    for name, value in pairs:
        options.setdefault(name, []).append(value)
    is_choice = row.kind == "variable"
    return [
        {"name": name, "options": values, "visible": True, "variation": is_choice}
        for name, values in options.items()
    ]


def offered_besides(product: Mapping[str, Any], row: ItemWrite) -> list[dict[str, Any]]:
    """Return the attributes of a grouping product with the row's values added.

    What somebody else set up there stays as it is: other attributes, their order, the
    values that are offered already. Names and values are compared without regard to
    case.
    """
    kept = [dict(one) for one in product.get("attributes") or []]
    by_name = {str(one.get("name", "")).casefold(): one for one in kept}
    for name, value in row.attributes or ():
        known = by_name.get(name.casefold())
        if known is None:
            known = {"name": name, "visible": True, "options": []}
            kept.append(known)
            by_name[name.casefold()] = known
        known["variation"] = True
        options = [str(option) for option in known.get("options") or []]
        if value.casefold() not in {option.casefold() for option in options}:
            options.append(value)
        known["options"] = options
    return kept


def _checked_name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean or len(clean) > _NAME_CHARS_MAX:
        raise InvalidInputError(
            f"A name has 1 to {_NAME_CHARS_MAX} characters.", field="name"
        )
    return clean


def _checked_status(status: str) -> str:
    if status not in _STATUSES:
        raise InvalidInputError(
            f"The store knows no status {status!r}.",
            field="status",
            remedy=f"Choose one of {', '.join(sorted(_STATUSES))}.",
        )
    return status


def _checked_upc(upc: str) -> str:
    if upc and not _UPC.fullmatch(upc):
        raise InvalidInputError(
            f"The store keeps only the digits of the UPC {upc!r}.",
            field="upc",
            remedy="A UPC, EAN or GTIN has digits only.",
        )
    return upc


def differences(
    wanted: Mapping[str, Any], answer: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the fields that the store kept otherwise than we said."""
    compared = (
        *("name", "sku", "regular_price", "sale_price", "status"),
        *("date_on_sale_from", "date_on_sale_to"),
    )
    kept = {**answer, "name": unescape(str(answer.get("name", "")))}
    return tuple(
        name
        for name in compared
        if name in wanted
        and name in answer
        and wanted[name] != (kept[name] or "").strip()
    )
