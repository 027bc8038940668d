"""QuickBooks Desktop as two pure functions around bytes (`ports.Translator`)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from stockbridge.connectors.books.quickbooks_desktop import (
    first_quantities,
    naming,
    queries,
    recovery,
)
from stockbridge.connectors.books.quickbooks_desktop.answers import replies_of
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.company import version_of
from stockbridge.connectors.books.quickbooks_desktop.decode import decoded
from stockbridge.connectors.books.quickbooks_desktop.encode import (
    Form,
    encoded,
    write_elements,
)
from stockbridge.connectors.books.quickbooks_desktop.errors import NOT_PROCESSED
from stockbridge.connectors.books.quickbooks_desktop.items import NAME_CHARS_MAX
from stockbridge.connectors.books.quickbooks_desktop.lines import sign_of
from stockbridge.connectors.books.quickbooks_desktop.naming import (
    REFERENCE_CHARS_MAX,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import Element
from stockbridge.connectors.books.quickbooks_desktop.refunds import sale_of
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    MONEY_KINDS,
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.webconnector.drafts import Drafts
from stockbridge.domain.accounting import (
    AmendmentDocument,
    CustomerChange,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    ItemField,
    ItemRecord,
    RefundDocument,
    SaleDocument,
    SaleForm,
    total_of_document,
)
from stockbridge.domain.errors import DefectError, InvalidInputError
from stockbridge.ports import (
    BooksCapabilities,
    ChosenFrom,
    DeskRequest,
    DeskResult,
    LookUp,
    PostRequest,
    Read,
    Translator,
    Write,
)

_ALWAYS = frozenset(
    {
        DocumentKind.CUSTOMER,
        DocumentKind.CUSTOMER_CHANGE,
        DocumentKind.ITEM,
        DocumentKind.ITEM_CHANGE,
        DocumentKind.SALE,
        DocumentKind.AMENDMENT,
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
    can_amend=True,  # sales orders
    reference_chars_max=REFERENCE_CHARS_MAX,
    item_name_chars_max=NAME_CHARS_MAX,
    money_kinds=frozenset(MONEY_KINDS),
    keeps_answers=True,
    item_fields=(("description", "Description"),),
    sale_choices=(
        ("tax_code", ChosenFrom(("tax_items", "tax_groups"))),
        ("class_id", ChosenFrom(("classes",))),
        ("terms_id", ChosenFrom(("terms",))),
    ),
)
_LIST_S, _DOCUMENT_S, _QUERY_S, _ROW_S = 0.3, 0.5, 0.2, 0.01
_DOCUMENTS = (SaleDocument, AmendmentDocument, RefundDocument, FulfillmentDocument)


def capabilities_of(settings: BaseModel) -> BooksCapabilities:
    """Return what these books can do with the chosen kind of document."""
    if not isinstance(settings, QuickBooksDesktopSettings):
        raise DefectError("These are no settings of QuickBooks Desktop.")
    form = SaleForm(settings.document)
    others = tuple(one for one in CAPABILITIES.sale_forms if one is not form)
    is_order = form is SaleForm.SALES_ORDER
    fills = is_order and settings.fills_orders == "invoice"
    kinds = _ALWAYS
    if fills or form is SaleForm.INVOICE:
        kinds |= {DocumentKind.PAYMENT}
    if fills:
        kinds |= {DocumentKind.FULFILLMENT}
    offered = CAPABILITIES.sale_choices
    if form is SaleForm.SALES_RECEIPT:  # paid at once: nothing is due
        offered = tuple(one for one in offered if one[0] != "terms_id")
    return replace(
        CAPABILITIES,
        kinds=kinds,
        sale_choices=offered,
        sale_forms=(form, *others),
        sale_moves_stock=not is_order,
        fulfillment_bills=fills,
        tax_codes=frozenset(item for item, _percents in settings.tax_rates),
        order_fields=tuple(filter(None, [settings.po_number_field])),
    )


def translator_of(settings: BaseModel, facts: Mapping[str, str]) -> Translator:
    """Return the translator for one company file."""
    if not isinstance(settings, QuickBooksDesktopSettings):
        raise DefectError("These are no settings of QuickBooks Desktop.")
    return QuickBooksDesktopTranslator(settings.of_connection(facts), facts)


class QuickBooksDesktopTranslator:
    """Implements `ports.Translator`; it keeps what it was given, and its drafts."""

    def __init__(
        self, settings: QuickBooksDesktopSettings, facts: Mapping[str, str]
    ) -> None:
        self._settings, self._facts = settings, dict(facts)
        self._drafts: Drafts[list[Element]] = Drafts()

    @property
    def capabilities(self) -> BooksCapabilities:
        """What this kind of books can do."""
        return capabilities_of(self._settings)

    def seconds(self, request: DeskRequest) -> float:
        """Return a first guess: 0.3 s a list entry, 0.5 s a document."""
        match request:
            case Write(post=post):
                is_document = isinstance(post.document, _DOCUMENTS)
                return _DOCUMENT_S if is_document else _LIST_S
            case Read(limit=limit):
                return limit * _ROW_S
            case LookUp(post=post):
                return _QUERY_S * len(queries.looking_up(post, self._settings))
            case _:
                return _QUERY_S

    def needs_preparation(self, post: PostRequest) -> bool:
        """Return whether `Prepare` has to come before `Write`."""
        return queries.needs_preparation(post, self._settings)

    def stops_others(self, post: PostRequest) -> bool:
        """Return whether a quantity must not follow an item that was refused."""
        return first_quantities.is_apart(post.document, self._settings)

    def document_name(self, books_id: str) -> str:
        """Return type and TxnID; a refund's id names its money, too."""
        return naming.first_of(books_id)

    def encode(self, requests: Sequence[DeskRequest], *, batch_id: str) -> bytes:
        """Return one envelope; DefectError for a mixture."""
        form = Form(self._settings, self._facts, self._drafts)
        return encoded(requests, batch_id, form)

    def check_document(self, post: PostRequest) -> None:
        """Raise ActionNeededError for what cannot be written, at the field."""
        self._check_currency(post)
        queries.needs_preparation(post, self._settings)  # refuses an unknown sale
        version = version_of(self._settings, self._facts)
        write = Write(post.attempt_id, post, self._trial_basis(post))
        draft = write_elements(write, self._settings, version)
        if not write.basis:
            self._drafts.keep(post, draft)
        if not isinstance(post.document, ItemRecord):
            queries.looking_up(post, self._settings)

    def decode(
        self, requests: Sequence[DeskRequest], answer: bytes
    ) -> tuple[DeskResult, ...]:
        """Return one result per request; AnswerLostError for what cannot be read."""
        return decoded(requests, answer, self._settings, self._facts)

    def was_stopped(self, answer: bytes) -> bool:
        """Return whether an error stopped the envelope; raises as `decode` does."""
        replies = replies_of(answer)
        recovery.refuse_defects(replies)
        return any(one.status.code == NOT_PROCESSED for one in replies.by_id.values())

    def _check_currency(self, post: PostRequest) -> None:
        document = post.document
        money = total_of_document(document)
        if isinstance(document, ItemRecord):
            money = document.price
        if isinstance(document, ItemChange) and ItemField.PRICE in document.fields:
            money = document.after.price
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
        receivable = ""
        if isinstance(post.document, RefundDocument):
            receivable = "0-0" if sale_of(post.document).type == "Invoice" else ""
            items = {sign_of(one): "0-0" for one, _ in post.document.restocked}
        change = post.document
        write: tuple[str, ...] = ()
        if isinstance(change, CustomerChange | ItemChange):
            write = change.fields
        lines: list[list[str]] = []
        if isinstance(change, FulfillmentDocument) and change.billed is not None:
            sold = change.billed.lines
            lines = [["0-0", sign_of(line.source_id), ""] for line in sold]
        trial = Basis(
            type="ItemInventory",
            customer="0-0",
            receivable=receivable,
            items=items,
            write=write,
            lines=lines,
        )
        return trial.dumped()
