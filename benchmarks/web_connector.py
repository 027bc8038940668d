"""A full queue through the Web Connector: round trips, and our share of each call.

1,000 orders of 1,000 new customers over 3,000 known items, to Point of Sale and to
Desktop. The simulated company charges seconds per list entry and per document, by a
clock of its own, and cuts at 120 s; how fast it is, we have to find out. The floor of
the trips is what the 120 s allow to anybody who knew the speed before.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from benchmarks.figures import Figure, percentile
from benchmarks.queued_orders import fill_queue
from stockbridge.connectors import registry
from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    Company as DesktopCompany,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    command as desktop_command,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator import lists
from stockbridge.connectors.books.quickbooks_pos.simulator import (
    a_company as a_pos_company,
)
from stockbridge.connectors.books.quickbooks_pos.simulator import command as pos_command
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import (
    Start,
    add_item,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.pacing import CUT_S
from stockbridge.engine.clock import utc_now
from stockbridge.engine.desk.access import make_access
from stockbridge.engine.desk.counter import EngineDesk
from stockbridge.engine.desk.visits import open_visit
from stockbridge.engine.links import valid_settings
from stockbridge.engine.models import Batch, Connection, Conversation, Delivery
from stockbridge.ports import CompanyNotice, Fault, Verdict

ENTRY_S, DOCUMENT_S = 0.3, 0.5
Told = TypeVar("Told")
RATIO_MAX, FAST_TRIPS_MAX = 1.3, 25.0
P50_MS, P99_MS = 50.0, 2_000.0


@dataclass
class Bench:
    """One company, its connection, and what the calls to us cost."""

    slug: str
    title: str
    clock: SettableClock
    process: Callable[[bytes], bytes]
    begin_session: Callable[[], None]
    settings: dict[str, str]
    ids: list[str]  # of the items, by number
    factor: float = 1.0
    spent_ms: list[float] = field(default_factory=list)  # sign-in to close
    ahead_ms: list[float] = field(default_factory=list)  # while the company works
    trips: int = 0
    cuts: int = 0

    def drain(self, connection: Connection) -> None:
        """Visit until all is written."""
        access, password = make_access(connection)
        unsettled = Delivery.objects.filter(
            connection=connection, state__in=["ready", "sent", "in_doubt"]
        )
        while unsettled.exists():
            self.clock.advance(600)
            self.begin_session()
            told = self._call(
                connection, lambda desk: desk.sign_in(access.user_name, password)
            )
            if told.verdict is not Verdict.OPEN:
                raise RuntimeError(f"Sign-in came to {told.verdict}.")
            self._visit(connection, told.ticket)

    def _visit(self, connection: Connection, ticket: str) -> None:
        notice = CompanyNotice()
        while envelope := self._call(
            connection, lambda desk: desk.next_envelope(ticket, notice)
        ):
            kind = Batch.objects.values_list("kind", flat=True).get(
                pk=Conversation.objects.values_list("batch", flat=True).get(
                    ticket=ticket
                )
            )
            self.trips += kind in ("check", "prepare", "write", "look_up", "recover")
            if not self._goes_on(connection, ticket, envelope):
                break
        self._call(connection, lambda desk: desk.close(ticket))
        if open_visit(connection) is not None:
            raise RuntimeError("The visit did not end.")

    def _goes_on(self, connection: Connection, ticket: str, envelope: bytes) -> bool:
        """Let the company process an envelope; bring what came of it."""
        began = self.clock.now()
        answer = self.process(envelope)
        if (self.clock.now() - began).total_seconds() > CUT_S:
            self.cuts += 1
            fault = Fault("0x80040402", "The operation timed out.")
            self._call(connection, lambda desk: desk.lose_answer(ticket, fault))
            return False
        told = self._call(connection, lambda desk: desk.take_answer(ticket, answer))
        return 0 <= told < 100

    def _desk(self, connection: Connection) -> EngineDesk:
        row = Connection.objects.select_related("company", "desk").get(pk=connection.pk)
        connector = registry.get(self.slug)
        settings = valid_settings(connector, row.settings)
        assert connector.translator is not None
        return EngineDesk(row, connector.translator(settings, row.facts), self.now())

    def _call(self, connection: Connection, act: Callable[[EngineDesk], Told]) -> Told:
        began = time.perf_counter()
        desk = self._desk(connection)
        told = act(desk)
        self.spent_ms.append((time.perf_counter() - began) * 1000)
        self._meanwhile(desk)
        return told

    def _meanwhile(self, desk: EngineDesk) -> None:
        """Let us do what we do while the company works."""
        if desk.out is None:
            return
        began = time.perf_counter()
        desk.work_ahead()
        self.ahead_ms.append((time.perf_counter() - began) * 1000)

    def now(self) -> datetime:
        """Return the company's time."""
        return self.clock.now()


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield trips and our share, to both kinds, at three speeds."""
    orders, items = (30, 50) if quick else (1_000, 3_000)
    queued = 30 if quick else 10_000
    for make in (point_of_sale, desktop):
        for factor in (1.0, 4.0, 0.1):
            yield from _drained(make(items, factor), orders, factor)
        yield from _drained(make(items, 1.0), orders, 1.0, refused_every=100)
        yield from _share(make(items, 1.0), queued)


def _drained(
    bench: Bench, orders: int, factor: float, *, refused_every: int = 0
) -> Iterator[Figure]:
    connection = fill_queue(
        bench.slug,
        bench.settings,
        bench.ids,
        orders=orders,
        refused_every=refused_every,
    )
    began = bench.now()
    bench.drain(connection)
    work_s = orders * (ENTRY_S + DOCUMENT_S) * factor
    bound = math.ceil(work_s / CUT_S)
    posted = Delivery.objects.filter(connection=connection, state="posted").count()
    facts: dict[str, object] = {
        "orders": orders,
        "posted": posted,
        "refused": Delivery.objects.filter(
            connection=connection, was_refused=True
        ).count(),
        "cuts": bench.cuts,
        "simulated_minutes": round((bench.now() - began) / timedelta(minutes=1), 1),
    }
    is_fast = factor < 1
    yield Figure(
        f"Web Connector, {bench.title}, {_speed(factor)}"
        f"{', some refused' if refused_every else ''}: round trips",
        bench.trips,
        "trips",
        target=FAST_TRIPS_MAX if is_fast else max(RATIO_MAX * bound, 3),
        floor=bound,
        floor_is="what 120 s a trip allow",
        facts=facts,
    )


def _share(bench: Bench, queued: int) -> Iterator[Figure]:
    """Measure our share of each call with a long queue, over the first calls."""
    connection = fill_queue(bench.slug, bench.settings, bench.ids, orders=queued)
    bench.drain(connection)
    facts: dict[str, object] = {
        "queued": queued,
        "calls": len(bench.spent_ms),
        "ahead_p50_ms": percentile(bench.ahead_ms, 50),
    }
    for percent, target in ((50, P50_MS), (99, P99_MS)):
        yield Figure(
            f"Web Connector, {bench.title}: our share of a call, p{percent}",
            percentile(bench.spent_ms, percent),
            "ms",
            target=target,
            facts=facts,
        )


def point_of_sale(items: int, factor: float) -> Bench:
    """Return a Point of Sale company with so many items."""
    clock = SettableClock(utc_now())
    company = a_pos_company(Start(clock=clock))
    company.seconds_per_list_entry = ENTRY_S * factor
    company.seconds_per_document = DOCUMENT_S * factor
    ids = [add_item(company, f"SKU-{n:06}", on_hand="100000") for n in range(items)]
    return Bench(
        "quickbooks_pos",
        "Point of Sale",
        clock,
        company.process,
        company.begin_session,
        pos_command.fitting_settings(),
        ids,
    )


def desktop(items: int, factor: float) -> Bench:
    """Return a Desktop company file with so many items."""
    clock = SettableClock(utc_now())
    company = DesktopCompany(clock=clock)
    company.entry_s, company.document_s = ENTRY_S * factor, DOCUMENT_S * factor
    ids = [
        lists.add_plain(company.state, "ItemInventory", f"SKU-{n:06}").id
        for n in range(items)
    ]
    return Bench(
        "quickbooks_desktop",
        "Desktop",
        clock,
        company.process,
        company.begin_session,
        desktop_command.fitting_settings(company),
        ids,
    )


def _speed(factor: float) -> str:
    return {1.0: "as guessed", 4.0: "4 times slower"}.get(factor, "10 times faster")
