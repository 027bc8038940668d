"""Reads at once all that the drafts of a batch refer to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

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
    Account,
    CustomerOrder,
    DefaultAccount,
    DocumentKind,
    Item,
    Location,
    OrderLine,
    Partner,
    PostedDocument,
    StockLevel,
    StockMovement,
)
from stockbridge.companies.prepared import prepared


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
    books.accounts = {row.pk: row for row in _accounts(company.pk)}
    books.purposes = {
        purpose: books.accounts[pk] for purpose, pk in _purposes(company.pk)
    }
    books.locations = {row.pk: row for row in _locations(company.pk)}
    if needs.documents:
        _add_documents(batch, needs)
    _load_orders(batch, needs)
    for row in _items(company.pk, needs.items):
        books.items[row.pk] = row
    for partner in _partners(company.pk, needs.partners):
        books.partners[partner.pk] = partner.merged_into or partner
    load_levels(batch, needs.items)


@prepared
def _accounts(company_id: int) -> QuerySet[Account]:
    return Account.objects.filter(company=company_id)


@prepared
def _purposes(company_id: int) -> QuerySet[DefaultAccount, tuple[str, int]]:
    found = DefaultAccount.objects.filter(company=company_id)
    return found.values_list("purpose", "account_id")


@prepared
def _locations(company_id: int) -> QuerySet[Location]:
    return Location.objects.filter(company=company_id)


@prepared
def _items(company_id: int, ids: Collection[int]) -> QuerySet[Item]:
    return Item.objects.filter(company=company_id, pk__in=ids)


@prepared
def _partners(company_id: int, ids: Collection[int]) -> QuerySet[Partner]:
    found = Partner.objects.filter(company=company_id, pk__in=ids)
    return found.select_related("merged_into")


def load_keys(batch: Batch, keys: Sequence[str]) -> None:
    """Read the documents that were already posted under these keys."""
    known = _documents(batch.company.pk, keys)
    batch.books.documents = {document.key: document for document in known}


@prepared
def _documents(company_id: int, keys: Collection[str]) -> QuerySet[PostedDocument]:
    return PostedDocument.objects.filter(company=company_id, key__in=keys)


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
    for order in _orders(company.pk, needs.orders):
        books.orders[order.pk] = order
        books.lines[id(order)] = []
    for line in _lines([pk for pk in books.orders if isinstance(pk, int)]):
        books.lines[id(books.orders[line.order_id])].append(line)
        _add(needs.items, line.item_id)
    for key, pk in keyed.items():
        if pk in books.orders:
            books.orders[key] = books.orders[pk]


@prepared
def _orders(company_id: int, ids: Collection[int]) -> QuerySet[CustomerOrder]:
    found = CustomerOrder.objects.filter(company=company_id, pk__in=ids)
    return found.select_related("partner")


@prepared
def _lines(order_ids: Collection[int]) -> QuerySet[OrderLine]:
    found = OrderLine.objects.filter(order__in=order_ids)
    return found.order_by("order_id", "position")


def load_levels(batch: Batch, items: Collection[int]) -> None:
    """Read the levels of these items at all locations."""
    for level in _levels(batch.company.pk, items):
        batch.books.levels[level.item_id, level.location_id] = level


@prepared
def _levels(company_id: int, item_ids: Collection[int]) -> QuerySet[StockLevel]:
    return StockLevel.objects.filter(company=company_id, item__in=item_ids)


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
