"""Reads at once all that the drafts of a batch refer to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.drafts import (
    AdjustmentDraft,
    AmendmentDraft,
    CancellationDraft,
    Draft,
    FulfillmentDraft,
    OrderDraft,
    PaymentDraft,
    ReceiptDraft,
    RefundDraft,
    ReversalDraft,
    TransferDraft,
)
from stockbridge.backoffice.models import (
    DocumentKind,
    OrderLine,
    PostedDocument,
    StockLevel,
    StockMovement,
)


@dataclass(slots=True)
class Needs:
    """The ids that drafts name."""

    items: set[int] = field(default_factory=set)
    partners: set[int] = field(default_factory=set)
    orders: set[int] = field(default_factory=set)
    order_keys: set[str] = field(default_factory=set)
    documents: set[int] = field(default_factory=set)  # to be reversed


def needs_of(drafts: Iterable[Draft]) -> Needs:
    """Return what has to be read before these drafts can be decided."""
    needs = Needs()
    for draft in drafts:
        _add_items(needs, draft)
        match draft:
            case OrderDraft() | PaymentDraft():
                _add(needs.partners, draft.partner_id)
            case ReceiptDraft():
                _add(needs.partners, draft.vendor_id)
            case ReversalDraft():
                needs.documents.add(draft.document_id)
        match draft:
            case (
                FulfillmentDraft()
                | CancellationDraft()
                | AmendmentDraft()
                | RefundDraft()
                | PaymentDraft()
            ):
                _add_order(needs, draft.order)
    return needs


def load(batch: Batch, needs: Needs) -> None:
    """Read accounts, locations and what is needed into the batch."""
    books, company = batch.books, batch.company
    books.accounts = {row.pk: row for row in company.accounts.all()}
    books.purposes = {
        row.purpose: books.accounts[row.account_id]
        for row in company.default_accounts.all()
    }
    books.locations = {row.pk: row for row in company.locations.all()}
    if needs.documents:
        _add_documents(batch, needs)
    _load_orders(batch, needs)
    for row in company.items.filter(pk__in=needs.items):
        books.items[row.pk] = row
    for partner in company.partners.filter(pk__in=needs.partners).select_related(
        "merged_into"
    ):
        books.partners[partner.pk] = partner.merged_into or partner
    for level in StockLevel.objects.filter(company=company, item__in=needs.items):
        books.levels[level.item_id, level.location_id] = level


def load_keys(batch: Batch, keys: Sequence[str]) -> None:
    """Read the documents that were already posted under these keys."""
    known = PostedDocument.objects.filter(company=batch.company, key__in=keys)
    batch.books.documents = {document.key: document for document in known}


def _add_documents(batch: Batch, needs: Needs) -> None:
    documents = PostedDocument.objects.filter(
        company=batch.company, pk__in=needs.documents
    )
    needs.orders |= {pk for pk in documents.values_list("order_id", flat=True) if pk}
    moved = StockMovement.objects.filter(
        Q(document__in=needs.documents) | Q(document__part_of__in=needs.documents),
        company=batch.company,
    )
    needs.items |= set(moved.values_list("item_id", flat=True))


def _load_orders(batch: Batch, needs: Needs) -> None:
    books, company = batch.books, batch.company
    if needs.order_keys:
        keyed = dict(
            PostedDocument.objects.filter(
                company=company, key__in=needs.order_keys, kind=DocumentKind.ORDER
            ).values_list("key", "order_id")
        )
        needs.orders |= {pk for pk in keyed.values() if pk is not None}
    else:
        keyed = {}
    if not needs.orders:
        return
    for order in company.customer_orders.filter(pk__in=needs.orders).select_related(
        "partner"
    ):
        books.orders[order.pk] = order
        books.lines[id(order)] = []
    for line in OrderLine.objects.filter(order__in=list(books.orders)).order_by(
        "order_id", "position"
    ):
        books.lines[id(books.orders[line.order_id])].append(line)
        _add(needs.items, line.item_id)
    for key, pk in keyed.items():
        if pk in books.orders:
            books.orders[key] = books.orders[pk]


def load_levels(batch: Batch, items: Iterable[int]) -> None:
    """Read the levels of these items at all locations."""
    for level in StockLevel.objects.filter(company=batch.company, item__in=items):
        batch.books.levels[level.item_id, level.location_id] = level


def _add_items(needs: Needs, draft: Draft) -> None:
    match draft:
        case OrderDraft() | AmendmentDraft():
            needs.items |= {
                line.item_id for line in draft.lines if line.item_id is not None
            }
        case ReceiptDraft() | AdjustmentDraft():
            needs.items |= {line.item_id for line in draft.lines}
        case TransferDraft():
            needs.items |= {item_id for item_id, _ in draft.units}


def _add_order(needs: Needs, ref: int | str | None) -> None:
    if isinstance(ref, int):
        needs.orders.add(ref)
    elif ref is not None:
        needs.order_keys.add(ref)


def _add(ids: set[int], pk: int | None) -> None:
    if pk is not None:
        ids.add(pk)
