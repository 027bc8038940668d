"""What happened to an order, in the order in which it happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.commerce import Order
from stockbridge.domain.delivery import State
from stockbridge.engine.models import Bridge, Delivery, Disposition, Issue
from stockbridge.web import cells
from stockbridge.web.addresses import books_address
from stockbridge.web.state_words import KINDS, OUTCOMES
from stockbridge.web.text import Text

_ICONS = {
    Disposition.Outcome.POSTED: ("circle-check", "green"),
    Disposition.Outcome.HELD: ("alert-triangle", "yellow"),
    Disposition.Outcome.UNREADABLE: ("alert-circle", "red"),
    Disposition.Outcome.UNDONE: ("arrow-back-up", "secondary"),
    Disposition.Outcome.PLANNED: ("clock", "blue"),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened."""

    at: datetime
    text: Text
    detail: Text = ""
    icon: str = "point"
    colour: str = "secondary"
    address: str = ""
    by: str = ""


def story(
    bridge: Bridge,
    order: Order | None,
    dispositions: Iterable[Disposition],
    deliveries: Iterable[Delivery],
    issues: Iterable[Issue],
) -> list[Chapter]:
    """Return what happened, the newest last."""
    asked = list(issues)
    said = {issue.message for issue in asked}
    decided = [row for row in dispositions if row.reason not in said]
    found = [
        *(_in_store(order) if order else ()),
        *_decided(decided),
        *_booked(bridge, deliveries),
        *_asked(asked),
    ]
    return sorted(found, key=lambda chapter: chapter.at)


def _in_store(order: Order) -> Iterator[Chapter]:
    total = cells.money(order.total)
    placed = _("Placed in the store: %(total)s") % {"total": total}
    yield Chapter(order.placed_at, placed, icon="shopping-cart")
    if order.paid_at:
        text = _("Paid in the store")
        yield Chapter(order.paid_at, text, order.payment_title, icon="cash")
    if order.completed_at:
        yield Chapter(order.completed_at, _("Completed in the store"), icon="truck")
    for refund in order.refunds:
        text = _("Refunded in the store: %(amount)s") % {
            "amount": cells.money(refund.amount)
        }
        yield Chapter(refund.refunded_at, text, refund.reason, icon="receipt-refund")


def _decided(rows: Iterable[Disposition]) -> Iterator[Chapter]:
    for row in rows:
        icon, colour = _ICONS.get(
            Disposition.Outcome(row.outcome), ("point", "secondary")
        )
        subject = _("The order") if row.source_kind == "order" else _("A refund")
        text = _("%(subject)s: %(outcome)s") % {
            "subject": subject,
            "outcome": OUTCOMES.get(row.outcome, row.outcome),
        }
        yield Chapter(row.at, text, row.reason.partition("\n")[0], icon, colour)


def _booked(bridge: Bridge, rows: Iterable[Delivery]) -> Iterator[Chapter]:
    for row in rows:
        if row.state != State.POSTED.value or row.posted_at is None:
            continue
        text = _("In the books: %(kind)s %(number)s") % {
            "kind": KINDS.get(row.kind, row.kind),
            "number": row.books_number or row.books_id,
        }
        is_undo = row.kind == DocumentKind.REVERSAL.value
        yield Chapter(
            row.posted_at,
            text,
            f"{cells.money(row.total)} {row.currency}" if row.total else row.title,
            "arrow-back-up" if is_undo else "book",
            "secondary" if is_undo else "green",
            books_address(bridge.books, row.kind, row.books_id),
        )


def _asked(rows: Iterable[Issue]) -> Iterator[Chapter]:
    for row in rows:
        text = _("Asked you: %(title)s") % {"title": row.title}
        yield Chapter(row.opened_at, text, row.message, "alert-triangle", "yellow")
        if row.resolved_at:
            done = _("Settled: %(title)s") % {"title": row.title}
            yield Chapter(
                row.resolved_at, done, "", "circle-check", "green", by=row.resolved_by
            )
