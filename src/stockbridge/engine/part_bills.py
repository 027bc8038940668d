"""The bill of a part that shipped, as the books took it: for the statement."""

from stockbridge.domain.accounting import FulfillmentDocument
from stockbridge.domain.delivery import State
from stockbridge.domain.identity import Source
from stockbridge.domain.money import Money
from stockbridge.domain.statement_parts import PartBill
from stockbridge.engine.codec import document_of
from stockbridge.engine.models import DeliverySource


def part_bill(row: DeliverySource) -> list[PartBill]:
    """Return the bill of a part; nothing where the books do not have it."""
    delivery, day = row.delivery, row.delivery.business_date
    is_there = row.is_live and delivery.state == State.POSTED.value
    if not is_there or day is None or delivery.total is None:
        return []
    total = Money(delivery.total, delivery.currency)
    made = document_of(delivery) if delivery.document is not None else None
    sale = made.billed if isinstance(made, FulfillmentDocument) else None
    source = Source(row.kind, row.source_id)
    return [PartBill(source, day, delivery.books_id, total, sale)]
