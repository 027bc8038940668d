"""QuickBooks Desktop as two pure functions around bytes (`ports.Translator`)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from stockbridge.connectors.books.quickbooks_desktop import naming, queries
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.company import version_of
from stockbridge.connectors.books.quickbooks_desktop.decode import decoded
from stockbridge.connectors.books.quickbooks_desktop.encode import (
    encoded,
    write_elements,
)
from stockbridge.connectors.books.quickbooks_desktop.items import NAME_CHARS_MAX
from stockbridge.connectors.books.quickbooks_desktop.lines import sign_of
from stockbridge.connectors.books.quickbooks_desktop.naming import (
    REFERENCE_CHARS_MAX,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.accounting import (
    DocumentKind,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.errors import DefectError, InvalidInputError
from stockbridge.domain.money import Money
from stockbridge.ports import (
    BooksCapabilities,
    CheckCompany,
    DeskRequest,
    DeskResult,
    PostRequest,
    Read,
    Recover,
    Release,
    Translator,
    Write,
)

_ALWAYS = frozenset(
    {
        DocumentKind.CUSTOMER,
        DocumentKind.ITEM,
        DocumentKind.SALE,
        DocumentKind.REFUND,
        DocumentKind.CANCELLATION,
        DocumentKind.ADJUSTMENT,
        DocumentKind.REVERSAL,
    }
)
#: As sales receipts, the default: QuickBooks takes payment and goods with the sale.
CAPABILITIES = BooksCapabilities(
    kinds=_ALWAYS,
    sale_forms=(SaleForm.SALES_RECEIPT, SaleForm.INVOICE, SaleForm.SALES_ORDER),
    documents_per_call_max=400,
    sale_moves_stock=True,
    reference_chars_max=REFERENCE_CHARS_MAX,
    item_name_chars_max=NAME_CHARS_MAX,
    keeps_answers=True,
    item_fields=(("description", "Description"),),
)
_LIST_S, _DOCUMENT_S, _QUERY_S, _ROW_S = 0.3, 0.5, 0.2, 0.01
_RECORDS = (DocumentKind.CUSTOMER, DocumentKind.ITEM)


def capabilities_of(settings: BaseModel) -> BooksCapabilities:
    """Return what these books can do with the chosen kind of document."""
    if not isinstance(settings, QuickBooksDesktopSettings):
        raise DefectError("These are no settings of QuickBooks Desktop.")
    form = SaleForm(settings.document)
    others = tuple(one for one in CAPABILITIES.sale_forms if one is not form)
    is_invoice = form is SaleForm.INVOICE
    return replace(
        CAPABILITIES,
        kinds=_ALWAYS | {DocumentKind.PAYMENT} if is_invoice else _ALWAYS,
        sale_forms=(form, *others),
        sale_moves_stock=form is not SaleForm.SALES_ORDER,
    )


def translator_of(settings: BaseModel, facts: Mapping[str, str]) -> Translator:
    """Return the translator for one company file."""
    if not isinstance(settings, QuickBooksDesktopSettings):
        raise DefectError("These are no settings of QuickBooks Desktop.")
    return QuickBooksDesktopTranslator(settings, facts)


class QuickBooksDesktopTranslator:
    """Implements `ports.Translator`; it keeps nothing but what it was given."""

    def __init__(
        self, settings: QuickBooksDesktopSettings, facts: Mapping[str, str]
    ) -> None:
        self._settings, self._facts = settings, dict(facts)

    @property
    def capabilities(self) -> BooksCapabilities:
        """What this kind of books can do."""
        return capabilities_of(self._settings)

    def seconds(self, request: DeskRequest) -> float:
        """Return a first guess: 0.3 s a list entry, 0.5 s a document."""
        match request:
            case Write(post=post):
                is_record = not isinstance(post.document, SaleDocument | RefundDocument)
                return _LIST_S if is_record else _DOCUMENT_S
            case Read(limit=limit):
                return limit * _ROW_S
            case CheckCompany() | Recover() | Release():
                return _QUERY_S
            case _:
                return _QUERY_S

    def needs_preparation(self, post: PostRequest) -> bool:
        """Return whether `Prepare` has to come before `Write`."""
        return queries.needs_preparation(post, self._settings)

    def document_name(self, books_id: str) -> str:
        """Return type and TxnID; a refund's id names its money, too."""
        return naming.first_of(books_id)

    def encode(self, requests: Sequence[DeskRequest], *, batch_id: str) -> bytes:
        """Return one envelope; DefectError for a mixture."""
        return encoded(requests, batch_id, self._settings, self._facts)

    def check_document(self, post: PostRequest) -> None:
        """Raise ActionNeededError for what cannot be written, at the field."""
        self._check_currency(post)
        queries.needs_preparation(post, self._settings)  # refuses an unknown sale
        version = version_of(self._settings, self._facts)
        write = Write(post.attempt_id, post, self._trial_basis(post))
        write_elements(write, self._settings, version)
        if not isinstance(post.document, ItemRecord):
            queries.looking_up(post, self._settings)

    def decode(
        self, requests: Sequence[DeskRequest], answer: bytes
    ) -> tuple[DeskResult, ...]:
        """Return one result per request; AnswerLostError for what cannot be read."""
        return decoded(requests, answer, self._settings, self._facts)

    def _check_currency(self, post: PostRequest) -> None:
        document = post.document
        money: Money | None = None
        if isinstance(document, SaleDocument | RefundDocument):
            money = document.total
        elif isinstance(document, PaymentDocument):
            money = document.amount
        elif isinstance(document, ItemRecord):
            money = document.price
        if money is not None and money.currency != self._settings.currency:
            raise InvalidInputError(
                f"The company file keeps {self._settings.currency}, not "
                f"{money.currency}.",
                field="currency",
                remedy="Connect a store of that currency to other books.",
            )

    def _trial_basis(self, post: PostRequest) -> str:
        """Return a basis that lets a document be tried before it was prepared."""
        if not self.needs_preparation(post):
            return ""
        items: dict[str, str] = {}
        if isinstance(post.document, RefundDocument):
            items = {sign_of(one): "0-0" for one, _ in post.document.restocked}
        trial = Basis(type="ItemInventory", customer="0-0", items=items)
        return trial.dumped()
