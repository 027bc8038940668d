"""The queue by hand: try again, cancel, clear what waits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction

from stockbridge.companies.models import Company
from stockbridge.domain.delivery import REPLACEABLE, Event, State
from stockbridge.domain.identity import Source
from stockbridge.domain.planning import SALE, SHARED, Outcome
from stockbridge.engine import ticks
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.hand import Acted, Refused, plan_again, session_of
from stockbridge.engine.decisions import CANCELLED, dropped
from stockbridge.engine.models import (
    Bridge,
    Delivery,
    DeliveryNeed,
    DeliverySource,
    Disposition,
)
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.record_changes import after_drops
from stockbridge.engine.settle import close_refusal

WAITING_VALUES = sorted(state.value for state in REPLACEABLE)
#: Documents that take others back: no plan of an order makes them anew.
UNDOING = "reversal:"


def retry_deliveries(company: Company, ids: Iterable[int], act: Act) -> Acted:
    """Try again what gave up or was refused.

    A refused document of an order is planned anew, with all of the order that has
    not left: what was mended in the store, the books or the options then counts.
    A refused customer or item leaves again as it is.
    """
    with transaction.atomic():
        rows = _locked(company, ids)
        acted = Acted(0)
        for row in rows:
            acted += _retry(row, act)
    ticks.wake({row.connection_id for row in rows})
    return acted


def cancel_deliveries(company: Company, ids: Iterable[int], act: Act) -> Acted:
    """Drop documents that have not left, with those that cannot go without them.

    An order whose sale is dropped stays out of the books until a person imports it
    again. What another order needs is not dropped.
    """
    with transaction.atomic():
        rows = _locked(company, ids)
        chosen = {row.pk: row for row in rows if row.state in WAITING_VALUES}
        refused = [
            Refused(str(row.pk), _why_not(row)) for row in rows if row.pk not in chosen
        ]
        _add_dependents(chosen)
        needed = _needed_elsewhere(chosen)
        for pk in needed:
            reason = "Others wait for it: cancel those first."
            refused.append(Refused(str(pk), reason))
            chosen.pop(pk)
        _cancel(list(chosen.values()), act)
    count = sum(row.pk in chosen for row in rows)
    return Acted(count, tuple(refused))


def clear_pending(company: Company, act: Act, *, bridge: Bridge | None = None) -> Acted:
    """Drop all that waits to leave, of a company or of one bridge."""
    with transaction.atomic():
        rows = Delivery.objects.filter(company=company, state__in=WAITING_VALUES)
        if bridge is not None:
            rows = rows.filter(bridge=bridge)
        first = cancel_deliveries(
            company,
            list(rows.exclude(bridge=None).values_list("pk", flat=True)),
            act,
        )
        if bridge is not None:
            return first
        # Customers and items last: by now nothing needs them any more.
        shared = rows.filter(bridge=None).values_list("pk", flat=True)
        return first + cancel_deliveries(company, list(shared), act)


def _locked(company: Company, ids: Iterable[int]) -> list[Delivery]:
    rows = Delivery.objects.select_for_update(of=("self",)).filter(
        company=company, pk__in=list(ids)
    )
    found = rows.select_related("connection__company", "company", "bridge")
    return list(found.order_by("id"))


def _retry(row: Delivery, act: Act) -> Acted:
    row.refresh_from_db(fields=["state"])  # an earlier one may have replaced it
    state = State(row.state)
    mover = Mover(session_of(row.connection, act))
    fresh = {
        "attempts": 0,
        "untried": 0,
        "not_before": None,
        "error": "",
        "remedy": "",
        "unreadable": 0,
        "waits_for": "",
    }
    if state is State.SUPERSEDED:
        return Acted(1)
    if state is State.FAILED:
        mover.move([Move(row, Event.RESUME, "By hand.", fresh)])
        return Acted(1)
    if state is State.READY:
        Delivery.objects.filter(pk=row.pk, state=state.value).update(not_before=None)
        return Acted(1)
    if state is not State.HELD:
        return Acted(0, (Refused(str(row.pk), _why_not(row)),))
    if not row.was_refused:
        reason = "A safety limit holds it: allow it among what needs you."
        return Acted(0, (Refused(str(row.pk), reason),))
    orders = _orders_of(row)
    if orders:
        _plan_anew(row, orders, act)
    else:
        changes = {**fresh, "was_refused": False}
        mover.move([Move(row, Event.RELEASE, "By hand.", changes)])
        close_refusal(mover.session, row, by=act.by)
    return Acted(1)


def _orders_of(row: Delivery) -> dict[Bridge, set[str]]:
    """Return the orders that would plan this document; none for shared records."""
    found: dict[Bridge, set[str]] = defaultdict(set)
    sources = row.sources.filter(is_live=True).exclude(order_id="")
    for source in sources.exclude(effect__startswith=UNDOING).select_related("bridge"):
        found[source.bridge].add(source.order_id)
    return found


def _plan_anew(row: Delivery, orders: dict[Bridge, set[str]], act: Act) -> None:
    session = session_of(row.connection, act)
    for bridge, order_ids in orders.items():
        replaced = list(
            Delivery.objects.filter(
                sources__bridge=bridge,
                sources__order_id__in=order_ids,
                sources__is_live=True,
                state__in=WAITING_VALUES,
            )
            .exclude(sources__effect__startswith=UNDOING)
            .distinct()
        )
        note = "Planned anew, by hand."
        Mover(session).move([Move(one, Event.SUPERSEDE, note) for one in replaced])
        DeliverySource.objects.filter(delivery__in=replaced).update(is_live=False)
        for one in replaced:
            one.company = row.company
            close_refusal(session, one, by=act.by)
        plan_again(bridge, order_ids)


def _add_dependents(chosen: dict[int, Delivery]) -> None:
    """Add what needs a chosen document of an order, and what needs that."""
    fresh = {pk for pk, row in chosen.items() if row.kind not in SHARED}
    while fresh:
        needs = DeliveryNeed.objects.filter(
            needed__in=fresh, delivery__state__in=WAITING_VALUES
        ).select_related("delivery__connection__company", "delivery__company")
        found = {need.delivery_id: need.delivery for need in needs}
        fresh = set(found) - set(chosen)
        chosen.update({pk: found[pk] for pk in fresh})


def _needed_elsewhere(chosen: dict[int, Delivery]) -> set[int]:
    needs = DeliveryNeed.objects.filter(
        needed__in=chosen, delivery__state__in=WAITING_VALUES
    ).exclude(delivery__in=chosen)
    return set(needs.values_list("needed_id", flat=True))


def _cancel(rows: Sequence[Delivery], act: Act) -> None:
    if not rows:
        return
    session = session_of(rows[0].connection, act)
    Mover(session).move([Move(row, Event.CANCEL, "By hand.") for row in rows])
    sources = list(
        DeliverySource.objects.filter(delivery__in=rows, is_live=True).select_related(
            "bridge"
        )
    )
    DeliverySource.objects.filter(pk__in=[source.pk for source in sources]).update(
        is_live=False
    )
    _keep_out(sources, act)
    after_drops(rows)
    for row in rows:
        close_refusal(session, row, by=act.by)


def _keep_out(sources: Sequence[DeliverySource], act: Act) -> None:
    """Remember what a person dropped, so that no plan brings it back by itself."""
    by_order: dict[tuple[Bridge, str], list[DeliverySource]] = defaultdict(list)
    for source in sources:
        if source.order_id and not source.effect.startswith(UNDOING):
            by_order[source.bridge, source.order_id].append(source)
    for (bridge, order_id), gone in by_order.items():
        row = Disposition.objects.filter(
            bridge=bridge, source_kind="order", source_id=order_id, is_current=True
        ).first()
        if row is None:
            continue
        marks = [dropped(s.effect, Source(s.kind, s.source_id)) for s in gone]
        row.settled = list(dict.fromkeys([*row.settled, *marks]))
        if any(source.effect == SALE for source in gone):
            row.outcome, row.code = Outcome.EXCLUDED.value, CANCELLED
            row.reason = f"Cancelled by {act.by or 'a person'}."
            row.at = act.now
        row.save(update_fields=["settled", "outcome", "code", "reason", "at"])
    for bridge in {bridge for bridge, _ in by_order}:
        plan_again(bridge, [order for one, order in by_order if one == bridge])


def _why_not(row: Delivery) -> str:
    words = {
        State.SENT: "It is on its way.",
        State.IN_DOUBT: "It is being checked whether the books received it.",
        State.POSTED: "It is in the books.",
        State.CANCELLED: "It was cancelled.",
        State.SUPERSEDED: "A later one took its place.",
    }
    return words.get(State(row.state), "It waits for something else.")
