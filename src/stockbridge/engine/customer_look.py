"""Looking for customers who changed in the store since both sides agreed.

The first look at a link only notes what the store says: nothing is sent. Later ones
compare. By itself only that is carried which changed since a person switched it on;
what changed before is shown, and chosen, by importing the customers again.
"""

from collections.abc import Sequence

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.accounting import CustomerRecord
from stockbridge.domain.customer_changes import agreed_record
from stockbridge.domain.delivery import REPLACEABLE, UNSETTLED, Event, State
from stockbridge.engine.codec import CUSTOMER
from stockbridge.engine.customer_changes import (
    KIND,
    ChangePlan,
    agreed,
    base_of,
    can_change,
    plan_change,
    queue_changes,
    sources,
)
from stockbridge.engine.fetch import CUSTOMERS
from stockbridge.engine.ground import customer_record, options_of
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import Binding, Bridge, Delivery, Run, Snapshot
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.session import Session

SLICE = 100


def note_switch(session: Session, bridge: Bridge) -> None:
    """Note since when changes are carried by themselves, before customers are read."""
    is_on = _is_on(bridge)
    if is_on is (bridge.customers_since is not None):
        return
    bridge.customers_since = session.now() if is_on else None
    with session.fenced():
        update_rows([bridge], ["customers_since"])


def look_for_changes(session: Session, bridge: Bridge) -> int:
    """Queue what changed, and note what is new; return how many changes there are."""
    if not can_change(bridge):
        return 0
    count, after = 0, 0
    while not session.is_over():
        with session.fenced():
            links = list(_unlooked(bridge).filter(pk__gt=after)[:SLICE])
            count += _look(session, bridge, links)
        if len(links) < SLICE:
            break
        after = links[-1].pk
    return count


def _is_on(bridge: Bridge) -> bool:
    options = options_of(bridge)
    return options.change_customers and options.allow_customers


def _unlooked(bridge: Bridge) -> QuerySet[Binding]:
    """Return links of which the store says something that was not looked at."""
    there = Snapshot.objects.filter(
        connection=bridge.store_id,
        feed=CUSTOMERS,
        external_id=OuterRef("store_id"),
        deleted_at=None,
    ).exclude(data=None)
    rows = Binding.objects.filter(
        store_connection=bridge.store_id, books_connection=bridge.books_id, kind=KIND
    ).annotate(mark=Subquery(there.values("digest")[:1]))
    new = Q(agreed__isnull=True)
    moved = ~Q(looked=F("mark")) if bridge.customers_since else Q(pk__in=[])
    return rows.filter(new | moved).exclude(mark=None).order_by("pk")


def _look(session: Session, bridge: Bridge, links: Sequence[Binding]) -> int:
    rows = Snapshot.objects.filter(
        connection=bridge.store_id,
        feed=CUSTOMERS,
        external_id__in=[link.store_id for link in links],
    )
    snapshots = {row.external_id: row for row in rows}
    plans = []
    for link in links:
        row = snapshots[link.store_id]
        now = customer_record(CUSTOMER.validate_python(row.data))
        if link.agreed is None:
            link.agreed = agreed(now)
        elif _is_on_its_way(bridge, link):
            continue  # looked at again once it is known what became of it
        elif (plan := _planned(session, bridge, link, (row, now))) is not None:
            plans.append(plan)
        link.looked = row.digest
        update_rows([link], ["agreed", "looked"])
    if plans:
        queue_changes(session, bridge, plans, _run(session, bridge))
    return len(plans)


def _planned(
    session: Session,
    bridge: Bridge,
    link: Binding,
    seen: tuple[Snapshot, CustomerRecord],
) -> ChangePlan | None:
    row, now = seen
    replace_waiting(session, bridge, link)
    since = bridge.customers_since
    if since is None or row.seen_at < since:
        return None
    plan = plan_change(bridge, link, now, row.digest)
    base = base_of(bridge, link)
    if plan is None and base is not None and link.agreed is not None:
        link.agreed = agreed(agreed_record(base, now), link.agreed["chain"])
    return plan


def replace_waiting(session: Session, bridge: Bridge, link: Binding) -> None:
    """Drop a change of this customer that has not left: a newer one takes its place."""
    for source in sources(bridge, link.store_id).filter(is_live=True):
        waiting: Delivery = source.delivery
        if State(waiting.state) not in REPLACEABLE:
            continue
        note = "The customer changed again."
        Mover(session).move([Move(waiting, Event.SUPERSEDE, note)])
        source.is_live = False
        source.save(update_fields=["is_live"])
        resolve_issues(
            bridge.company,
            now=session.now(),
            subject_kind="document",
            subject_id=str(waiting.pk),
            by=session.by,
        )


def _is_on_its_way(bridge: Bridge, link: Binding) -> bool:
    states = [state.value for state in UNSETTLED]
    live = sources(bridge, link.store_id).filter(is_live=True)
    return bool(live.filter(delivery__state__in=states).exists())


def _run(session: Session, bridge: Bridge) -> Run:
    now = session.now()
    return Run.objects.create(
        company_id=bridge.company_id,
        bridge=bridge,
        kind=Run.Kind.AUTOMATIC,
        state=Run.State.DONE,
        created_at=now,
        finished_at=now,
    )
