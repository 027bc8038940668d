"""What the books contract asks of a connector's simulator.

Each books folder offers `tests/contract_desk.py` with `open_desk()`; the contract finds
it through the registry, so that no connector can be left out.
"""

from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from stockbridge.connectors import registry
from stockbridge.ports import Books


class BooksDesk(Protocol):
    """Simulated books, and what happens in them behind the connector's back."""

    currency: str

    def books(self) -> Books:
        """Return the books, opened anew as after a restart."""

    def close_period_until_today(self) -> None:
        """Close the books up to and with the contract's day."""

    def count_documents(self, reference: str) -> int:
        """Return how many live sales with this reference the books hold."""


def desk_of(slug: str) -> AbstractContextManager[BooksDesk]:
    """Open the simulated books of one connector."""
    module = import_module(f"stockbridge.connectors.books.{slug}.tests.contract_desk")
    desk: AbstractContextManager[BooksDesk] = module.open_desk()
    return desk


def books_slugs() -> list[str]:
    """Return every books connector that can be tried.

    Those that call us are tried on their translator, with a simulated company behind
    it (`translated_books`), as soon as their folder has one.
    """
    return [
        one.slug
        for one in registry.books()
        if one.open_books is not None or _has_desk(one.slug)
    ]


def _has_desk(slug: str) -> bool:
    name = f"stockbridge.connectors.books.{slug}.tests.contract_desk"
    return find_spec(name) is not None
