"""What one row of an import or export says: before, after, why, what became of it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stockbridge.engine.models import Bridge, RunRow
from stockbridge.web import cells
from stockbridge.web.addresses import item_address, order_address
from stockbridge.web.state_words import (
    KINDS,
    action_badge,
    row_outcome_badge,
)
from stockbridge.web.text import Text

FIELDS: dict[str, Text] = {
    "name": gettext_lazy("Name"),
    "person": gettext_lazy("First and last name"),
    "company": gettext_lazy("Company"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "billing": gettext_lazy("Billing address"),
    "shipping": gettext_lazy("Shipping address"),
    "sku": gettext_lazy("SKU"),
    "upc": gettext_lazy("UPC"),
    "price": gettext_lazy("Price"),
    "sale_price": gettext_lazy("Sale price"),
    "description": gettext_lazy("Description"),
    "quantity": gettext_lazy("Quantity"),
    "status": gettext_lazy("State"),
    "categories": gettext_lazy("Categories"),
    "variation": gettext_lazy("Variation"),
}
ACCOUNTS: dict[str, Text] = {
    "sales": gettext_lazy("Sales"),
    "shipping": gettext_lazy("Shipping charged"),
    "fee": gettext_lazy("Fees"),
    "discount": gettext_lazy("Discounts"),
    "gift_card": gettext_lazy("Gift cards"),
    "tax": gettext_lazy("Sales tax"),
    "payments": gettext_lazy("Money received"),
}
ITEMS_SHOWN, TEXT_SHOWN = 3, 60


def subject_address(bridge: Bridge | None, row: RunRow) -> str:
    """Return the page of what a row is about; "" where it has none."""
    if bridge is None:
        return ""
    if row.subject_kind == "order":
        return order_address(bridge, row.subject_id)
    store_id = row.subject_id
    if row.subject_kind == "item":
        store_id = str(row.details.get("store_id", row.subject_id))
        if "changes" in row.details and not store_id:
            return ""  # not in the store yet
    if row.subject_kind in ("stock", "item") and "/" not in store_id:
        return item_address(bridge, store_id)
    return ""


def standing(row: RunRow) -> SafeString:
    """Return what would be done, or what was, and why."""
    mark = row_outcome_badge(row.outcome) if row.outcome else action_badge(row.action)
    is_over = row.outcome in ("done", "queued")
    why = row.message if row.outcome else (row.message or row.reason)
    if row.outcome and not why and not is_over:
        why = row.reason
    remedies = [one.get("remedy", "") for one in row.details.get("holds", [])]
    text = why.partition("\n")[0]
    if row.action == "hold" and remedies and remedies[0]:
        text = f"{text} {remedies[0]}"
    if not text:
        return SafeString(mark)
    return format_html(
        '<div>{}<div class="text-secondary small reason">{}</div></div>', mark, text
    )


def effect(row: RunRow) -> SafeString:
    """Return what changes: fields, quantities, prices, documents."""
    details: Mapping[str, Any] = row.details
    if details.get("changes"):
        return _changes(details["changes"])
    if "before" in details or "after" in details:
        return _before_after(details)
    if "offers" in details:
        return _sought(details)
    if details.get("documents"):
        return _documents(details)
    if details.get("items"):
        return format_html('<span class="text-secondary">{}</span>', _items(details))
    parts = [_price(details)]
    if details.get("quantity"):
        parts.append(
            _("%(count)s on hand") % {"count": cells.number(details["quantity"])}
        )
    if details.get("email"):
        parts.append(str(details["email"]))
    return format_html("{}", " · ".join(part for part in parts if part))


def account_name(account: str, names: Mapping[str, str]) -> Text:
    """Return the name of an account of the books, or what it is for by default."""
    return names.get(account) or ACCOUNTS.get(account, account)


def _price(details: Mapping[str, Any]) -> str:
    return str(details.get("price") or "")


def _changes(changes: Iterable[Mapping[str, Any]]) -> SafeString:
    rows = (
        (
            FIELDS.get(str(one["field"]), str(one["field"])),
            _short(one.get("before")),
            _short(one.get("after")),
        )
        for one in changes
    )
    return format_html_join(
        "",
        '<div><span class="text-secondary">{}</span> <s class="was">{}</s> {}</div>',
        rows,
    )


def _before_after(details: Mapping[str, Any]) -> SafeString:
    before, after = _plain(details.get("before")), _plain(details.get("after"))
    percent = details.get("percent")
    more = f" ({percent} %)" if percent else ""
    if before == after:
        return format_html("{}", after or "–")
    arrow = format_html(
        '<span class="text-nowrap">{} <span aria-hidden="true">→</span>'
        '<span class="visually-hidden">{}</span> <strong>{}</strong>{}</span>',
        before or "–",
        _("becomes"),
        after or "–",
        more,
    )
    return format_html("{}{}", arrow, _why(details))


def _why(details: Mapping[str, Any]) -> str:
    why: Mapping[str, Any] = details.get("why") or {}
    parts = [
        _("%(on_hand)s in the books − %(claimed)s in orders − %(buffer)s buffer")
        % {
            "on_hand": _plain(part.get("on_hand")),
            "claimed": _plain(part.get("claimed")),
            "buffer": _plain(part.get("buffer")),
        }
        for part in why.get("parts", [])
    ]
    if not parts:
        return ""
    text = "; ".join(parts)
    return format_html('<div class="text-secondary small">{}</div>', text)


def _documents(details: Mapping[str, Any]) -> SafeString:
    rows = (
        (KINDS.get(one["kind"], one["kind"]), one.get("total", ""))
        for one in details["documents"]
    )
    shown = format_html_join(", ", "{} {}", rows)
    what = _items(details) if details.get("items") else ""
    return format_html('{}<div class="text-secondary small">{}</div>', shown, what)


def _sought(details: Mapping[str, Any]) -> SafeString:
    """Return an order that is looked for in the books: its total and its day."""
    text = (
        '<span class="text-nowrap">{} {}</span> <span class="text-secondary">{}</span>'
    )
    return format_html(text, details["total"], details["currency"], details["date"])


def _items(details: Mapping[str, Any]) -> str:
    names = [
        f"{_plain(one['quantity'])} × {one['sku'] or one['name']}"
        for one in details["items"]
    ]
    more = len(names) - ITEMS_SHOWN
    text = ", ".join(names[:ITEMS_SHOWN])
    return text + (_(" and %(count)s more") % {"count": more} if more > 0 else "")


def _plain(value: object) -> str:
    """Return a quantity without needless zeros; anything else as it is."""
    text = str(value if value is not None else "")
    try:
        return f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        return text


def _short(value: object) -> str:
    text = _plain(value)
    return text if len(text) <= TEXT_SHOWN else f"{text[: TEXT_SHOWN - 1]}…"
