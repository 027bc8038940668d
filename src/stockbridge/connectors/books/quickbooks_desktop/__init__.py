"""QuickBooks Desktop, over qbXML 13 to 16 and the QuickBooks Web Connector."""

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSecrets,
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import (
    CAPABILITIES,
    capabilities_of,
    translator_of,
)
from stockbridge.ports import Connector

CONNECTOR = Connector(
    slug="quickbooks_desktop",
    title="QuickBooks Desktop",
    kind="books",
    settings=QuickBooksDesktopSettings,
    secrets=QuickBooksDesktopSecrets,
    capabilities=CAPABILITIES,
    capabilities_of=capabilities_of,
    translator=translator_of,
)
