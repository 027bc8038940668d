"""One order: its lines, and all that happened to it."""

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path

from stockbridge.companies.permissions import Permission
from stockbridge.domain.commerce import Order, OrderLine
from stockbridge.domain.delivery import State
from stockbridge.domain.money import Money
from stockbridge.domain.planning import SALE
from stockbridge.engine.codec import ORDER
from stockbridge.engine.decisions import FINAL_CODES
from stockbridge.engine.fetch import ITEMS, ORDERS
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Delivery,
    DeliverySource,
    Disposition,
    Issue,
    Snapshot,
)
from stockbridge.engine.settings_needed import CODE as SETTING_NEEDED
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.addresses import books_address, item_address
from stockbridge.web.issue_cards import cards
from stockbridge.web.order_customer import buyer_of
from stockbridge.web.order_exchanges import calls_about, documents_sent
from stockbridge.web.order_story import story
from stockbridge.web.screens.bridge_options import find_bridge
from stockbridge.web.state_words import (
    KINDS,
    outcome_badge,
    state_badge,
    status_badge,
)
from stockbridge.web.text import Text

Outcome = Disposition.Outcome
_THERE = (State.POSTED.value, State.SENT.value, State.IN_DOUBT.value)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the order, with the item that it sells."""

    line: OrderLine
    item_address: str
    linked_to: str
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the order, with its whole history."""

    delivery: Delivery
    kind: Text
    state: str
    address: str
    total: Money | None
    events: list[Any]


@dataclass(slots=True)
class OrderPage:
    """All that the page of one order shows."""

    bridge: Bridge
    order_id: str
    snapshot: Snapshot | None
    order: Order | None
    dispositions: list[Disposition]
    deliveries: list[Delivery]
    issues: list[Issue]
    lines: list[Line] = field(default_factory=list)

    @property
    def current(self) -> Disposition | None:
        """What became of the order itself."""
        for row in self.dispositions:
            if row.source_kind == "order" and row.is_current:
                return row
        return None

    @property
    def is_in_books(self) -> bool:
        """Whether its sale is in the books, or may be."""
        return any(
            row.state in _THERE
            and any(s.effect == SALE and s.is_live for s in row.sources.all())
            for row in self.deliveries
        )

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return self.is_in_books and self.outcome == Outcome.POSTED

    @property
    def outcome(self) -> str:
        """The outcome, "" before anybody looked at it."""
        return self.current.outcome if self.current else ""

    @property
    def can_retry(self) -> bool:
        """Whether a document gave up or was refused."""
        failed = State.FAILED.value
        return any(
            row.state == failed or (row.state == State.HELD.value and row.was_refused)
            for row in self.deliveries
        )

    @property
    def can_import_again(self) -> bool:
        """Whether a person put it aside."""
        if self.current is None:
            return False
        put_aside = self.outcome in (Outcome.BOOKED_ELSEWHERE, Outcome.UNDONE)
        return put_aside or self.current.code in FINAL_CODES

    @property
    def can_import(self) -> bool:
        """Whether importing it by hand may do something."""
        if self.is_in_books or self.can_import_again or self.snapshot is None:
            return False
        return self.outcome in ("", Outcome.EXCLUDED, Outcome.WAITING, Outcome.HELD)

    @property
    def can_mark_elsewhere(self) -> bool:
        """Whether somebody may have booked it another way."""
        known = self.current is not None
        return (
            known and not self.is_in_books and self.outcome != Outcome.BOOKED_ELSEWHERE
        )


def load(bridge: Bridge, order_id: str) -> OrderPage:
    """Return what is known of an order; Http404 for one that was never seen."""
    snapshot = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, external_id=order_id
    ).first()
    dispositions = list(
        Disposition.objects.filter(bridge=bridge, order_id=order_id).order_by("id")
    )
    if snapshot is None and not dispositions:
        raise Http404
    order = None
    if snapshot and snapshot.data and not snapshot.problem:
        order = ORDER.validate_python(snapshot.data)
    deliveries = _deliveries(bridge, order_id)
    page = OrderPage(
        bridge,
        order_id,
        snapshot,
        order,
        dispositions,
        deliveries,
        _issues(bridge, order_id, deliveries),
    )
    if order is not None:
        page.lines = _lines(bridge, order)
    return page


def _deliveries(bridge: Bridge, order_id: str) -> list[Delivery]:
    own = DeliverySource.objects.filter(bridge=bridge, order_id=order_id)
    ids = set(own.values_list("delivery_id", flat=True))
    shared = Delivery.objects.filter(needed_by__delivery__in=ids, bridge=None)
    ids |= set(shared.values_list("pk", flat=True))
    rows = Delivery.objects.filter(pk__in=ids).select_related("batch", "connection")
    return list(rows.prefetch_related("events", "sources").order_by("id"))


def _issues(bridge: Bridge, order_id: str, deliveries: list[Delivery]) -> list[Issue]:
    rows = Issue.objects.filter(company=bridge.company, bridge=bridge)
    documents = [str(row.pk) for row in deliveries]
    held = [row for row in deliveries if row.state == State.HELD.value]
    needed = {row.waits_for.partition(",")[0] for row in held} - {""}
    found = (
        rows.filter(subject_kind="order", subject_id=order_id)
        | rows.filter(details__order_id=order_id)
        | Issue.objects.filter(
            company=bridge.company, subject_kind="document", subject_id__in=documents
        )
        | Issue.objects.filter(
            connection=bridge.books_id,
            code=SETTING_NEEDED,
            subject_id__in=needed,
            resolved_at=None,
        )
    )
    return list(found.select_related("bridge__company").order_by("opened_at"))


def _lines(bridge: Bridge, order: Order) -> list[Line]:
    ids = {line.item_id for line in order.item_lines} - {""}
    pairs = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="item",
        store_id__in=ids,
    )
    linked: dict[str, list[str]] = {}
    for row in pairs:
        linked.setdefault(row.store_id, []).append(row.books_id)
    wanted = {one for many in linked.values() for one in many}
    names = dict(
        Snapshot.objects.filter(
            connection=bridge.books_id, feed=ITEMS, external_id__in=wanted
        ).values_list("external_id", "name")
    )
    found = []
    for line in order.lines:
        parts = linked.get(line.item_id, [])
        found.append(
            Line(
                line,
                item_address(bridge, line.item_id) if line.item_id else "",
                ", ".join(names.get(part, part) for part in parts),
                is_missing=line in order.item_lines and not parts,
            )
        )
    return found


@screen(Permission.VIEW)
def order(request: CompanyRequest, uid: str, order: str) -> HttpResponse:
    """Show what happened to an order."""
    bridge = find_bridge(request, uid)
    page = load(bridge, order)
    may_see_logs = request.membership.may(Permission.SEE_LOGS)
    context = {
        "page": page,
        "bridge": bridge,
        "number": _number(page),
        "status": status_badge(page.snapshot.status) if page.snapshot else "",
        "outcome": outcome_badge(page.outcome) if page.outcome else "",
        "cards": cards(
            [one for one in page.issues if one.resolved_at is None], request.membership
        ),
        "story": story(
            bridge, page.order, page.dispositions, page.deliveries, page.issues
        ),
        "documents": [_document(bridge, row) for row in page.deliveries],
        "refunds": _refunds(page),
        "customer": (
            buyer_of(bridge, page.order.customer, page.deliveries)
            if page.order
            else None
        ),
        "sent": documents_sent(page.deliveries) if may_see_logs else [],
        "calls": calls_about(bridge, order) if may_see_logs else [],
        "here": request.path,
    }
    return render(request, "web/order.html", context)


def _number(page: OrderPage) -> str:
    if page.snapshot and page.snapshot.key:
        return page.snapshot.key
    return page.order_id


def _document(bridge: Bridge, row: Delivery) -> Document:
    return Document(
        delivery=row,
        kind=KINDS.get(row.kind, row.kind),
        state=state_badge(row.state),
        address=books_address(bridge.books, row.kind, row.books_id),
        total=Money(row.total, row.currency) if row.total is not None else None,
        events=[
            {"event": one, "state": state_badge(one.after)} for one in row.events.all()
        ],
    )


def _refunds(page: OrderPage) -> list[dict[str, Any]]:
    became = {
        row.source_id: row
        for row in page.dispositions
        if row.source_kind == "refund" and row.is_current
    }
    found = []
    for refund in page.order.refunds if page.order else ():
        row = became.get(refund.external_id)
        found.append(
            {
                "refund": refund,
                "outcome": outcome_badge(row.outcome) if row else "",
                "reason": row.reason if row else "",
            }
        )
    return found


urlpatterns = [path("orders/of/<slug:uid>/<path:order>/", order, name="order")]
