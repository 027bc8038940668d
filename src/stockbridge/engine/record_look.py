"""Looking for linked records that changed in the store since both sides agreed.

The first look at a link only notes what the store says: nothing is sent. Later ones
compare. By itself only that is carried which changed since a person switched it on;
what changed before is shown, and chosen, by importing the records again. Links of
customers are always noted, those of items from when changes are switched on.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import update_each, update_rows
from stockbridge.domain.delivery import REPLACEABLE, UNSETTLED, Event
from stockbridge.engine.carried import (
    BY_DOCUMENT,
    BY_KIND,
    CARRIED_CUSTOMERS,
    CARRIED_ITEMS,
    Carried,
)
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
from stockbridge.engine.record_changes import (
    ChangePlan,
    agreed,
    agreed_of,
    can_change,
    has_link,
    kept_as,
    links_of,
    plan_change,
    queue_changes,
    sources,
)
from stockbridge.engine.session import Session

SLICE = 100
LOOK_AGAIN = timedelta(hours=1)
NO_LONGER_LINKED = "What it changes is no longer linked to this one."
_ON_THEIR_WAY = sorted(state.value for state in UNSETTLED)


def note_switch(session: Session, bridge: Bridge, carried: Carried) -> bool:
    """Note since when changes are carried by themselves, before records are read.

    What changed until then is noted first, link by link: it is only sent by hand.
    Returns whether that is done.
    """
    is_on = carried.is_on(options_of(bridge)) and can_change(bridge, carried)
    if is_on is (carried.since_of(bridge) is not None):
        return True
    if is_on and not _note_what_changed(session, bridge, carried):
        return False  # out of time: the next job goes on here
    setattr(bridge, carried.since, session.now() if is_on else None)
    with session.fenced():
        update_rows([bridge], [carried.since])
    return True


def look_at_items(session: Session, bridge: Bridge) -> None:
    """Look at changed items, where that is switched on and any changed.

    And, to be safe, once an hour.
    """
    if bridge.items_since is None:
        return
    ((changed, looked, looked_at),) = _counts(bridge.pk)
    is_fresh = looked_at is not None and session.now() - looked_at < LOOK_AGAIN
    if is_fresh and looked == changed:
        return
    if look_for_changes(session, bridge, CARRIED_ITEMS):
        with session.fenced():
            seen = [(bridge.pk, changed, session.now())]
            update_each(Bridge, ["items_looked", "items_looked_at"], seen)


@prepared
def _counts(bridge_id: int) -> QuerySet[Bridge, tuple[int, int, datetime | None]]:
    """Return how far items have changed, how far that was looked at, and when."""
    rows = Bridge.objects.filter(pk=bridge_id)
    return rows.values_list("items_changed", "items_looked", "items_looked_at")


def look_for_changes(session: Session, bridge: Bridge, carried: Carried) -> bool:
    """Queue what changed, and note what is new.

    Returns whether all was looked at: not while a record's last change is on its way.
    """
    if not can_change(bridge, carried):
        return True
    is_whole, after = True, 0
    while not session.is_over():
        with session.fenced():
            links = list(_unlooked(bridge, carried).filter(pk__gt=after)[:SLICE])
            is_whole &= _look(session, bridge, carried, links)
        if len(links) < SLICE:
            return is_whole
        after = links[-1].pk
    return False


def _note_what_changed(session: Session, bridge: Bridge, carried: Carried) -> bool:
    """Note what the store says by now of all links; return whether that is done."""
    while not session.is_over():
        with session.fenced():
            links = list(_moved(bridge, carried)[:SLICE])
            for link, row in _rows(bridge, carried, links):
                _note(carried, link, row)
        if len(links) < SLICE:
            return True
    return False


def _unlooked(bridge: Bridge, carried: Carried) -> QuerySet[Binding]:
    """Return links that have to be looked at now."""
    rows = _moved(bridge, carried)
    if carried.since_of(bridge):
        return rows
    is_noted = carried is CARRIED_CUSTOMERS
    return rows.filter(agreed__isnull=True) if is_noted else rows.none()


def _moved(bridge: Bridge, carried: Carried) -> QuerySet[Binding]:
    """Return links of which the store says something that was not looked at."""
    there = Snapshot.objects.filter(
        connection=bridge.store_id,
        feed=carried.feed,
        external_id=OuterRef("store_id"),
        deleted_at=None,
    ).exclude(data=None)
    rows = links_of(bridge, carried).annotate(mark=Subquery(there.values("digest")[:1]))
    new = Q(agreed__isnull=True)
    return rows.filter(new | ~Q(looked=F("mark"))).exclude(mark=None).order_by("pk")


def _rows(
    bridge: Bridge, carried: Carried, links: Sequence[Binding]
) -> Iterator[tuple[Binding, Snapshot]]:
    rows = Snapshot.objects.filter(
        connection=bridge.store_id,
        feed=carried.feed,
        external_id__in=[link.store_id for link in links],
    )
    snapshots = {row.external_id: row for row in rows}
    for link in links:
        yield link, snapshots[link.store_id]


def _look(
    session: Session, bridge: Bridge, carried: Carried, links: Sequence[Binding]
) -> bool:
    plans, is_whole = [], True
    for link, row in _rows(bridge, carried, links):
        if link.agreed is not None:
            if not replace_waiting(session, bridge, link):
                is_whole = False
                continue  # looked at again once it is known what became of it
            plan = _planned(bridge, carried, link, row)
            if plan is not None:
                plans.append(plan)
                link.looked = row.digest
                update_rows([link], ["looked"])
                continue
        _note(carried, link, row)
    if plans:
        queue_changes(session, bridge, plans, _run(session, bridge))
    return is_whole


def _note(carried: Carried, link: Binding, row: Snapshot) -> None:
    """Note what the store says, without carrying it."""
    now, known = carried.record_of(row), agreed_of(link)
    if known is None:
        link.agreed = agreed(carried, now)
    elif link.agreed is not None:
        looked = known.looked(carried.form, now)
        link.agreed = kept_as(carried, looked, link.agreed["chain"])
    link.looked = row.digest
    update_rows([link], ["agreed", "looked"])


def _planned(
    bridge: Bridge, carried: Carried, link: Binding, row: Snapshot
) -> ChangePlan | None:
    since = carried.since_of(bridge)
    if since is None or row.seen_at < since:
        return None
    return plan_change(bridge, link, row, by_itself=True)


def replace_waiting(session: Session, bridge: Bridge, link: Binding) -> bool:
    """Drop a change of this record that has not left: a newer one takes its place.

    Returns whether there is room for it: not while one is on its way.
    """
    carried = BY_KIND[link.kind]
    live = sources(bridge, carried, link.store_id).filter(is_live=True)
    if live.filter(delivery__state__in=_ON_THEIR_WAY).exists():
        return False
    drop_waiting(session, live, f"The {carried.noun} changed again.")
    return not live.exists()


def on_their_way(
    bridge: Bridge, carried: Carried, store_ids: Sequence[str]
) -> set[str]:
    """Return those of these records of which a change left and is not settled."""
    rows = DeliverySource.objects.filter(
        bridge=bridge,
        kind=carried.kind,
        source_id__in=store_ids,
        effect=carried.effect,
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
            kind=link.kind,
            source_id=link.store_id,
            effect=BY_KIND[link.kind].effect,
        )
        drop_waiting(session, live, note)


def drop_unlinked(session: Session, rows: Sequence[Delivery]) -> list[Delivery]:
    """Return what may leave; supersede changes of what is linked otherwise by now.

    A link may end while its change is on its way, and that one may come back.
    """
    changes = [row for row in rows if row.kind in BY_DOCUMENT]
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
