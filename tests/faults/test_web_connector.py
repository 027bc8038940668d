"""The Web Connector at the engine's desk, over the wire, with a mishap at every step.

Whatever goes wrong: each document is in the books once, and is known to be there. A
part of it in every run of the tests; all of it: `make faults`.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connections

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector import WebConnectorEndpoint
from stockbridge.connectors.webconnector.simulator import (
    Account,
    Ending,
    Mishap,
    SimulatedWebConnector,
    Step,
    Surroundings,
    at,
    every_mishap,
    with_point_of_sale,
)
from stockbridge.connectors.webconnector.tests.serving import served
from stockbridge.domain import identity
from stockbridge.engine.desk.counter import EngineDesk
from stockbridge.engine.desk.tests.caller import NOW, Caller, a_caller
from stockbridge.engine.desk.tests.till import Till
from stockbridge.engine.models import Delivery
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import Answer, Call, Desk, DeskEndpoint

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ENVELOPES = 6  # the company, a customer, a sale, a payment, two lists
STEPS = [
    Step(number, name)
    for number, name in enumerate(
        [
            "serverVersion",
            "clientVersion",
            "authenticate",
            "open the company",
            *["sendRequestXML", "process", "receiveResponseXML"] * ENVELOPES,
            "closeConnection",
        ],
        start=1,
    )
]
EVERY = int(os.environ.get("STOCKBRIDGE_FAULTS_EVERY", "24"))
ALL = list(every_mishap(STEPS))
MISHAPS = ALL[EVERY // 2 :: EVERY]
#: A second Web Connector at the first step of each name, in every run of the tests.
FIRSTS = {step.name: step for step in reversed(STEPS)}.values()
VISITED = [
    (step, mishap)
    for step, mishap in ALL
    if step in FIRSTS and mishap in {Mishap.SECOND, Mishap.OVERTAKEN}
]
TRIED = [*MISHAPS, *(one for one in VISITED if one not in MISHAPS)]


@dataclass
class OpenTill:
    """The till, as a company that QuickBooks has open."""

    till: Till
    clock: SettableClock

    def open(self, _path: str) -> str:
        """Return its name: nothing of a till is a session's own."""
        return self.till.identity

    def process(self, request: bytes) -> bytes:
        """Take two seconds."""
        self.clock.advance(2)
        return self.till.process(request)


@dataclass
class Mounted(DeskEndpoint):
    """The endpoint with a desk made anew for each call, as `web/hooks.py` has it."""

    caller: Caller[Till]
    clock: SettableClock
    body_bytes_max = WebConnectorEndpoint.body_bytes_max

    def serve(self, call: Call, _desk: Desk) -> Answer:
        """Serve at the engine's desk, by the simulated clock."""
        self.caller.now = self.clock.now()
        try:
            return WebConnectorEndpoint().serve(call, self.desk())
        finally:
            connections.close_all()

    def desk(self) -> EngineDesk:
        """Return a new one."""
        return self.caller.desk()


@dataclass
class Shop:
    """What a test looks at."""

    world: World
    till: Till
    clock: SettableClock
    connector: SimulatedWebConnector

    def unsettled(self) -> int:
        """Return how many documents are still on their way."""
        states = ["ready", "sent", "in_doubt"]
        return Delivery.objects.filter(state__in=states).count()

    def come_again(self) -> None:
        """Let the Web Connector come every twenty minutes until all is settled."""
        for _ in range(8):
            self.clock.advance(20 * 60)
            self.connector.update()
            if not self.unsettled():
                return


@contextmanager
def a_shop() -> Iterator[Shop]:
    """Give a shop with one paid order that waits for the Web Connector."""
    world = a_world()
    world.shop.place(an_order())
    world.clock.advance(minutes=6)
    world.store_job()
    till, clock = Till(), SettableClock(NOW)
    caller = a_caller(world.books_connection, till)
    mounted = Mounted(caller, clock)
    with served(mounted, mounted.desk()) as address:
        connector = SimulatedWebConnector(
            with_point_of_sale(OpenTill(till, clock)),
            Account(address, caller.user, caller.password),
            surroundings=Surroundings(clock=clock, sleep=clock.advance),
        )
        yield Shop(world, till, clock, connector)


def test_these_are_all_the_steps() -> None:
    with a_shop() as shop:
        session = shop.connector.session()
        outcome = session.run()

        assert outcome.ending is Ending.FINISHED
        assert session.steps == STEPS
        assert shop.world.outcome("727") == "posted"


def test_a_second_web_connector_is_told_that_we_are_busy() -> None:
    with a_shop() as shop:
        first = shop.connector.session()
        first.until("receiveResponseXML")

        second = shop.connector.update()
        shop.clock.advance(140)
        again = shop.connector.update()
        rest = first.run()

        assert (second.ending, again.ending) == (Ending.BUSY, Ending.BUSY)
        assert rest.ending is Ending.FINISHED
        assert shop.world.outcome("727") == "posted"


def test_after_a_web_connector_was_killed_the_next_is_busy_for_150_seconds() -> None:
    with a_shop() as shop:
        shop.connector.update(at(6, Mishap.DIE_AFTER))

        shop.clock.advance(140)
        early = shop.connector.update()
        shop.clock.advance(15)
        later = shop.connector.update()

        assert (early.ending, later.ending) == (Ending.BUSY, Ending.FINISHED)
        assert shop.world.outcome("727") == "posted"


@pytest.mark.parametrize(
    ("step", "mishap"),
    TRIED,
    ids=[f"{step.number} {step.name} {mishap.value}" for step, mishap in TRIED],
)
def test_each_document_is_booked_once_whatever_happens(
    step: Step, mishap: Mishap
) -> None:
    with a_shop() as shop:
        shop.connector.update(at(step.number, mishap))
        shop.come_again()

        booked = Counter(post.marker for post in shop.till.written)
        wanted = {
            identity.marker_of(row.key, generation=row.generation)
            for row in Delivery.objects.all()
        }
        assert booked == Counter(wanted)
        assert len(wanted) == 3
        assert {row.state for row in Delivery.objects.all()} == {"posted"}
        assert shop.world.outcome("727") == "posted"
