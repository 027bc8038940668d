"""A company whose answer to one kind of request gets lost, once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from stockbridge.connectors.webconnector.simulator import HresultError
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld


@dataclass(slots=True)
class Losing:
    """Stands between the Web Connector and a company; notes what passes."""

    office: PointOfSale | Desktop
    seen: list[bytes] = field(default_factory=list)
    sessions: int = 0
    lost: int = 0  # how many answers
    word: bytes = b""  # the answer to what contains it is lost
    arrives: bool = True  # whether QuickBooks gets it at all
    afterwards: Callable[[], None] = lambda: None
    at_session: Callable[[int], None] = lambda _: None

    def open(self, path: str) -> str:
        """Begin another session."""
        self.sessions += 1
        self.at_session(self.sessions)
        return self.office.open(path)

    def process(self, request: bytes) -> bytes:
        """Do it, and say nothing if that was asked for."""
        self.seen.append(request)
        if not self.word or self.word not in request:
            return self.office.process(request)
        self.word, self.lost = b"", self.lost + 1
        if self.arrives:
            self.office.process(request)
        self.afterwards()
        raise HresultError("0x80040402", "Unexpected error.")

    def count(self, word: bytes) -> int:
        """Return how many requests contained it."""
        return sum(word in request for request in self.seen)


def lose_answer(world: QuickBooksWorld, word: bytes, *, arrives: bool = True) -> Losing:
    """Lose the answer to the next request that contains the word; return the line.

    Without `arrives` QuickBooks does not even get the request.
    """
    computer, office = world.connector.computer, world.office
    assert isinstance(office, PointOfSale | Desktop)
    line = Losing(office, word=word, arrives=arrives)
    world.connector.computer = replace(computer, company=line)
    return line
