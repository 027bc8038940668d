"""QuickBooks Desktop, over qbXML 13 to 16 and the QuickBooks Web Connector."""

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSecrets,
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import (
    CAPABILITIES,
    translator_of,
)
from stockbridge.connectors.webconnector import WebConnectorEndpoint
from stockbridge.connectors.webconnector.qwc import QuickBooks
from stockbridge.connectors.webconnector.setting_up import file_for, findings
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
    caller_file=file_for(QuickBooks.DESKTOP),
    caller_checks=findings,
)
