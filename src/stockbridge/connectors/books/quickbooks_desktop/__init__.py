"""QuickBooks Desktop, over qbXML 13 to 16 and the QuickBooks Web Connector."""

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSecrets,
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import (
    CAPABILITIES,
    translator_of,
)
from stockbridge.connectors.webconnector import (
    WebConnectorEndpoint,
    caller_checks,
    desktop_file,
)
from stockbridge.ports import Connector

CONNECTOR = Connector(
    slug="quickbooks_desktop",
    title="QuickBooks Desktop",
    kind="books",
    settings=QuickBooksDesktopSettings,
    secrets=QuickBooksDesktopSecrets,
    capabilities=CAPABILITIES,
    translator=translator_of,
    desk_endpoint=WebConnectorEndpoint(),
    caller_file=desktop_file,
    caller_checks=caller_checks,
)
