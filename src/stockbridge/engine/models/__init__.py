"""What the engine remembers; one noun per module."""

from stockbridge.engine.models.bridges import Binding, Bridge, Mapping
from stockbridge.engine.models.connections import Budget, Connection, Cursor, Lease
from stockbridge.engine.models.deliveries import (
    Batch,
    Delivery,
    DeliveryEvent,
    DeliveryNeed,
    DeliverySource,
)
from stockbridge.engine.models.desk import Conversation, DeskAccess
from stockbridge.engine.models.erasures import Erasure
from stockbridge.engine.models.installation import Chore, Installation, Worker
from stockbridge.engine.models.issues import Issue
from stockbridge.engine.models.logs import AlertChannel, ExchangeLog, LogEntry
from stockbridge.engine.models.prices import PriceTarget
from stockbridge.engine.models.runs import Effect, Run, RunRow
from stockbridge.engine.models.snapshots import Disposition, ItemCode, Snapshot
from stockbridge.engine.models.stock import StockClaim, StockReading, StockTarget

__all__ = [
    "AlertChannel",
    "Batch",
    "Binding",
    "Bridge",
    "Budget",
    "Chore",
    "Connection",
    "Conversation",
    "Cursor",
    "Delivery",
    "DeliveryEvent",
    "DeliveryNeed",
    "DeliverySource",
    "DeskAccess",
    "Disposition",
    "Effect",
    "Erasure",
    "ExchangeLog",
    "Installation",
    "Issue",
    "ItemCode",
    "Lease",
    "LogEntry",
    "Mapping",
    "PriceTarget",
    "Run",
    "RunRow",
    "Snapshot",
    "StockClaim",
    "StockReading",
    "StockTarget",
    "Worker",
]
