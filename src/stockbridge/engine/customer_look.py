"""Looking for customers who changed in the store since both sides agreed.

The first look at a link only notes what the store says: nothing is sent. Later ones
compare. By itself only that is carried which changed since a person switched it on;
what changed before is shown, and chosen, by importing the customers again.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.delivery import REPLACEABLE, UNSETTLED, Event
from stockbridge.engine.customer_changes import (
    EFFECT,
    KIND,
    ChangePlan,
    agreed,
    agreed_of,
    can_change,
    has_link,
    kept_as,
    plan_change,
    queue_changes,
    record_of,
    sources,
)
from stockbridge.engine.fetch import CUSTOMERS
from stockbridge.engine.ground import options_of
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Delivery,
    DeliverySource,
    Run,
    Snapshot,
)
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.session import Session

SLICE = 100
NO_LONGER_LINKED = "Its customer is no longer linked to this one."
_ON_THEIR_WAY = sorted(state.value for state in UNSETTLED)


def note_switch(session: Session, bridge: Bridge) -> None:
    """Note since when changes are carried by themselves, before customers are read.

    What changed until then is noted first, link by link: it is only sent by hand.
    """
    is_on = _is_on(bridge)
    if is_on is (bridge.customers_since is not None):
        return
    if is_on and not _note_what_changed(session, bridge):
        return  # out of time: the next job goes on here
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


def _note_what_changed(session: Session, bridge: Bridge) -> bool:
    """Note what the store says by now of all links; return whether that is done."""
    while not session.is_over():
        with session.fenced():
            links = list(_moved(bridge).exclude(agreed=None)[:SLICE])
            for link, row in _rows(bridge, links):
                _note(link, row)
        if len(links) < SLICE:
            return True
    return False


def _is_on(bridge: Bridge) -> bool:
    options = options_of(bridge)
    return options.change_customers and options.allow_customers


def _unlooked(bridge: Bridge) -> QuerySet[Binding]:
    """Return links that have to be looked at now."""
    rows = _moved(bridge)
    return rows if bridge.customers_since else rows.filter(agreed__isnull=True)


def _moved(bridge: Bridge) -> QuerySet[Binding]:
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
    return rows.filter(new | ~Q(looked=F("mark"))).exclude(mark=None).order_by("pk")


def _rows(
    bridge: Bridge, links: Sequence[Binding]
) -> Iterator[tuple[Binding, Snapshot]]:
    rows = Snapshot.objects.filter(
        connection=bridge.store_id,
        feed=CUSTOMERS,
        external_id__in=[link.store_id for link in links],
    )
    snapshots = {row.external_id: row for row in rows}
    for link in links:
        yield link, snapshots[link.store_id]


def _look(session: Session, bridge: Bridge, links: Sequence[Binding]) -> int:
    plans = []
    for link, row in _rows(bridge, links):
        if link.agreed is not None:
            if not replace_waiting(session, bridge, link):
                continue  # looked at again once it is known what became of it
            plan = _planned(bridge, link, row)
            if plan is not None:
                plans.append(plan)
                link.looked = row.digest
                update_rows([link], ["looked"])
                continue
        _note(link, row)
    if plans:
        queue_changes(session, bridge, plans, _run(session, bridge))
    return len(plans)


def _note(link: Binding, row: Snapshot) -> None:
    """Note what the store says, without carrying it."""
    now, known = record_of(row), agreed_of(link)
    if known is None:
        link.agreed = agreed(now)
    elif link.agreed is not None:
        link.agreed = kept_as(known.looked(now), link.agreed["chain"])
    link.looked = row.digest
    update_rows([link], ["agreed", "looked"])


def _planned(bridge: Bridge, link: Binding, row: Snapshot) -> ChangePlan | None:
    since = bridge.customers_since
    if since is None or row.seen_at < since:
        return None
    return plan_change(bridge, link, row, by_itself=True)


def replace_waiting(session: Session, bridge: Bridge, link: Binding) -> bool:
    """Drop a change of this customer that has not left: a newer one takes its place.

    Returns whether there is room for it: not while one is on its way.
    """
    live = sources(bridge, link.store_id).filter(is_live=True)
    if live.filter(delivery__state__in=_ON_THEIR_WAY).exists():
        return False
    drop_waiting(session, live, "The customer changed again.")
    return not live.exists()


def on_their_way(bridge: Bridge, store_ids: Sequence[str]) -> set[str]:
    """Return those of these customers of whom a change left and is not settled."""
    rows = DeliverySource.objects.filter(
        bridge=bridge,
        kind=KIND,
        source_id__in=store_ids,
        effect=EFFECT,
        is_live=True,
        delivery__state__in=_ON_THEIR_WAY,
    )
    return set(rows.values_list("source_id", flat=True))


def drop_waiting(
    session: Session, live: QuerySet[DeliverySource], note: str
) -> list[Delivery]:
    """Supersede changes of these sources that have not left; return them."""
    states = [state.value for state in REPLACEABLE]
    found = list(live.filter(is_live=True, delivery__state__in=states))
    rows = [source.delivery for source in found]
    Mover(session).move([Move(row, Event.SUPERSEDE, note) for row in rows])
    DeliverySource.objects.filter(pk__in=[one.pk for one in found]).update(
        is_live=False
    )
    for row in rows:
        resolve_issues(
            row.company,
            now=session.now(),
            subject_kind="document",
            subject_id=str(row.pk),
            by=session.by,
        )
    return rows


def drop_changes_of(session: Session, links: Iterable[Binding], note: str) -> None:
    """Supersede what waits for links that end: it would change somebody else."""
    for link in links:
        live = DeliverySource.objects.filter(
            bridge__store=link.store_connection_id,
            bridge__books=link.books_connection_id,
            kind=KIND,
            source_id=link.store_id,
            effect=EFFECT,
        )
        drop_waiting(session, live, note)


def drop_unlinked(session: Session, rows: Sequence[Delivery]) -> list[Delivery]:
    """Return what may leave; supersede changes of customers linked otherwise by now.

    A link may end while its change is on its way, and that one may come back.
    """
    changes = [row for row in rows if row.kind == DocumentKind.CUSTOMER_CHANGE.value]
    gone = [row.pk for row in changes if not has_link(row)]
    if not gone:
        return list(rows)
    drop_waiting(
        session, DeliverySource.objects.filter(delivery__in=gone), NO_LONGER_LINKED
    )
    return [row for row in rows if row.pk not in gone]


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
