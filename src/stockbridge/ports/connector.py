"""What a connector folder declares of itself."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from stockbridge.ports.books import Books
from stockbridge.ports.calls import Endpoint
from stockbridge.ports.links import Link
from stockbridge.ports.stores import Store


@dataclass(frozen=True, slots=True)
class Connector:
    """One kind of system, as its folder's `CONNECTOR` declares it."""

    slug: str
    title: str
    kind: str  # store, books
    settings: type[BaseModel]
    secrets: type[BaseModel]
    open_store: Callable[[Link], Store] | None = None
    open_books: Callable[[Link], Books] | None = None
    endpoint: Endpoint | None = None
    pairing_address: Callable[[BaseModel, str, str, str], str] | None = None
    # (settings, one-time id, return address, callback address) → where to send
