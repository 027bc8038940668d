"""Turns requests of the engine into one envelope of qbXML. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stockbridge.connectors.books.quickbooks_desktop import (
    first_quantities,
    item_changes,
    naming,
    queries,
)
from stockbridge.connectors.books.quickbooks_desktop.adjustments import (
    adjustment_request,
)
from stockbridge.connectors.books.quickbooks_desktop.amending import amendment_request
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis, loaded
from stockbridge.connectors.books.quickbooks_desktop.company import (
    check_requests,
    version_of,
)
from stockbridge.connectors.books.quickbooks_desktop.customer_changes import (
    change_request,
)
from stockbridge.connectors.books.quickbooks_desktop.customers import customer_request
from stockbridge.connectors.books.quickbooks_desktop.filling import invoice_request
from stockbridge.connectors.books.quickbooks_desktop.items import item_request
from stockbridge.connectors.books.quickbooks_desktop.payments import payment_request
from stockbridge.connectors.books.quickbooks_desktop.qbxml import Element, envelope
from stockbridge.connectors.books.quickbooks_desktop.reads import page_requests
from stockbridge.connectors.books.quickbooks_desktop.refunds import refund_requests
from stockbridge.connectors.books.quickbooks_desktop.reversals import (
    cancellation_request,
    reversal_requests,
)
from stockbridge.connectors.books.quickbooks_desktop.sales import sale_request
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.quickbooks.by_rule import for_document
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
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import DefectError, InvalidInputError
from stockbridge.ports import (
    CheckCompany,
    DeskRequest,
    LookUp,
    PostRequest,
    Prepare,
    Read,
    Recover,
    Release,
    Write,
)


@dataclass(frozen=True, slots=True)
class Form:
    """How requests of one connection are written."""

    settings: QuickBooksDesktopSettings
    facts: Mapping[str, str]
    drafts: Drafts[list[Element]] = field(default_factory=Drafts)  # of this very call


def encoded(requests: Sequence[DeskRequest], batch_id: str, form: Form) -> bytes:
    """Return one envelope; DefectError for a mixture of kinds."""
    kinds = {type(one) for one in requests}
    if len(kinds) != 1:
        raise DefectError("An envelope holds requests of exactly one kind.")
    version = version_of(form.settings, form.facts)
    first = requests[0]
    if isinstance(first, Recover | Release):
        return _about_a_batch(requests, version)
    elements = [
        element for one in requests for element in _elements(one, form, version)
    ]
    if isinstance(first, Write):
        new_id = naming.message_set_id(batch_id)
        return envelope(
            elements,
            version=version,
            new_id=new_id,
            on_error=_on_error(requests, form.settings),
        )
    return envelope(elements, version=version)


def _on_error(
    requests: Sequence[DeskRequest], settings: QuickBooksDesktopSettings
) -> str:
    """Return how QuickBooks goes on after an error.

    One bad document never holds up the others, except where a quantity must not follow
    an item that was refused. Such items go in an envelope of their own.
    """
    is_apart = any(
        first_quantities.is_apart(one.post.document, settings)
        for one in requests
        if isinstance(one, Write)
    )
    return "stopOnError" if is_apart else "continueOnError"


def write_elements(
    write: Write, settings: QuickBooksDesktopSettings, version: str
) -> list[Element]:
    """Return the requests that write one document; raises ActionNeededError."""
    post = _as(write.attempt_id, write.post)
    basis = loaded(write.basis) if write.basis else None
    match post.document:
        case SaleDocument():
            chosen = for_document(settings, post.document)
            return [sale_request(post, chosen, version)]
        case CustomerRecord() | CustomerChange():
            return [_customer(post, basis, settings)]
        case ItemRecord() | ItemChange():
            return _item(post, basis, settings)
        case PaymentDocument() | FulfillmentDocument() | AmendmentDocument():
            return [_on_its_sale(post, loaded(write.basis), settings)]
        case RefundDocument():
            chosen = for_document(settings, post.document)
            return refund_requests(post, loaded(write.basis), chosen)
        case AdjustmentDocument():
            return [adjustment_request(post, settings)]
        case ReversalDocument():
            return reversal_requests(post, basis)
        case CancellationDocument():
            return [cancellation_request(post, basis)]
        case _:
            raise InvalidInputError(
                f"QuickBooks Desktop has no {type(post.document).__name__}.",
                field="kind",
            )


def _on_its_sale(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> Element:
    match post.document:
        case PaymentDocument():
            return payment_request(post, basis, settings)
        case FulfillmentDocument(billed=SaleDocument() as billed):
            return invoice_request(post, basis, for_document(settings, billed))
        case FulfillmentDocument():
            return invoice_request(post, basis, settings)
        case AmendmentDocument(document=amended):
            return amendment_request(post, basis, for_document(settings, amended))
        case _:
            raise DefectError("Nothing else is on a sale.")


def _customer(
    post: PostRequest, basis: Basis | None, settings: QuickBooksDesktopSettings
) -> Element:
    if not isinstance(post.document, CustomerChange):
        return customer_request(post, basis or Basis(), settings)
    if basis is None:
        raise DefectError("A customer who changed is read first.")
    return change_request(post, basis, settings)


def _item(
    post: PostRequest, basis: Basis | None, settings: QuickBooksDesktopSettings
) -> list[Element]:
    if first_quantities.is_apart(post.document, settings):
        if basis is None:
            raise DefectError("An item with a quantity at a site is prepared first.")
        return first_quantities.requests_of(post, basis, settings)
    if not isinstance(post.document, ItemChange):
        return [item_request(post, settings)]
    if basis is None:
        raise DefectError("An item that changed is read first.")
    return [item_changes.change_request(post, basis, settings)]


def _elements(one: DeskRequest, form: Form, version: str) -> list[Element]:
    settings = form.settings
    match one:
        case CheckCompany():
            return check_requests(one, form.facts)
        case Prepare():
            return queries.preparing(_as(one.attempt_id, one.post), settings)
        case LookUp():
            return queries.looking_up(_as(one.attempt_id, one.post), settings)
        case Read():
            return page_requests(one, settings)
        case Write(attempt_id=attempt_id, post=post, basis=""):
            # Written on trial, under the id of the post.
            draft = form.drafts.take(post) if attempt_id == post.attempt_id else None
            return draft or write_elements(one, settings, version)
        case Write():
            return write_elements(one, settings, version)
        case _:
            raise DefectError(f"{type(one).__name__} goes alone.")


def _as(attempt_id: str, post: PostRequest) -> PostRequest:
    """Return the post under the request's own attempt id."""
    return PostRequest(attempt_id, post.key, post.marker, post.document)


def _about_a_batch(requests: Sequence[DeskRequest], version: str) -> bytes:
    """Return an empty set: old and new id ask for an answer, the old alone frees it."""
    if len(requests) != 1:
        raise DefectError("QuickBooks is asked about one message set at a time.")
    first = requests[0]
    if isinstance(first, Recover):
        name = naming.message_set_id(first.batch_id)
        return envelope([], version=version, new_id=name, old_id=name)
    if isinstance(first, Release):
        name = naming.message_set_id(first.batch_id)
        return envelope([], version=version, old_id=name)
    raise DefectError("This asks about no batch.")
