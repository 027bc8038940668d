"""What needs a person, as a card: what happened, what waits, what can be done."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import Membership
from stockbridge.companies.permissions import Permission
from stockbridge.domain.planning import SALE
from stockbridge.engine.actions.issues import LIMIT, listed
from stockbridge.engine.attributes import UNMAPPED
from stockbridge.engine.checks import SIGN_IN
from stockbridge.engine.desk.company import TWIN
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Delivery,
    DeliverySource,
    Issue,
    PriceTarget,
    RunRow,
    Snapshot,
)
from stockbridge.engine.models.deliveries import LIVE_VALUES
from stockbridge.engine.price_targets import asked
from stockbridge.engine.sales_once import CODE as SALES_TWICE
from stockbridge.engine.settings_needed import CODE as SETTING_NEEDED
from stockbridge.engine.settings_needed import waiting_ids
from stockbridge.engine.sign_in_ends import SIGN_IN_ENDS
from stockbridge.web.addresses import (
    attributes_address,
    desk_address,
    item_address,
    order_address,
    setting_address,
    sign_in_address,
)
from stockbridge.web.text import Text

WAITING_SHOWN = 10
ROWS_MAX = 500  # of a safety limit, on the page; all can be allowed together

#: The heading above issues of one kind; the first that fits by its beginning.
GROUPS: tuple[tuple[str, Text], ...] = (
    (LIMIT, _("Safety limits")),
    ("missing_items", _("Items without a match")),
    ("no_fallback_item", _("Items without a match")),
    (SETTING_NEEDED, _("Settings to be chosen")),
    (UNMAPPED, _("Values to be mapped")),
    ("customer_", _("Customers")),
    ("no_shared_customer", _("Customers")),
    ("refused_", _("Refused by the books")),
    ("stored_differs", _("Differences")),
    ("stock_refused", _("Stock that the store does not take")),
    ("price_refused", _("Prices that the store does not take")),
    ("unreadable", _("Orders that cannot be read")),
    ("refund_", _("Refunds")),
    ("negative_refund", _("Refunds")),
    ("restock_too_large", _("Refunds")),
    ("changed_after_booking", _("Changed after booking")),
    ("cancelled_after_shipping", _("Changed after booking")),
    ("deleted_after_booking", _("Changed after booking")),
    ("revived", _("Changed after booking")),
    ("payment_changed", _("Changed after booking")),
)
ORDERS_GROUP = _("Orders")
OTHER_GROUP = _("Connections")


@dataclass(frozen=True, slots=True)
class Missing:
    """An item of an order that has no counterpart in the books."""

    sku: str
    name: str
    item_id: str
    address: str  # of the item's page
    is_linked: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing that a safety limit holds."""

    id: str
    label: str
    before: str = ""
    after: str = ""
    address: str = ""  # of the page that tells more


@dataclass(slots=True)
class Card:
    """One issue and what can be done about it."""

    issue: Issue
    group: Text
    order_id: str = ""
    order_address: str = ""
    missing: list[Missing] = field(default_factory=list)
    rows: list[Listed] = field(default_factory=list)
    rows_count: int = 0
    setting_address: str = ""  # where a missing setting is chosen
    values_address: str = ""  # where values are mapped
    sales_choices: list[tuple[str, Text]] = field(default_factory=list)  # which books
    company_address: str = ""  # where two connections to one company are told apart
    sign_in_address: str = ""  # where a person signs the connection in again
    waiting: list[Listed] = field(default_factory=list)  # the first that wait for it
    more_count: int = 0  # that wait, too
    can_retry: bool = False
    can_settle: bool = False
    can_mark_elsewhere: bool = False
    settle_text: Text = ""
    may_answer: bool = False

    @property
    def is_limit(self) -> bool:
        """Whether a safety limit asks."""
        return self.issue.code.startswith(LIMIT)


def permission_of(issue: Issue) -> Permission:
    """Return what a person needs to answer an issue."""
    if issue.code == f"{LIMIT}zeroed" or issue.code.startswith("stock_"):
        return Permission.SYNC_STOCK
    if issue.code == f"{LIMIT}repriced" or issue.code.startswith("price_"):
        return Permission.EXPORT_ITEMS
    if issue.code in (SETTING_NEEDED, UNMAPPED):
        return Permission.CONFIGURE
    if group_of(issue.code, issue.subject_kind) is OTHER_GROUP:
        return Permission.CONFIGURE
    return Permission.IMPORT_ORDERS


def group_of(code: str, subject_kind: str) -> Text:
    """Return the heading above such an issue."""
    for beginning, title in GROUPS:
        if code.startswith(beginning):
            return title
    return ORDERS_GROUP if subject_kind in ("order", "refund") else OTHER_GROUP


def cards(issues: Iterable[Issue], membership: Membership) -> list[Card]:
    """Return a card for each issue, with few questions to the database."""
    found = [_card(issue) for issue in issues]
    for card in found:
        card.may_answer = membership.may(permission_of(card.issue))
    _know_orders(found)
    _know_sales(found)
    _know_items(found)
    _know_listed(found)
    return found


def _card(issue: Issue) -> Card:
    card = Card(issue, group_of(issue.code, issue.subject_kind))
    order_id = str(issue.details.get("order_id", ""))
    if not order_id and issue.subject_kind == "order":
        order_id = issue.subject_id
    card.order_id = order_id
    if order_id and issue.bridge is not None:
        card.order_address = order_address(issue.bridge, order_id)
    is_refused = issue.subject_kind == "document" and issue.code.startswith("refused_")
    card.can_retry = is_refused or issue.code == "price_refused"
    if issue.code in {SIGN_IN, SIGN_IN_ENDS} and issue.connection is not None:
        card.sign_in_address = sign_in_address(issue.connection)
    if issue.code == SETTING_NEEDED and issue.connection is not None:
        card.setting_address = setting_address(issue.connection, issue.subject_id)
    if issue.code == UNMAPPED and issue.bridge is not None:
        card.values_address = attributes_address(issue.bridge)
    if issue.code == TWIN and issue.connection is not None:
        card.company_address = desk_address(issue.connection)
    if issue.code == SALES_TWICE and issue.bridge is not None:
        card.sales_choices = _sales_choices(issue.bridge, issue)
    is_answered = bool(card.is_limit or is_refused or order_id)
    is_led = bool(
        card.sales_choices
        or card.setting_address
        or card.values_address
        or card.company_address
    )
    card.can_settle = not (is_answered or is_led)
    card.settle_text = _("Mark as settled")
    return card


def _sales_choices(bridge: Bridge, issue: Issue) -> list[tuple[str, Text]]:
    """Return who may take the sales of a store, with what the choice is called."""
    uid = str(issue.details.get("other", ""))
    others = Bridge.objects.filter(company=issue.company_id, uid=uid)
    other = others.select_related("books").first()
    if other is None:
        return []
    takes = _("%(name)s takes the sales")
    return [
        ("elsewhere", takes % {"name": other.books.name}),
        ("here", takes % {"name": bridge.books.name}),
    ]


def _know_orders(found: Sequence[Card]) -> None:
    """Lead from a document to its order's page."""
    wanted = [
        card
        for card in found
        if card.issue.subject_kind == "document" and not card.order_address
    ]
    addresses = _order_addresses(card.issue.subject_id for card in wanted)
    for card in wanted:
        card.order_address = addresses.get(card.issue.subject_id, "")


def _order_addresses(ids: Iterable[str]) -> dict[str, str]:
    """Return the page of the order that each document is of; items have none."""
    sources = DeliverySource.objects.filter(
        delivery__in=[pk for pk in ids if pk.isdecimal()]
    ).exclude(order_id="")
    return {
        str(one.delivery_id): order_address(one.bridge, one.order_id)
        for one in sources.select_related("bridge__company").order_by("-pk")
    }


def _know_sales(found: Sequence[Card]) -> None:
    """Say what of an order can be settled: a change, or the order as a whole."""
    wanted = [card for card in found if card.order_id and not card.is_limit]
    sources = DeliverySource.objects.filter(
        bridge__in={card.issue.bridge_id for card in wanted},
        order_id__in={card.order_id for card in wanted},
        effect=SALE,
        is_live=True,
        delivery__state__in=LIVE_VALUES,
    )
    booked = set(sources.values_list("bridge_id", "order_id"))
    for card in wanted:
        is_booked = (card.issue.bridge_id, card.order_id) in booked
        has_mark = "mark" in card.issue.details
        card.can_settle = is_booked and has_mark
        card.can_mark_elsewhere = not is_booked
        card.settle_text = _("Mark this change as settled")


def _know_listed(found: Sequence[Card]) -> None:
    """List what waits for a setting, and what a safety limit holds."""
    waiting = [_waiting(card.issue) for card in found]
    held = [listed(card.issue) if card.is_limit else [] for card in found]
    named = {one for ids in waiting for one in ids[:WAITING_SHOWN]}
    for card, ids in zip(found, held, strict=True):
        if _holds_documents(card.issue):
            named.update(ids[:ROWS_MAX])
    documents = _documents(named)
    for card, waits, ids in zip(found, waiting, held, strict=True):
        card.waiting = _chosen(documents, waits[:WAITING_SHOWN])
        card.more_count = len(waits) - len(card.waiting)
        card.rows_count = len(ids)
        if _holds_documents(card.issue):
            card.rows = _chosen(documents, ids[:ROWS_MAX])
        elif card.is_limit:
            card.rows = _listed(card.issue, ids[:ROWS_MAX])


def _waiting(issue: Issue) -> list[str]:
    """Return the documents that wait for the setting that an issue asks for."""
    if issue.code != SETTING_NEEDED or issue.connection is None:
        return []
    return [str(pk) for pk in waiting_ids(issue.connection, [issue.subject_id])]


def _holds_documents(issue: Issue) -> bool:
    details = issue.details
    is_limit = issue.code.startswith(LIMIT)
    return is_limit and "deliveries" in details and "rows" not in details


def _chosen(documents: Sequence[Listed], ids: Collection[str]) -> list[Listed]:
    wanted = set(ids)
    return [one for one in documents if one.id in wanted]


def _know_items(found: Sequence[Card]) -> None:
    for card in found:
        bridge = card.issue.bridge
        rows: list[dict[str, Any]] = list(card.issue.details.get("missing", []))
        if not rows or bridge is None:
            continue
        linked = _linked(bridge, [str(row.get("item_id", "")) for row in rows])
        card.missing = [_missing(bridge, row, linked) for row in rows]


def _missing(bridge: Bridge, row: dict[str, Any], linked: set[str]) -> Missing:
    item_id = str(row.get("item_id", ""))
    return Missing(
        sku=str(row.get("sku", "")),
        name=str(row.get("name", "")),
        item_id=item_id,
        address=item_address(bridge, item_id) if item_id else "",
        is_linked=item_id in linked,
    )


def _linked(bridge: Bridge, ids: Sequence[str]) -> set[str]:
    rows = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="item",
        store_id__in=ids,
    )
    return set(rows.values_list("store_id", flat=True))


def _listed(issue: Issue, ids: Sequence[str]) -> list[Listed]:
    if "rows" in issue.details:
        return _run_rows(ids)
    if "prices" in issue.details:
        return _prices(issue, ids)
    return _items(issue, ids)


def _run_rows(ids: Sequence[str]) -> list[Listed]:
    rows = RunRow.objects.filter(pk__in=ids).order_by("pk")
    return [
        Listed(
            str(row.pk),
            row.label,
            str(row.details.get("before", "")),
            str(row.details.get("after", "")),
        )
        for row in rows
    ]


def _documents(ids: Collection[str]) -> list[Listed]:
    rows = Delivery.objects.filter(pk__in=ids).defer("document").order_by("pk")
    addresses = _order_addresses(ids)
    return [
        Listed(
            str(row.pk),
            _named(row),
            after=f"{row.total.normalize():f} {row.currency}" if row.total else "",
            address=addresses.get(str(row.pk), ""),
        )
        for row in rows
    ]


def _named(row: Delivery) -> str:
    """Return number and title, once where both say the same."""
    words = dict.fromkeys(one for one in (row.reference, row.title) if one)
    return " ".join(words) or row.kind


def _prices(issue: Issue, ids: Sequence[str]) -> list[Listed]:
    rows = PriceTarget.objects.filter(bridge=issue.bridge_id, item_id__in=ids)
    known = {row.item_id: row for row in rows}
    return [
        replace(
            one,
            before=asked(row.shown_price, row.shown_sale, row.currency),
            after=asked(row.wanted_price, row.wanted_sale, row.currency),
        )
        for one in _items(issue, ids)
        if (row := known.get(one.id)) is not None
    ]


def _items(issue: Issue, ids: Sequence[str]) -> list[Listed]:
    assert issue.bridge is not None
    rows = Snapshot.objects.filter(
        connection=issue.bridge.store_id, feed=ITEMS, external_id__in=ids
    ).only("external_id", "key", "name", "quantity")
    known = {row.external_id: row for row in rows}
    found = []
    for one in ids:
        row = known.get(one)
        label = f"{row.key} · {row.name}" if row else one
        before = (
            f"{row.quantity.normalize():f}" if row and row.quantity is not None else ""
        )
        found.append(Listed(one, label, before, "0"))
    return found
