"""The QuickBooks Web Connector's protocol: all that its two connectors share.

It knows calls, tickets and percentages, and nothing of the documents inside. The
README says in which order the Web Connector calls, and what is not certain.
"""

from stockbridge.connectors.webconnector.checks import caller_checks
from stockbridge.connectors.webconnector.endpoint import WebConnectorEndpoint
from stockbridge.connectors.webconnector.qwc import (
    OWNER_ID,
    desktop_file,
    point_of_sale_file,
)

__all__ = [
    "OWNER_ID",
    "WebConnectorEndpoint",
    "caller_checks",
    "desktop_file",
    "point_of_sale_file",
]
