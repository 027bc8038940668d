"""QuickBooks Point of Sale (qbposXML 3.0), through the QuickBooks Web Connector."""

from stockbridge.connectors.books.quickbooks_pos.settings import PosSecrets, PosSettings
from stockbridge.connectors.books.quickbooks_pos.translator import (
    CAPABILITIES,
    translator,
)
from stockbridge.connectors.webconnector import WebConnectorEndpoint
from stockbridge.connectors.webconnector.qwc import QuickBooks
from stockbridge.connectors.webconnector.setting_up import file_for, findings
from stockbridge.ports import Connector

CONNECTOR = Connector(
    slug="quickbooks_pos",
    title="QuickBooks Point of Sale",
    kind="books",
    settings=PosSettings,
    secrets=PosSecrets,
    capabilities=CAPABILITIES,
    translator=translator,
    desk_endpoint=WebConnectorEndpoint(),
    caller_file=file_for(QuickBooks.POINT_OF_SALE),
    caller_checks=findings,
)
