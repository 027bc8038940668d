"""Prices: what each linked item costs in the store, and what it should cost there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.domain.price_changes import Standing
from stockbridge.engine.actions.prices import send_prices_now
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.field_owners import sends_prices
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, PriceTarget, Snapshot
from stockbridge.engine.price_answers import SENDABLE
from stockbridge.engine.price_targets import asked
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import say_error
from stockbridge.web.addresses import item_address
from stockbridge.web.choosing import (
    ConnectionFilter,
    bridges_of,
    chosen_bridge,
    nothing_joined,
)
from stockbridge.web.item_rows import code
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.stock import ItemSearch
from stockbridge.web.tables import (
    BulkAction,
    Column,
    Empty,
    Table,
    resolve_selection,
    show_table,
)
from stockbridge.web.tables.filters import Rows

MENU = (MenuItem(Section.RECORDS, _("Prices"), "prices", order=45, icon="tag"),)
STATES = {
    Standing.SAME.value: _("in step"),
    Standing.DUE.value: _("to be written"),
    Standing.BEFORE.value: _("differed before"),
    Standing.LIMIT.value: _("held by a safety limit"),
    Standing.REFUSED.value: _("refused by the store"),
    Standing.NONE.value: _("not sent"),
    "": _("not looked at yet"),
}
COLOURS = {
    Standing.SAME.value: "green",
    Standing.DUE.value: "blue",
    Standing.NONE.value: "secondary",
    "": "secondary",
}


@dataclass(frozen=True, slots=True)
class StandingFilter:
    """Which prices: those to be written, that differed before, held, refused."""

    key: str = "show"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box."""
        shown = {key: text for key, text in STATES.items() if key}
        choices = [("", _("All")), *shown.items()]
        return {
            self.key: forms.ChoiceField(
                label=_("Show"), choices=choices, required=False
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep those."""
        wanted = given.get(self.key)
        return rows.filter(standing=wanted) if wanted in STATES and wanted else rows


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What one item costs in the store, and what the books ask."""

    target: PriceTarget
    sku: str
    name: str
    address: str

    @property
    def pk(self) -> int:
        """The id of its row."""
        return self.target.pk

    def __str__(self) -> str:
        return self.sku or self.name or self.target.item_id

    @property
    def shown(self) -> str:
        """What the shopper is asked, for a person."""
        row = self.target
        text = asked(row.shown_price, row.shown_sale, row.currency)
        return f"{text} ({_t('on some days only')})" if row.is_shown_dated else text

    @property
    def wanted(self) -> str:
        """What the books ask, for a person."""
        row = self.target
        if row.wanted_price is None:
            return ""
        return asked(row.wanted_price, row.wanted_sale, row.currency)

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        return str(STATES.get(self.target.standing, self.target.standing))


def _state(row: PriceRow) -> SafeString:
    mark = cells.badge(row.state, COLOURS.get(row.target.standing, "yellow"))
    if not row.target.reason:
        return mark
    return format_html(
        '<div>{}<div class="text-secondary small reason">{}</div></div>',
        mark,
        row.target.reason,
    )


PRICES = Table(
    key="prices",
    caption=_("What each item costs in the store, and in the books"),
    columns=(
        Column("sku", _("SKU"), value="sku", format=code, link=lambda row: row.address),
        Column("name", _("Name"), value="name"),
        Column("shown", _("In the store"), value="shown", align="end"),
        Column("wanted", _("In the books"), value="wanted", align="end"),
        Column("state", _("State"), value="state", cell=_state),
        Column(
            "typed",
            _("Changed by hand in the store"),
            value="target.typed_at",
            format=cells.moment,
        ),
        Column(
            "written",
            _("Last written"),
            value="target.written_at",
            format=cells.moment,
        ),
        Column("number", _("Row"), value="pk", sort="pk", is_hidden=True),
    ),
    sort="number",
    actions=(
        BulkAction(
            "send",
            _("Send the selected ones"),
            "prices_send",
            Permission.EXPORT_ITEMS,
            icon="upload",
        ),
    ),
    empty=Empty(
        _(
            "Nothing here: changed prices are not sent by themselves yet, or nothing "
            "is linked. Switch it on in the connection's options, under Products and "
            "prices; by hand they are sent from Push."
        ),
        icon="tag",
        action=_("Push"),
        url="push",
    ),
)


def prices_table(bridges: Sequence[Bridge], bridge: Bridge) -> Table:
    """Return the table of one store's prices."""

    def prepare(rows: Sequence[Any]) -> Sequence[Any]:
        known = Snapshot.objects.filter(
            connection=bridge.store_id,
            feed=ITEMS,
            external_id__in=[row.item_id for row in rows],
        ).values_list("external_id", "key", "name")
        names = {one: (key, name) for one, key, name in known}
        return [
            PriceRow(
                row,
                names.get(row.item_id, (row.item_id, ""))[0],
                names.get(row.item_id, ("", ""))[1],
                item_address(bridge, row.item_id),
            )
            for row in rows
        ]

    return replace(
        PRICES,
        prepare=prepare,
        filters=(
            ItemSearch(bridge),
            ConnectionFilter(bridges, bridge),
            StandingFilter(),
        ),
    )


def prices_of(bridge: Bridge) -> QuerySet[PriceTarget]:
    """Return what each item of the store should cost."""
    return PriceTarget.objects.filter(bridge=bridge)


@screen(Permission.VIEW)
def prices(request: CompanyRequest) -> HttpResponseBase:
    """List the prices of a store's linked items."""
    bridges, bridge = bridges_of(request.company), chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Prices"))
    rows = prices_of(bridge)
    counts = rows.aggregate(  # in one look at all of them
        due=Count("pk", filter=Q(standing=Standing.DUE.value)),
        before=Count("pk", filter=Q(standing=Standing.BEFORE.value)),
        held=Count("pk", filter=Q(standing=Standing.LIMIT.value)),
        refused=Count("pk", filter=Q(standing=Standing.REFUSED.value)),
    )
    options = options_of(bridge)
    is_on = bridge.is_enabled and sends_prices(options)
    context = {"bridge": bridge, "options": options, "is_on": is_on, **counts}
    table = prices_table(bridges, bridge)
    return show_table(request, table, rows, "web/prices.html", context)


@screen(Permission.EXPORT_ITEMS)
@require_POST
def prices_send(request: CompanyRequest) -> HttpResponse:
    """Let the next job write the selected prices, as they stand on the page."""
    bridge = chosen_bridge(request)
    back = reverse("prices", kwargs={"company": request.company.slug})
    if bridge is None:
        return redirect(back)
    table = prices_table(bridges_of(request.company), bridge)
    chosen = resolve_selection(request, table, prices_of(bridge))
    ids = set(
        chosen.filter(standing__in=SENDABLE)
        .order_by()
        .values_list("item_id", flat=True)
    )
    if not ids:
        text = _(
            "None of the selected can be sent from here: what changes goes by itself, "
            "and what a safety limit holds is allowed under Needs you."
        )
        messages.warning(request, text)
        return redirect(back)
    try:
        count = send_prices_now(bridge, ids, act_of(request))
    except SyncError as error:
        say_error(request, error)
        return redirect(back)
    done = ngettext(
        "%(count)s price goes to the store now.",
        "%(count)s prices go to the store now.",
        count,
    )
    messages.success(request, done % {"count": f"{count:,}"})
    return redirect(f"{back}?connection={bridge.uid}")


urlpatterns = [
    path("prices/", prices, name="prices"),
    path("prices/send/", prices_send, name="prices_send"),
]
