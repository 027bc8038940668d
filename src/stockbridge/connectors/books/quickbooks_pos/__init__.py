"""QuickBooks Point of Sale (qbposXML 3.0), through the QuickBooks Web Connector."""

from stockbridge.connectors.books.quickbooks_pos.settings import PosSecrets, PosSettings
from stockbridge.connectors.books.quickbooks_pos.translator import (
    CAPABILITIES,
    translator,
)
from stockbridge.connectors.webconnector import (
    WebConnectorEndpoint,
    caller_checks,
    point_of_sale_file,
)
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
    caller_file=point_of_sale_file,
    caller_checks=caller_checks,
    has_namesakes=True,  # it tells a name and a first store, no more
    hands_on_to="quickbooks_desktop",
)
