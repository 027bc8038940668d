"""Whose CPU it was: the engine's, the store's connector's, or that of the books.

The embedded back office works in our own process; its posting is no more the engine's
than QuickBooks' would be. A connector is the engine's guest: while it speaks, the clock
is its own, except where it asks the engine for something (a call that is paid for and
written down).
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import TypeVar, cast

from stockbridge.connectors import registry
from stockbridge.ports import Connector, Link, Wire

ENGINE, STORE, BOOKS = "engine", "store", "books"
Port = TypeVar("Port")


@dataclass(slots=True)
class Shares:
    """Seconds of this thread's CPU, by whose they were."""

    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    _whose: list[str] = field(default_factory=list)
    _since: float = 0.0

    @property
    def now(self) -> str:
        """Whose time runs now."""
        return self._whose[-1] if self._whose else ENGINE

    @contextmanager
    def of(self, whose: str) -> Iterator[None]:
        """Let the time of the block be theirs."""
        self._turn()
        self._whose.append(whose)
        try:
            yield
        finally:
            self._turn()
            self._whose.pop()

    def find(self, slug: str) -> Connector:
        """Return a connector whose ports' time is its own; a `ConnectorFinder`."""
        connector = registry.get(slug)
        return replace(
            connector,
            open_store=self._opening(STORE, connector.open_store),
            open_books=self._opening(BOOKS, connector.open_books),
        )

    def _opening(
        self, whose: str, opening: Callable[[Link], Port] | None
    ) -> Callable[[Link], Port] | None:
        if opening is None:
            return None
        return lambda link: self._lent(whose, opening, link)

    def _lent(self, whose: str, opening: Callable[[Link], Port], link: Link) -> Port:
        wire = cast(Wire, _Guest(link.wire, ENGINE, self))
        with self.of(whose):
            port = opening(replace(link, wire=wire))
        return cast(Port, _Guest(port, whose, self))

    def _turn(self) -> None:
        now = time.thread_time()
        if self._whose:
            self.spent[self.now] += now - self._since
        self._since = now


class _Guest:
    """Anything whose methods run on somebody's time."""

    def __init__(self, what: object, whose: str, shares: Shares) -> None:
        self._what, self._whose, self._shares = what, whose, shares

    def __getattr__(self, name: str) -> object:
        found = getattr(self._what, name)
        return self._timed(found) if callable(found) else found

    def _timed(self, act: Callable[..., object]) -> Callable[..., object]:
        @wraps(act)
        def timed(*args: object, **named: object) -> object:
            with self._shares.of(self._whose):
                return act(*args, **named)

        return timed
