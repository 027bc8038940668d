"""A company that only notes what it is asked, and a Web Connector in front of it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector import WebConnectorEndpoint
from stockbridge.connectors.webconnector.simulator import (
    Account,
    Computer,
    Habits,
    SimulatedWebConnector,
    Surroundings,
    with_desktop,
    with_point_of_sale,
)
from stockbridge.connectors.webconnector.tests.desk import PASSWORD, USER, HonestDesk
from stockbridge.connectors.webconnector.tests.serving import served

PATH = "C:\\Books\\Mug Shop.qbw"
_NAME = re.compile(rb"<Do>(.*?)</Do>")


@dataclass(slots=True)
class NotingCompany:
    """Answers `<Do>x</Do>` with `<Done>x</Done>`, and remembers x."""

    clock: SettableClock
    takes_s: float = 1.0
    fails_with: Exception | None = None
    done: list[str] = field(default_factory=list)
    sessions: int = 0
    name: str = PATH
    opens: Callable[[str], str] | None = None  # instead of itself: a test's own way

    def open(self, path: str) -> str:
        """Count it."""
        self.sessions += 1
        return self.opens(path) if self.opens else path or self.name

    def process(self, request: bytes) -> bytes:
        """Do what is asked, and take its time."""
        self.clock.advance(self.takes_s)
        if self.fails_with is not None:
            raise self.fails_with
        found = _NAME.search(request)
        name = found.group(1).decode() if found else "?"
        self.done.append(name)
        return f"<Done>{name}</Done>".encode()


@dataclass(slots=True)
class Shop:
    """All that a test looks at."""

    desk: HonestDesk
    company: NotingCompany
    clock: SettableClock
    connector: SimulatedWebConnector


def an_envelope_of(name: str) -> bytes:
    """Return an envelope that asks for one thing."""
    return f"<Do>{name}</Do>".encode()


@contextmanager
def a_shop(
    *names: str,
    desk: HonestDesk | None = None,
    habits: Habits | None = None,
    is_desktop: bool = True,
) -> Iterator[Shop]:
    """Give a shop whose desk has these things to do, behind real HTTP."""
    clock = SettableClock()
    company = NotingCompany(clock, name=PATH if is_desktop else "Mug Shop")
    desk = desk or HonestDesk()
    desk.envelopes = [an_envelope_of(name) for name in names]
    with served(WebConnectorEndpoint(), desk) as address:
        computer = (
            with_desktop(company, facts=lambda: "<Facts/>")
            if is_desktop
            else with_point_of_sale(company)
        )
        connector = a_connector(address, computer, clock, habits)
        yield Shop(desk, company, clock, connector)


def a_connector(
    address: str,
    computer: Computer,
    clock: SettableClock,
    habits: Habits | None = None,
) -> SimulatedWebConnector:
    """Return a Web Connector whose pauses only move the clock."""
    return SimulatedWebConnector(
        computer,
        Account(address, USER, PASSWORD),
        habits,
        Surroundings(clock=clock, sleep=clock.advance),
    )
