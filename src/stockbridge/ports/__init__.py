"""What the engine asks of the outside: four small protocols and their values.

`Store` and `Books` are what a connector implements. `Endpoint` is how the outside
calls us: bytes in, bytes out. `Wire` is what the engine lends a connector for each
call: its budget, its lease, its log. A connector keeps no state of its own.
"""

from stockbridge.ports.books import (
    Books,
    BooksAccount,
    BooksCapabilities,
    LookUpOutcome,
    LookUpResult,
    PostOutcome,
    PostRequest,
    PostResult,
    StoredDocument,
)
from stockbridge.ports.calls import (
    Answer,
    Call,
    Endpoint,
    Heard,
    Hint,
)
from stockbridge.ports.connector import (
    Connector,
)
from stockbridge.ports.links import (
    ConnectionReport,
    Exchange,
    Finding,
    Link,
    Page,
    Severity,
    Unreadable,
    Wire,
)
from stockbridge.ports.stores import (
    ItemWrite,
    OrderMark,
    StockMeaning,
    StockWrite,
    Store,
    StoreCapabilities,
    WebhookHealth,
    WriteResult,
)

__all__ = [
    "Answer",
    "Books",
    "BooksAccount",
    "BooksCapabilities",
    "Call",
    "ConnectionReport",
    "Connector",
    "Endpoint",
    "Exchange",
    "Finding",
    "Heard",
    "Hint",
    "ItemWrite",
    "Link",
    "LookUpOutcome",
    "LookUpResult",
    "OrderMark",
    "Page",
    "PostOutcome",
    "PostRequest",
    "PostResult",
    "Severity",
    "StockMeaning",
    "StockWrite",
    "Store",
    "StoreCapabilities",
    "StoredDocument",
    "Unreadable",
    "WebhookHealth",
    "Wire",
    "WriteResult",
]
