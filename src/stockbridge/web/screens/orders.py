"""Orders: those in the store with what became of each, and those in the books."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponseBase
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.permissions import Permission
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.delivery import State
from stockbridge.domain.money import Money
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.models import (
    Bridge,
    Delivery,
    DeliverySource,
    Disposition,
    Snapshot,
)
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.addresses import books_address, order_address
from stockbridge.web.choosing import (
    ConnectionFilter,
    bridges_of,
    chosen_bridge,
    nothing_joined,
)
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.order_filters import OrderSearch, OutcomeFilter, statuses_of
from stockbridge.web.state_words import outcome_badge, status_badge
from stockbridge.web.tables import (
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    Table,
    show_table,
)
from stockbridge.web.tabs import tabs_of

MENU = (
    MenuItem(
        Section.RECORDS, _("Orders"), "store_orders", order=10, icon="shopping-cart"
    ),
)
FACES = (
    ("store_orders", _("In the store")),
    ("imported_orders", _("Imported")),
)


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """One order of the store, with what became of it."""

    snapshot: Snapshot
    bridge: Bridge
    became: Disposition | None

    @property
    def pk(self) -> int:
        """The id of its row."""
        return self.snapshot.pk

    def __str__(self) -> str:
        return str(self.snapshot.key or self.snapshot.external_id)

    @property
    def total(self) -> Money | None:
        """What the shopper paid or owes."""
        if self.snapshot.amount is None:
            return None
        return Money(self.snapshot.amount, self.snapshot.currency)

    @property
    def address(self) -> str:
        """Its page."""
        return order_address(self.bridge, self.snapshot.external_id)


def _became(row: StoreOrder) -> str:
    if row.became is None:
        return cells.badge(_("not looked at yet"))
    mark = outcome_badge(row.became.outcome)
    if row.became.outcome == Disposition.Outcome.POSTED or not row.became.reason:
        return mark
    return format_html(
        '<div>{}<div class="text-secondary small reason">{}</div></div>',
        mark,
        row.became.reason,
    )


def _became_word(row: StoreOrder) -> str:
    return row.became.get_outcome_display() if row.became else ""


STORE_ORDERS = Table(
    key="store-orders",
    caption=_("Orders in the store"),
    columns=(
        Column("number", _("Order"), value=str, sort="key", link=lambda r: r.address),
        Column(
            "placed", _("Placed"), value="snapshot.at", sort="at", format=cells.moment
        ),
        Column("customer", _("Customer"), value="snapshot.name", sort="name"),
        Column("status", _("Status"), value="snapshot.status", format=status_badge),
        Column("total", _("Total"), value="total", align="end", format=cells.money),
        Column("became", _("What became of it"), value=_became_word, cell=_became),
        Column(
            "read",
            _("Last checked"),
            value="snapshot.seen_at",
            format=cells.moment,
            is_hidden=True,
        ),
    ),
    sort="-placed",
    actions=(
        BulkAction(
            "import",
            _("Import"),
            "orders_import",
            Permission.IMPORT_ORDERS,
            icon="file-import",
        ),
    ),
    empty=Empty(
        _("No order of this store has been read yet. They appear here by themselves."),
        icon="shopping-cart",
        action=_("See how the connection stands"),
        url="connections",
    ),
)


def store_orders_table(bridges: Sequence[Bridge], bridge: Bridge) -> Table:
    """Return the table of one store: its statuses, and what became of its orders."""
    outcomes = _outcomes_of(bridge)

    def prepare(rows: Sequence[Any]) -> Sequence[Any]:
        found = outcomes(rows)
        return [StoreOrder(row, bridge, found.get(row.external_id)) for row in rows]

    return replace(
        STORE_ORDERS,
        prepare=prepare,
        filters=(
            OrderSearch(bridge),
            ConnectionFilter(bridges, bridge),
            DateFilter("placed", _("Placed"), field="at"),
            ChoiceFilter("status", _("Status"), choices=statuses_of(bridge)),
            OutcomeFilter(bridge),
        ),
    )


def _outcomes_of(
    bridge: Bridge,
) -> Callable[[Sequence[Snapshot]], dict[str, Disposition]]:
    def found(rows: Sequence[Snapshot]) -> dict[str, Disposition]:
        ids = [row.external_id for row in rows]
        known = Disposition.objects.filter(
            bridge=bridge, source_kind="order", source_id__in=ids, is_current=True
        )
        return {one.source_id: one for one in known}

    return found


def orders_in_store(bridge: Bridge) -> QuerySet[Snapshot]:
    """Return all orders of the store that have not been deleted there."""
    return Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, deleted_at=None
    )


@screen(Permission.VIEW)
def store_orders(request: CompanyRequest) -> HttpResponseBase:
    """List the orders of a store."""
    bridges, bridge = bridges_of(request.company), chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Orders"))
    cursor = bridge.store.cursors.filter(feed=ORDERS).first()
    context = {
        "bridge": bridge,
        "tabs": tabs_of(request, FACES, bridge),
        "up_to_date_at": cursor.caught_up_at if cursor else None,
    }
    table = store_orders_table(bridges, bridge)
    rows = orders_in_store(bridge).defer("data", "problem")
    return show_table(request, table, rows, "web/orders.html", context)


@dataclass(frozen=True, slots=True)
class ImportedOrder:
    """One order in the books, linked both ways."""

    delivery: Delivery
    bridge: Bridge
    order_id: str

    @property
    def pk(self) -> int:
        """The id of its row."""
        return self.delivery.pk

    def __str__(self) -> str:
        return str(self.delivery.reference)

    @property
    def total(self) -> Money | None:
        """What was booked."""
        if self.delivery.total is None:
            return None
        return Money(self.delivery.total, self.delivery.currency)

    @property
    def in_store(self) -> str:
        """Its page."""
        return order_address(self.bridge, self.order_id)

    @property
    def in_books(self) -> str:
        """Its document's page, where we have one."""
        return books_address(
            self.bridge.books, self.delivery.kind, self.delivery.books_id
        )


IMPORTED_ORDERS = Table(
    key="imported-orders",
    caption=_("Orders in the books"),
    columns=(
        Column(
            "reference",
            _("Store's number"),
            value=str,
            sort="reference",
            link=lambda r: r.in_store,
        ),
        Column(
            "number",
            _("Number in the books"),
            value="delivery.books_number",
            link=lambda r: r.in_books,
        ),
        Column("customer", _("Customer"), value="delivery.title"),
        Column(
            "date",
            _("Date in the books"),
            value="delivery.business_date",
            sort="business_date",
            format=cells.day,
        ),
        Column("total", _("Total"), value="total", align="end", format=cells.money),
        Column(
            "imported",
            _("Imported"),
            value="delivery.posted_at",
            format=cells.moment,
        ),
    ),
    sort="-date",
    search=("reference__istartswith", "books_number__istartswith", "title__icontains"),
    search_hint=_("Search by number or customer"),
    empty=Empty(
        _("Nothing has been imported yet. Choose orders in the store."),
        icon="file-import",
        action=_("Orders in the store"),
        url="store_orders",
    ),
)


def imported_orders_table(bridges: Sequence[Bridge], bridge: Bridge) -> Table:
    """Return the table of one store's orders in the books."""

    def prepare(rows: Sequence[Any]) -> Sequence[Any]:
        sources = DeliverySource.objects.filter(delivery__in=rows, kind="order")
        ids = dict(sources.values_list("delivery_id", "order_id"))
        return [ImportedOrder(row, bridge, ids.get(row.pk, "")) for row in rows]

    return replace(
        IMPORTED_ORDERS,
        prepare=prepare,
        filters=(
            ConnectionFilter(bridges, bridge),
            DateFilter(
                "date",
                _("Date in the books"),
                field="business_date",
                holds_dates=True,
            ),
        ),
    )


@screen(Permission.VIEW)
def imported_orders(request: CompanyRequest) -> HttpResponseBase:
    """List what is in the books of a store's orders."""
    bridges, bridge = bridges_of(request.company), chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Orders"))
    rows = Delivery.objects.filter(
        Exists(
            DeliverySource.objects.filter(
                delivery=OuterRef("pk"), is_live=True, kind="order"
            )
        ),
        bridge=bridge,
        kind=DocumentKind.SALE.value,
        state=State.POSTED.value,
    ).defer("document")
    context = {"bridge": bridge, "tabs": tabs_of(request, FACES, bridge)}
    table = imported_orders_table(bridges, bridge)
    return show_table(request, table, rows, "web/imported_orders.html", context)


urlpatterns = [
    path("orders/", store_orders, name="store_orders"),
    path("orders/imported/", imported_orders, name="imported_orders"),
]
