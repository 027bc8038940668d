"""The embedded back office: for those who have no other books."""

from stockbridge.connectors.books.embedded.books import CAPABILITIES, open_embedded
from stockbridge.connectors.books.embedded.settings import (
    EmbeddedSecrets,
    EmbeddedSettings,
)
from stockbridge.ports import Connector

CONNECTOR = Connector(
    slug="embedded",
    title="Back office",
    kind="books",
    settings=EmbeddedSettings,
    secrets=EmbeddedSecrets,
    open_books=open_embedded,
    capabilities=CAPABILITIES,
)
