"""What a connector folder declares of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from stockbridge.ports.books import Books, BooksCapabilities
from stockbridge.ports.calls import Endpoint
from stockbridge.ports.desk import CallerFile, DeskEndpoint, Translator
from stockbridge.ports.links import Finding, Link
from stockbridge.ports.signing_in import AppEndpoint, WebSignIn
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
    #: What its books can do, by default; for stores None. A translator says what they
    #: can do with the connection's settings.
    capabilities: BooksCapabilities | None = None
    #: For books that we call: what they can do with a connection's settings, where
    #: that depends on them.
    capabilities_with: Callable[[BaseModel], BooksCapabilities] | None = None
    #: For books that call us, instead of `open_books`: settings and facts → translator.
    translator: Callable[[BaseModel, Mapping[str, str]], Translator] | None = None
    desk_endpoint: DeskEndpoint | None = None
    #: The caller's set-up file, as its name and its bytes; and what would be wrong
    #: with our addresses there (ours, the support page's, how to fetch a status,
    #: which raises SyncError where none comes).
    caller_file: Callable[[CallerFile], tuple[str, bytes]] | None = None
    caller_checks: (
        Callable[[str, str, Callable[[str], int]], tuple[Finding, ...]] | None
    ) = None
    pairing_address: Callable[[BaseModel, str, str, str], str] | None = None
    # (settings, one-time id, return address, callback address) → where to send
    #: Two companies may look alike to it: then a person may say that they are two.
    has_namesakes: bool = False
    #: The kind of books to which it hands its sales on by itself, as a slug: a store
    #: that is joined to both would have each sale twice there.
    hands_on_to: str = ""
    #: For systems where a person signs in at the other side's own page.
    sign_in: WebSignIn | None = None
    #: For apps that call us at one address about all companies that they serve.
    app_endpoint: AppEndpoint | None = None
