"""The tables of the embedded back office; each row belongs to a company."""

from stockbridge.backoffice.models.accounts import (
    Account,
    AccountKind,
    DefaultAccount,
    Purpose,
)
from stockbridge.backoffice.models.documents import (
    DocumentKind,
    DocumentLine,
    Ledger,
    PostedDocument,
    RecordKey,
)
from stockbridge.backoffice.models.items import Item, ItemKind, LookupCode
from stockbridge.backoffice.models.journal import JournalEntry, JournalLine
from stockbridge.backoffice.models.locations import Location
from stockbridge.backoffice.models.orders import (
    CustomerOrder,
    LineKind,
    OrderLine,
    OrderStatus,
)
from stockbridge.backoffice.models.partners import Partner
from stockbridge.backoffice.models.payments import Payment
from stockbridge.backoffice.models.stock import MovementKind, StockLevel, StockMovement

__all__ = [
    "Account",
    "AccountKind",
    "CustomerOrder",
    "DefaultAccount",
    "DocumentKind",
    "DocumentLine",
    "Item",
    "ItemKind",
    "JournalEntry",
    "JournalLine",
    "Ledger",
    "LineKind",
    "Location",
    "LookupCode",
    "MovementKind",
    "OrderLine",
    "OrderStatus",
    "Partner",
    "Payment",
    "PostedDocument",
    "Purpose",
    "RecordKey",
    "StockLevel",
    "StockMovement",
]
