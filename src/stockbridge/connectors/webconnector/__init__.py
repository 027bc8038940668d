"""The QuickBooks Web Connector's protocol: all that its two connectors share.

It knows calls, tickets and percentages, and nothing of the documents inside. The
README says in which order the Web Connector calls, and what is not certain.
"""

from stockbridge.connectors.webconnector.endpoint import WebConnectorEndpoint

__all__ = ["WebConnectorEndpoint"]
