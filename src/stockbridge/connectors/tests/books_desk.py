"""What the books contract asks of a connector's simulator.

Each books folder offers `tests/contract_desk.py` (see `DeskModule`); the contract finds
it through the registry, so that no connector can be left out.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast, runtime_checkable

import pytest

from stockbridge.connectors import registry
from stockbridge.ports import Books, BooksCapabilities


class BooksDesk(Protocol):
    """Simulated books, and what happens in them behind the connector's back."""

    currency: str

    def books(self) -> Books:
        """Return the books, opened anew as after a restart."""

    def count_documents(self, reference: str) -> int:
        """Return how many live sales with this reference the books hold."""


@runtime_checkable
class ClosingDesk(BooksDesk, Protocol):
    """Simulated books in which a day can be closed to what is written."""

    def close_period_until_today(self) -> None:
        """Close the books up to and with the contract's day."""


class DeskModule(Protocol):
    """A connector's `contract_desk`: what these books can, and how to open them."""

    capabilities: BooksCapabilities
    closes_periods: bool  # whether what it opens is a `ClosingDesk`
    tells_accounts: bool  # whether its books are `ports.TellsAccounts`

    def open_desk(self) -> AbstractContextManager[BooksDesk]:
        """Open the simulated books; they have seen nothing yet."""


def desk_of(slug: str) -> AbstractContextManager[BooksDesk]:
    """Open the simulated books of one connector."""
    return _module(slug).open_desk()


def books_that(fit: Callable[[DeskModule], bool]) -> list[object]:
    """Return the books connectors that `fit`, each as a parameter of a test.

    Only books in this very process need a database.
    """
    return [
        pytest.param(
            slug,
            marks=[pytest.mark.django_db]
            if _module(slug).capabilities.is_in_process
            else [],
        )
        for slug in books_slugs()
        if fit(_module(slug))
    ]


def all_books(_: DeskModule) -> bool:
    """Let every connector be tried."""
    return True


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


def _module(slug: str) -> DeskModule:
    return cast(DeskModule, import_module(_name(slug)))


def _has_desk(slug: str) -> bool:
    return find_spec(_name(slug)) is not None


def _name(slug: str) -> str:
    return f"stockbridge.connectors.books.{slug}.tests.contract_desk"
