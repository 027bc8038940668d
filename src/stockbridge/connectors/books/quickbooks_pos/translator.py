"""QuickBooks Point of Sale as two pure functions around bytes (`ports.Translator`)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from stockbridge.connectors.books.quickbooks_pos.decode import Decoder
from stockbridge.connectors.books.quickbooks_pos.encode import Encoder
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts, facts_of
from stockbridge.connectors.books.quickbooks_pos.orders import is_order
from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.receipts import store_of
from stockbridge.connectors.books.quickbooks_pos.settings import (
    STORE_NUMBER_MAX,
    PosSettings,
    SaleDocumentKind,
)
from stockbridge.connectors.books.quickbooks_pos.tenders import check_tender
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    DocumentKind,
    RefundDocument,
    SaleDocument,
    SaleForm,
    resolved,
)
from stockbridge.domain.errors import ActionNeededError, DefectError
from stockbridge.ports import (
    BooksCapabilities,
    DeskRequest,
    DeskResult,
    PostRequest,
    Read,
    Write,
)

_KINDS = frozenset(
    {
        DocumentKind.CUSTOMER,
        DocumentKind.ITEM,
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
    misses_needed=2,  # it may still be committing what it did not answer
    prices=(
        *((str(level), f"Price {level}") for level in range(1, 6)),
        ("msrp", "MSRP"),
        ("web", "Web price"),
    ),
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
    kinds=_KINDS | {DocumentKind.CANCELLATION},
    sale_forms=(SaleForm.SALES_ORDER, SaleForm.SALES_RECEIPT),
    sale_moves_stock=False,
)
#: Measured by nobody yet: where sizing starts, before the real times are known.
_WRITE_S, _RECEIPT_S, _QUERY_S, _ROW_S = 0.3, 0.5, 1.0, 0.03
_RECEIPTS = (SaleDocument, RefundDocument)


@dataclass(frozen=True, slots=True)
class PosTranslator:
    """One connection's translation, with what its last check saw."""

    settings: PosSettings
    facts: CompanyFacts

    @property
    def capabilities(self) -> BooksCapabilities:
        """What Point of Sale can do with sales written as the settings say."""
        is_order = self.settings.sale_document is SaleDocumentKind.SALES_ORDER
        return ORDER_CAPABILITIES if is_order else CAPABILITIES

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
        """Return whether it has to be read first: POS takes absolute quantities."""
        return isinstance(post.document, AdjustmentDocument)

    def document_name(self, books_id: str) -> str:
        """Return the id: POS keeps each document as one."""
        return books_id

    def encode(self, requests: Sequence[DeskRequest], *, batch_id: str) -> bytes:
        """Return one envelope; POS has no use for `batch_id`: it keeps no answers."""
        return Encoder(self.settings, self.facts).envelope(requests)

    def check_document(self, post: PostRequest) -> None:
        """Raise ActionNeededError for what Point of Sale cannot hold."""
        post = replace(post, document=resolved(post.document, _AnyId()))
        document, basis = post.document, ""
        if isinstance(document, SaleDocument | RefundDocument | AdjustmentDocument):
            store = store_of(document.location_id, self.settings)
            _check_store(store)
            basis = json.dumps({"on_hand": "0", "store": store})
        if isinstance(document, SaleDocument | RefundDocument):
            self._check_tender(document)
        try:
            Encoder(self.settings, self.facts).write("check", post, basis)
        except DefectError as error:
            raise ActionNeededError(
                error.message,
                remedy="Enter it in Point of Sale by hand, and tell the makers of this "
                "program.",
                code=error.code,
            ) from error

    def decode(
        self, requests: Sequence[DeskRequest], answer: bytes
    ) -> tuple[DeskResult, ...]:
        """Return the results that the answer holds; raises AnswerLostError."""
        return Decoder(self.settings, self.facts).results(requests, answer)

    def _check_tender(self, document: SaleDocument | RefundDocument) -> None:
        if isinstance(document, SaleDocument) and is_order(document, self.settings):
            return
        planner = Planner(self.settings, self.facts)
        receipt = (
            planner.sale(document)
            if isinstance(document, SaleDocument)
            else planner.refund(document)
        )
        check_tender(document.account_id, receipt.total, self.settings)


def translator(settings: BaseModel, facts: Mapping[str, str]) -> PosTranslator:
    """Return the translator of a connection, from its settings and facts."""
    if not isinstance(settings, PosSettings):
        raise DefectError(f"{type(settings).__name__} are no settings of this books.")
    return PosTranslator(settings, facts_of(facts))


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
