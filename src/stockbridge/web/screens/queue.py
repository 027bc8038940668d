"""Queue: the documents on their way into the books, and where each stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.domain.delivery import State
from stockbridge.domain.money import Money
from stockbridge.engine.actions import deliveries as actions
from stockbridge.engine.models import Delivery, DeliveryNeed, DeliverySource
from stockbridge.engine.tries import tries_of
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import say
from stockbridge.web.addresses import books_address, order_address
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.state_words import KINDS, STATES, state_badge
from stockbridge.web.tables import (
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    Table,
    resolve_selection,
    show_table,
)
from stockbridge.web.tables.filters import Rows

PENDING = [
    state.value
    for state in (State.READY, State.SENT, State.IN_DOUBT, State.HELD, State.FAILED)
]
PREVIOUS = [s.value for s in (State.POSTED, State.CANCELLED, State.SUPERSEDED)]
NEEDS_YOU = [State.HELD.value, State.FAILED.value]
ACT_MAX = 5_000  # in one go; more are done in several


def waiting(company: Company) -> int:
    """Return how many documents wait to leave, as far as they are counted."""
    rows = Delivery.objects.filter(company=company, state=State.READY.value)
    return rows.order_by().values("pk")[:1000].count()


MENU = (
    MenuItem(Section.WORK, _("Queue"), "queue", order=20, icon="send", badge=waiting),
)


@dataclass(frozen=True, slots=True)
class StandFilter:
    """Where documents stand; those that have not come to an end, if nothing is said."""

    key: str = "show"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box."""
        choices = [
            ("", _("Pending")),
            (State.READY, STATES[State.READY]),
            (State.SENT, STATES[State.SENT]),
            (State.IN_DOUBT, STATES[State.IN_DOUBT]),
            ("needs_you", _("needs you")),
            ("previous", _("Previous")),
            (State.POSTED, STATES[State.POSTED]),
            (State.CANCELLED, STATES[State.CANCELLED]),
            ("all", _("All")),
        ]
        return {
            self.key: forms.ChoiceField(
                label=_("Show"), choices=choices, required=False
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the documents that stand there."""
        wanted = given.get(self.key) or "pending"
        several = {
            "pending": PENDING,
            "needs_you": NEEDS_YOU,
            "previous": PREVIOUS,
        }
        if wanted == "all":
            return rows
        if wanted in several:
            return rows.filter(state__in=several[wanted])
        return rows.filter(state=wanted)


@dataclass(frozen=True, slots=True)
class Queued:
    """One document, with its order and with what it waits for."""

    delivery: Delivery
    order_address: str
    waits_for: tuple[str, ...]
    tries: int = 0  # how often it was sent

    @property
    def pk(self) -> int:
        """The id of its row."""
        return self.delivery.pk

    def __str__(self) -> str:
        row = self.delivery
        names = dict.fromkeys([row.reference, row.title])
        return " ".join(name for name in names if name) or row.kind

    @property
    def total(self) -> Money | None:
        """Its total, where it has one."""
        if self.delivery.total is None:
            return None
        return Money(self.delivery.total, self.delivery.currency)

    @property
    def in_books(self) -> str:
        """Its page in the books, where we have one."""
        row = self.delivery
        return books_address(row.connection, row.kind, row.books_id)


def _state(row: Queued) -> str:
    mark = state_badge(row.delivery.state)
    why = ""
    if row.delivery.error:
        why = f"{row.delivery.error} {row.delivery.remedy}".strip()
    elif row.waits_for:
        names = ", ".join(row.waits_for)
        why = gettext("waits for %(names)s") % {"names": names}
    if not why:
        return mark
    return format_html(
        '<div>{}<div class="text-secondary small reason">{}</div></div>', mark, why
    )


def _prepare(rows: Sequence[Any]) -> Sequence[Any]:
    sources = DeliverySource.objects.filter(delivery__in=rows).exclude(order_id="")
    orders = {
        one.delivery_id: order_address(one.bridge, one.order_id)
        for one in sources.select_related("bridge__company").order_by("-id")
    }
    unmet = DeliveryNeed.objects.filter(
        delivery__in=[row for row in rows if row.state == State.READY.value]
    ).exclude(needed__state=State.POSTED.value)
    needs: dict[int, list[str]] = {}
    for delivery_id, title, kind in unmet.values_list(
        "delivery_id", "needed__title", "needed__kind"
    ):
        needs.setdefault(delivery_id, []).append(title or str(KINDS.get(kind, kind)))
    tries = tries_of([row.pk for row in rows])
    return [
        Queued(
            row,
            orders.get(row.pk, ""),
            tuple(needs.get(row.pk, ())[:3]),
            tries.get(row.pk, 0),
        )
        for row in rows
    ]


QUEUE = Table(
    key="queue",
    caption=_("Documents on their way into the books"),
    columns=(
        Column("what", _("What"), value=str, link=lambda row: row.order_address),
        Column("kind", _("Kind"), value=lambda r: KINDS.get(r.delivery.kind, "")),
        Column(
            "state", _("State"), value=lambda r: STATES[r.delivery.state], cell=_state
        ),
        Column("total", _("Total"), value="total", align="end", format=cells.money),
        Column(
            "number",
            _("Number in the books"),
            value="delivery.books_number",
            link=lambda row: row.in_books,
        ),
        Column("attempts", _("Tries"), value="tries", align="end"),
        Column(
            "changed",
            _("Last change"),
            value="delivery.changed_at",
            sort="changed_at",
            format=cells.moment,
        ),
        Column(
            "next",
            _("Not before"),
            value="delivery.not_before",
            format=cells.moment,
            is_hidden=True,
        ),
        Column(
            "books",
            _("Books"),
            value=lambda r: str(r.delivery.connection),
            is_hidden=True,
        ),
    ),
    sort="-changed",
    search=("reference__istartswith", "title__icontains", "books_number__istartswith"),
    search_hint=_("Search by number or name"),
    filters=(
        StandFilter(),
        ChoiceFilter("kind", _("Kind"), choices=list(KINDS.items())),
        DateFilter("changed", _("Changed"), field="changed_at"),
    ),
    actions=(
        BulkAction(
            "retry",
            _("Try again"),
            "queue_retry",
            Permission.IMPORT_ORDERS,
            icon="refresh",
        ),
        BulkAction(
            "cancel",
            _("Cancel"),
            "queue_cancel",
            Permission.IMPORT_ORDERS,
            icon="ban",
            confirm=_(
                "What has not left will not be booked. Orders stay out of the books "
                "until you import them again."
            ),
            is_dangerous=True,
        ),
    ),
    empty=Empty(
        _("Nothing waits to be sent. What was sent is under “Previous”."), icon="send"
    ),
    prepare=_prepare,
)


def _rows(company: Company) -> Rows:
    return Delivery.objects.filter(company=company)


@screen(Permission.VIEW)
def queue(request: CompanyRequest) -> HttpResponseBase:
    """List what waits to be sent, unless something else is asked for."""
    rows = _rows(request.company).select_related("connection__company")
    context = {"has_pending": waiting(request.company) > 0}
    return show_table(request, QUEUE, rows.defer("document"), "web/queue.html", context)


@screen(Permission.IMPORT_ORDERS)
@require_POST
def queue_retry(request: CompanyRequest) -> HttpResponse:
    """Try the selected ones again."""
    acted = actions.retry_deliveries(request.company, _ids(request), act_of(request))
    say(request, acted, gettext("%(count)s tried again now."))
    return _shown_again(request)


@screen(Permission.IMPORT_ORDERS)
@require_POST
def queue_cancel(request: CompanyRequest) -> HttpResponse:
    """Cancel the selected ones that have not left."""
    acted = actions.cancel_deliveries(request.company, _ids(request), act_of(request))
    say(request, acted, gettext("%(count)s cancelled."))
    return _shown_again(request)


@screen(Permission.IMPORT_ORDERS)
@require_POST
def queue_clear(request: CompanyRequest) -> HttpResponse:
    """Cancel all that has not left."""
    acted = actions.clear_pending(request.company, act_of(request))
    say(request, acted, gettext("%(count)s cancelled."))
    return redirect("queue", company=request.company.slug)


def _ids(request: CompanyRequest) -> list[int]:
    chosen = resolve_selection(request, QUEUE, _rows(request.company))
    return list(chosen.order_by("pk").values_list("pk", flat=True)[:ACT_MAX])


def _shown_again(request: CompanyRequest) -> HttpResponse:
    address = request.path.rpartition("queue/")[0] + "queue/"
    query = request.POST.get("query", "")
    return redirect(f"{address}?{query}" if query else address)


urlpatterns = [
    path("queue/", queue, name="queue"),
    path("queue/retry/", queue_retry, name="queue_retry"),
    path("queue/cancel/", queue_cancel, name="queue_cancel"),
    path("queue/clear/", queue_clear, name="queue_clear"),
]
