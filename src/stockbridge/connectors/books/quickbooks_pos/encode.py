"""Turns requests of the engine into one qbposXML envelope. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from stockbridge.connectors.books.quickbooks_pos import (
    adjustments,
    amending,
    company,
    customer_changes,
    customers,
    filling,
    item_changes,
    items,
    orders,
    receipts,
    reversals,
)
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Message,
    Node,
    envelope,
)
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_pos.lookups import look_up, taken_back
from stockbridge.connectors.books.quickbooks_pos.pages import Reader
from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.connectors.webconnector.drafts import Drafts
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    CancellationDocument,
    CustomerChange,
    CustomerRecord,
    FulfillmentDocument,
    ItemChange,
    ItemRecord,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import DefectError
from stockbridge.ports import (
    CheckCompany,
    DeskRequest,
    LookUp,
    PostRequest,
    Prepare,
    Read,
    ReadFeed,
    Write,
)


@dataclass(frozen=True, slots=True)
class Encoder:
    """How requests of one connection are written."""

    settings: PosSettings
    facts: CompanyFacts
    drafts: Drafts[Message] = field(default_factory=Drafts)  # of this very call

    def envelope(self, requests: Sequence[DeskRequest]) -> bytes:
        """Return one envelope; raises DefectError for a mixture of kinds."""
        kinds = {type(request) for request in requests}
        if len(kinds) > 1:
            names = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise DefectError(f"One envelope cannot hold {names}.")
        return envelope(
            message for request in requests for message in self._messages(request)
        )

    def write(self, request_id: str, post: PostRequest, basis: str) -> Message:
        """Return the request that writes a document; raises ActionNeededError."""
        match post.document:
            case ReversalDocument() | CancellationDocument() as document:
                return reversals.reversal(request_id, taken_back(document))
            case _:
                tag, children = self._write(post, basis)
                return Message(tag, request_id, children)

    def _messages(self, request: DeskRequest) -> list[Message]:
        match request:
            case CheckCompany():
                return company.check(request.attempt_id, self.facts)
            case Read(feed=ReadFeed.SETUP):
                return company.setup(request.attempt_id)
            case Read():
                return [Reader(self.settings, self.facts).request(request)]
            case LookUp():
                return look_up(request, self.settings, self.facts)
            case Prepare():
                return [_prepare(request)]
            case Write():
                draft = self.drafts.take(request.post)
                if draft is not None and draft.request_id == request.attempt_id:
                    return [draft]
                return [self.write(request.attempt_id, request.post, request.basis)]
            case _:
                raise DefectError("Point of Sale keeps no answers: nothing to recover.")

    def _write(self, post: PostRequest, basis: str) -> tuple[str, list[Node]]:
        planner = Planner(self.settings, self.facts)
        match post.document:
            case CustomerRecord() as record:
                return customers.ADD, customers.customer(post, record, self.settings)
            case CustomerChange() | ItemChange() | AmendmentDocument() as change:
                return _changed(change, basis, planner)
            case ItemRecord() as record:
                return items.ADD, items.new_item(record, self.settings, self.facts)
            case SaleDocument() as sale if orders.is_order(sale, self.settings):
                return orders.ADD, orders.sales_order(post, sale, planner)
            case SaleDocument() as sale:
                return receipts.ADD, receipts.sale_receipt(post, sale, planner)
            case FulfillmentDocument() as filled:
                return receipts.ADD, filling.filling_receipt(post, filled, planner)
            case RefundDocument() as refund:
                return receipts.ADD, receipts.return_receipt(post, refund, planner)
            case AdjustmentDocument() as document:
                return adjustments.ADD, adjustments.adjustment(
                    post, document, basis, self.settings
                )
            case _:
                name = type(post.document).__name__
                raise DefectError(f"Point of Sale has no {name}.")


def _changed(
    change: CustomerChange | ItemChange | AmendmentDocument,
    basis: str,
    planner: Planner,
) -> tuple[str, list[Node]]:
    if isinstance(change, AmendmentDocument):
        return amending.MOD, amending.changed_order(change, basis, planner)
    if isinstance(change, ItemChange):
        settings = planner.settings
        return items.MOD, item_changes.changed_item(change, basis, settings)
    return customer_changes.MOD, customer_changes.changed_customer(change, basis)


def _prepare(request: Prepare) -> Message:
    match request.post.document:
        case FulfillmentDocument() as document:
            return orders.question(request, filling.order_of(document))
        case AmendmentDocument() as document:
            return orders.question(request, amending.order_of(document))
        case AdjustmentDocument(item=item) | ItemChange(item=item):
            tag, list_id = "ItemInventoryQueryRq", item.books_id
        case CustomerChange(customer=customer):
            tag, list_id = "CustomerQueryRq", customer.books_id
        case document:
            raise DefectError(f"{type(document).__name__} needs no preparation.")
    return Message(tag, request.attempt_id, [("ListID", list_id)])
