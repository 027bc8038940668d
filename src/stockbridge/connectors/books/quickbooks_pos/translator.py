"""QuickBooks Point of Sale as two pure functions around bytes (`ports.Translator`)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from stockbridge.connectors.books.quickbooks_pos import filling
from stockbridge.connectors.books.quickbooks_pos.decode import Decoder
from stockbridge.connectors.books.quickbooks_pos.encode import Encoder
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Message,
    responses,
)
from stockbridge.connectors.books.quickbooks_pos.errors import (
    NOT_PROCESSED,
    not_expressible,
)
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts, facts_of
from stockbridge.connectors.books.quickbooks_pos.orders import is_order
from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.receipts import store_of
from stockbridge.connectors.books.quickbooks_pos.settings import (
    STORE_NUMBER_MAX,
    OrderFilling,
    PosSettings,
    SaleDocumentKind,
    TaxPolicy,
)
from stockbridge.connectors.books.quickbooks_pos.tenders import check_tender
from stockbridge.connectors.webconnector.drafts import Drafts
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    CustomerChange,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.errors import ActionNeededError, DefectError
from stockbridge.domain.references import resolved
from stockbridge.ports import (
    BooksCapabilities,
    ChosenFrom,
    DeskRequest,
    DeskResult,
    PostRequest,
    Read,
    Write,
)

_KINDS = frozenset(
    {
        DocumentKind.CUSTOMER,
        DocumentKind.CUSTOMER_CHANGE,
        DocumentKind.ITEM,
        DocumentKind.ITEM_CHANGE,
        DocumentKind.SALE,
        DocumentKind.REFUND,
        DocumentKind.ADJUSTMENT,
        DocumentKind.REVERSAL,
    }
)
CAPABILITIES = BooksCapabilities(
    kinds=_KINDS,
    sale_forms=(SaleForm.SALES_RECEIPT, SaleForm.SALES_ORDER),
    documents_per_call_max=400,
    sale_moves_stock=True,
    reference_chars_max=32,  # SalesOrderNumber; a receipt's comments would hold more
    item_name_chars_max=30,
    has_accounts=False,
    tells_receipts=True,
    misses_needed=2,  # it may still be committing what it did not answer
    prices=(
        *((str(level), f"Price {level}") for level in range(1, 6)),
        ("msrp", "MSRP"),
        ("web", "Web price"),
    ),
    sale_choices=(("tax_code", ChosenFrom(("tax_categories",))),),
    item_fields=(
        ("attribute", "Attribute"),
        ("size", "Size"),
        ("description", "Item description (Desc2)"),
        ("department", "Department"),
        ("manufacturer", "Manufacturer"),
        ("unit", "Unit of measure"),
        ("vendor", "Vendor"),
    ),
)
ORDER_CAPABILITIES = replace(
    CAPABILITIES,
    kinds=_KINDS | {DocumentKind.CANCELLATION, DocumentKind.AMENDMENT},
    sale_forms=(SaleForm.SALES_ORDER, SaleForm.SALES_RECEIPT),
    sale_moves_stock=False,
    can_amend=True,
)
FILLED_CAPABILITIES = replace(
    ORDER_CAPABILITIES,
    kinds=ORDER_CAPABILITIES.kinds | {DocumentKind.FULFILLMENT},
    fulfillment_bills=True,
)
#: Measured by nobody yet: where sizing starts, before the real times are known.
_WRITE_S, _RECEIPT_S, _QUERY_S, _ROW_S = 0.3, 0.5, 1.0, 0.03
_RECEIPTS = (SaleDocument, AmendmentDocument, FulfillmentDocument, RefundDocument)


@dataclass(frozen=True, slots=True)
class PosTranslator:
    """One connection's translation, with what its last check saw."""

    settings: PosSettings
    facts: CompanyFacts
    _drafts: Drafts[Message] = field(
        default_factory=Drafts, init=False, repr=False, compare=False
    )

    @property
    def capabilities(self) -> BooksCapabilities:
        """What Point of Sale can do with sales written as the settings say."""
        able = CAPABILITIES
        if self.settings.sale_document is SaleDocumentKind.SALES_ORDER:
            is_filled = self.settings.fills_orders is OrderFilling.RECEIPT
            able = FILLED_CAPABILITIES if is_filled else ORDER_CAPABILITIES
        if self.settings.tax_policy is TaxPolicy.LINE:  # no location is ever used
            able = replace(able, sale_choices=())
        return able

    def seconds(self, request: DeskRequest) -> float:
        """Return a first guess of how long Point of Sale takes."""
        match request:
            case Write(post=PostRequest(document=document)):
                return _RECEIPT_S if isinstance(document, _RECEIPTS) else _WRITE_S
            case Read():
                return _ROW_S * request.limit
            case _:
                return _QUERY_S

    def needs_preparation(self, post: PostRequest) -> bool:
        """Return whether something is read first: it has no edit sequences.

        POS takes absolute quantities, orders are filled at the counter, too, and
        nobody is told that a customer or an item changed.
        """
        orders = FulfillmentDocument | AmendmentDocument
        read_first = AdjustmentDocument | orders | CustomerChange | ItemChange
        return isinstance(post.document, read_first)

    def stops_others(self, post: PostRequest) -> bool:
        """Return False: each envelope goes on after an error."""
        return False

    def document_name(self, books_id: str) -> str:
        """Return the id: POS keeps each document as one."""
        return books_id

    def encode(self, requests: Sequence[DeskRequest], *, batch_id: str) -> bytes:
        """Return one envelope; POS has no use for `batch_id`: it keeps no answers."""
        encoder = Encoder(self.settings, self.facts, self._drafts)
        return encoder.envelope(requests)

    def check_document(self, post: PostRequest) -> None:
        """Raise ActionNeededError for what Point of Sale cannot hold."""
        whole, basis = resolved(post.document, _AnyId()), ""
        is_whole = whole == post.document
        document = whole
        if isinstance(document, FulfillmentDocument):
            filling.order_of(document)  # refuses what is no sales order
            document = filling.billed_of(document)
            self._check_receipt(document)
        if isinstance(document, SaleDocument | RefundDocument | AdjustmentDocument):
            store = store_of(document.location_id, self.settings)
            _check_store(store)
            basis = json.dumps({"on_hand": "0", "store": store})
        if isinstance(document, CustomerChange | ItemChange):
            basis = json.dumps({"write": document.fields})
        if isinstance(document, SaleDocument | RefundDocument):
            self._check_tender(document)
        trial = post if is_whole else replace(post, document=whole)
        try:
            draft = Encoder(self.settings, self.facts).write(
                post.attempt_id, trial, basis
            )
        except DefectError as error:
            raise ActionNeededError(
                error.message,
                remedy="Enter it in Point of Sale by hand, and tell the makers of this "
                "program.",
                code=error.code,
            ) from error
        if is_whole and not self.needs_preparation(post):
            self._drafts.keep(post, draft)

    def decode(
        self, requests: Sequence[DeskRequest], answer: bytes
    ) -> tuple[DeskResult, ...]:
        """Return the results that the answer holds; raises AnswerLostError."""
        return Decoder(self.settings, self.facts).results(requests, answer)

    def was_stopped(self, answer: bytes) -> bool:
        """Return whether an error stopped the envelope; raises AnswerLostError."""
        return any(one.code == NOT_PROCESSED for one in responses(answer).values())

    def _check_tender(self, document: SaleDocument | RefundDocument) -> None:
        if isinstance(document, SaleDocument) and is_order(document, self.settings):
            return
        self._check_receipt(document)

    def _check_receipt(self, document: SaleDocument | RefundDocument) -> None:
        planner = Planner(self.settings, self.facts)
        receipt = (
            planner.sale(document)
            if isinstance(document, SaleDocument)
            else planner.refund(document)
        )
        check_tender(document.account_id, receipt, self.settings)


def translator(settings: BaseModel, facts: Mapping[str, str]) -> PosTranslator:
    """Return the translator of a connection, from its settings and facts."""
    if not isinstance(settings, PosSettings):
        raise DefectError(f"{type(settings).__name__} are no settings of this books.")
    return PosTranslator(settings.of_connection(facts), facts_of(facts))


class _AnyId(dict[str, str]):
    """Stands for ids of records that will exist by the time the document leaves."""

    def __missing__(self, key: str) -> str:
        return "0"


def _check_store(store: str) -> None:
    is_number = store.isascii() and store.isdecimal()
    if not is_number or not 1 <= int(store) <= STORE_NUMBER_MAX:
        raise not_expressible(
            f"Point of Sale has no store {store!r}.",
            field="location",
            remedy="Choose a location on the connection between store and books.",
        )
