"""QuickBooks Online, over the accounting API v3 (minor version 75)."""

from stockbridge.connectors.books.quickbooks_online.books import (
    CAPABILITIES,
    QuickBooksOnlineBooks,
    capabilities_with,
)
from stockbridge.connectors.books.quickbooks_online.connecting import QuickBooksSignIn
from stockbridge.connectors.books.quickbooks_online.endpoint import (
    QuickBooksAppEndpoint,
    QuickBooksOnlineEndpoint,
)
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSecrets,
    QuickBooksOnlineSettings,
)
from stockbridge.ports import Connector

CONNECTOR = Connector(
    slug="quickbooks_online",
    title="QuickBooks Online",
    kind="books",
    settings=QuickBooksOnlineSettings,
    secrets=QuickBooksOnlineSecrets,
    open_books=QuickBooksOnlineBooks,
    endpoint=QuickBooksOnlineEndpoint(),
    capabilities=CAPABILITIES,
    capabilities_with=capabilities_with,
    sign_in=QuickBooksSignIn(),
    app_endpoint=QuickBooksAppEndpoint(),
)
