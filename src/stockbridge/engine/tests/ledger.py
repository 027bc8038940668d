"""Small books in memory, behind the port `Books`: for the engine's own tests.

`Ledger` is the outside system: its state is what a test proves things by, and its
switches make it fail. A sale commits, a fulfillment moves, a reversal is refused
while something later depends on its target, and one key never has two effects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from stockbridge.domain.accounting import (
    KIND_OF,
    AdjustmentDocument,
    AmendmentDocument,
    CancellationDocument,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    Document,
    DocumentKind,
    FulfillmentDocument,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
    SaleForm,
    line_id_of,
)
from stockbridge.domain.catalog import BooksCustomer, BooksItem, Location, StockLevel
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import (
    AnswerLostError,
    ConflictError,
    InvalidInputError,
    NotSentError,
    RetryableError,
    SyncError,
)
from stockbridge.domain.money import Money, total_of
from stockbridge.ports import (
    Books,
    BooksAccount,
    BooksCapabilities,
    ConnectionReport,
    Finding,
    LookUpOutcome,
    LookUpResult,
    Page,
    PostOutcome,
    PostRequest,
    PostResult,
    Severity,
    StoredDocument,
)

PLACE = "L1"


@dataclass
class Sale:
    """An order as the books keep it: what is promised, what went out."""

    open: dict[str, tuple[str, Decimal]]  # line → item, units promised
    shipped: dict[str, tuple[str, Decimal]] = field(default_factory=dict)


@dataclass
class Entry:
    """One posted document."""

    books_id: str
    kind: DocumentKind
    document: Document
    sale_id: str = ""
    is_live: bool = True
    moved: dict[str, Decimal] = field(default_factory=dict)  # item → units


@dataclass
class Ledger:
    """The books themselves."""

    now: Callable[[], datetime]
    items: dict[str, BooksItem] = field(default_factory=dict)
    customers: dict[str, BooksCustomer] = field(default_factory=dict)
    on_hand: dict[str, Decimal] = field(default_factory=dict)
    sales: dict[str, Sale] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # key → books id
    closed_until: date | None = None
    deposited: set[str] = field(default_factory=set)  # payments in the bank
    ticks: dict[tuple[str, str], int] = field(default_factory=dict)
    tick: int = 0
    # switches
    lose_answers: int = 0  # that many envelopes work, and their answers get lost
    cut_line: int = 0  # that many envelopes never arrive
    refused: dict[DocumentKind, SyncError] = field(default_factory=dict)
    busy: set[DocumentKind] = field(default_factory=set)  # "try again later"
    is_unclear: bool = False  # look-ups cannot tell
    cents_off: Decimal = Decimal(0)  # what is stored differs from what was sent
    per_call_max: int = 50
    has_two_places: bool = False
    # what happened
    envelopes: list[list[PostRequest]] = field(default_factory=list)
    look_ups: int = 0

    def add_item(self, item: BooksItem, on_hand: int | str = 0) -> BooksItem:
        """Put an item into the books."""
        self.items[item.external_id] = item
        self.on_hand[item.external_id] = Decimal(on_hand)
        self.touch("items", item.external_id)
        self.touch("stock", item.external_id)
        return item

    def add_customer(self, customer: BooksCustomer) -> None:
        """Put a customer into the books."""
        self.customers[customer.external_id] = customer
        self.touch("customers", customer.external_id)

    def count_stock(self, item_id: str, on_hand: int | str) -> None:
        """Let somebody count the shelf."""
        self.on_hand[item_id] = Decimal(on_hand)
        self.touch("stock", item_id)

    def committed(self, item_id: str) -> Decimal:
        """How many units open sales promise."""
        return sum(
            (
                units
                for sale in self.sales.values()
                for item, units in sale.open.values()
                if item == item_id
            ),
            Decimal(0),
        )

    def live(self, kind: DocumentKind) -> list[Entry]:
        """Return the live documents of a kind."""
        found = self.entries.values()
        return [one for one in found if one.kind is kind and one.is_live]

    def sale_totals(self) -> list[str]:
        """Return the totals of all live sales, as text."""
        found = [entry.document for entry in self.live(DocumentKind.SALE)]
        return [str(one.total) for one in found if isinstance(one, SaleDocument)]

    def touch(self, feed: str, external_id: str) -> None:
        """Let a record come again in its feed."""
        self.tick += 1
        self.ticks[feed, external_id] = self.tick

    def new_id(self, letter: str) -> str:
        """Return an id that nothing has."""
        return f"{letter}{len(self.keys) + 101}"


class LedgerBooks(Books):
    """Speaks to a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def capabilities(self) -> BooksCapabilities:
        return BooksCapabilities(
            kinds=frozenset(DocumentKind),
            sale_forms=(SaleForm.CUSTOMER_ORDER,),
            documents_per_call_max=self._ledger.per_call_max,
            can_amend=True,
            prices=(("2", "Price 2"), ("sale", "Sale price")),
            item_fields=(
                ("attribute", "Attribute"),
                ("size", "Size"),
                ("manufacturer", "Manufacturer"),
            ),
        )

    def check(self) -> ConnectionReport:
        ok = Finding("ready", Severity.OK, "The books are open.")
        return ConnectionReport((ok,), facts={"currency": "USD"})

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        ledger = self._ledger
        if ledger.cut_line:
            ledger.cut_line -= 1
            raise NotSentError("The line is down.")
        ledger.envelopes.append(list(requests))
        results = tuple(self._one(request) for request in requests)
        if ledger.lose_answers:
            ledger.lose_answers -= 1
            raise AnswerLostError("The answer got lost.")
        return results

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        self._ledger.look_ups += 1
        return tuple(self._look_up(request) for request in requests)

    def changed_items(self, cursor: str, *, limit: int) -> Page[BooksItem]:
        keys, end, is_last = self._changed("items", cursor, limit)
        return Page(tuple(self._ledger.items[k] for k in keys), end, is_last)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[BooksCustomer]:
        keys, end, is_last = self._changed("customers", cursor, limit)
        return Page(tuple(self._ledger.customers[k] for k in keys), end, is_last)

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        keys, end, is_last = self._changed("stock", cursor, limit)
        return Page(tuple(map(self._level, keys)), end, is_last)

    def stock(self, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        known = [one for one in item_ids if one in self._ledger.items]
        return tuple(map(self._level, known))

    def locations(self) -> tuple[Location, ...]:
        return (Location(PLACE, "Main shelf"),)

    def accounts(self) -> tuple[BooksAccount, ...]:
        return (
            BooksAccount("A1", "Sales", "income"),
            BooksAccount("A2", "Stock", "asset"),
            BooksAccount("A3", "Cost of goods", "expense"),
            BooksAccount("A4", "Bank", "asset"),
        )

    def documents(
        self, first: date, last: date, *, cursor: str, limit: int
    ) -> Page[StoredDocument]:
        found = [
            self._stored(entry)
            for entry in self._ledger.entries.values()
            if first <= _day(entry.document) <= last and _counts(entry)
        ]
        start = int(cursor or 0)
        page = tuple(found[start : start + limit])
        end = start + len(page)
        return Page(page, str(end), is_last=end >= len(found))

    def _changed(
        self, feed: str, cursor: str, limit: int
    ) -> tuple[list[str], str, bool]:
        after = int(cursor or 0)
        ticks = self._ledger.ticks.items()
        due = sorted((t, k) for (name, k), t in ticks if name == feed and t > after)
        chosen = due[:limit]
        end = str(chosen[-1][0]) if chosen else cursor
        return [key for _, key in chosen], end, len(due) <= limit

    def _level(self, item_id: str) -> StockLevel:
        ledger = self._ledger
        return StockLevel(
            item_id,
            PLACE,
            ledger.on_hand[item_id],
            ledger.committed(item_id),
            ledger.now(),
        )

    def _one(self, request: PostRequest) -> PostResult:
        ledger = self._ledger
        known = ledger.keys.get(request.key)
        if known:
            return self._result(request, known)
        try:
            kind = _kind(request.document)
            if kind in ledger.refused:
                raise ledger.refused[kind]
            if kind in ledger.busy:
                raise RetryableError("The books are busy.")
            books_id = _Posting(ledger).post(request.document)
        except RetryableError as error:
            again = PostOutcome.RETRY
            return PostResult(request.attempt_id, again, error=error)
        except SyncError as error:
            return PostResult(request.attempt_id, PostOutcome.REFUSED, error=error)
        ledger.keys[request.key] = books_id
        return self._result(request, books_id)

    def _result(self, request: PostRequest, books_id: str) -> PostResult:
        total = getattr(request.document, "total", None)
        if total is not None:
            total += Money(self._ledger.cents_off, total.currency)
        return PostResult(
            request.attempt_id,
            PostOutcome.POSTED,
            books_id=books_id,
            number=f"N-{books_id}",
            version="1",
            total=total,
        )

    def _look_up(self, request: PostRequest) -> LookUpResult:
        if self._ledger.is_unclear:
            return LookUpResult(request.attempt_id, LookUpOutcome.UNCLEAR)
        known = self._ledger.keys.get(request.key)
        if known is None:
            return LookUpResult(request.attempt_id, LookUpOutcome.MISSING)
        found = self._result(request, known)
        return LookUpResult(request.attempt_id, LookUpOutcome.FOUND, found)

    def _stored(self, entry: Entry) -> StoredDocument:
        document = entry.document
        if isinstance(document, AmendmentDocument):
            document = document.document
        assert isinstance(document, SaleDocument | RefundDocument | PaymentDocument)
        total = getattr(document, "total", None) or document.amount  # type: ignore[union-attr]
        zero = total - total
        lines = getattr(document, "lines", ())
        shipping = [line.total for line in lines if line.kind is LineKind.SHIPPING]
        return StoredDocument(
            books_id=entry.books_id,
            kind=entry.kind,
            reference=document.reference,
            business_date=document.business_date,
            total=total + Money(self._ledger.cents_off, total.currency),
            total_tax=getattr(document, "total_tax", zero),
            shipping=total_of(shipping, total.currency),
            key=next(k for k, v in self._ledger.keys.items() if v == entry.books_id),
            is_live=entry.is_live,
            sale_id=entry.sale_id,
        )


class _Posting:
    """Posts one document: checks first, then all of its effects."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def post(self, document: Document) -> str:
        """Return the id of the new record. Raises ActionNeededError."""
        self._check_day(document)
        match document:
            case CustomerRecord() | ItemRecord() | CustomerChange():
                return self._record(document)
            case SaleDocument():
                return self._sale(document)
            case AmendmentDocument():
                return self._amendment(document)
            case FulfillmentDocument():
                return self._fulfillment(document)
            case RefundDocument():
                return self._refund(document)
            case CancellationDocument():
                sale = self._sale_of(document.sale.books_id)
                self._promise_moved(document.sale.books_id)
                sale.open.clear()
                return self._keep(document, sale_id=document.sale.books_id)
            case PaymentDocument():
                self._sale_of(document.sale.books_id)
                return self._keep(document, sale_id=document.sale.books_id)
            case AdjustmentDocument():
                self._move({document.item.books_id: document.delta})
                moved = {document.item.books_id: document.delta}
                return self._keep(document, moved=moved)
            case ReversalDocument():
                return self._reversal(document)

    def _check_day(self, document: Document) -> None:
        closed, day = (
            self._ledger.closed_until,
            getattr(document, "business_date", None),
        )
        if closed is not None and day is not None and day <= closed:
            raise InvalidInputError(
                f"{day} is in a closed period.", remedy="Open the period."
            )

    def _record(self, record: CustomerRecord | ItemRecord | CustomerChange) -> str:
        match record:
            case CustomerRecord():
                return self._customer(record)
            case ItemRecord():
                return self._item(record)
            case CustomerChange():
                return self._change(record)

    def _customer(self, record: CustomerRecord) -> str:
        ledger = self._ledger
        books_id = ledger.new_id("C")
        ledger.add_customer(
            BooksCustomer(
                books_id,
                record.name,
                email=record.email,
                phone=record.phone,
                first_name=record.first_name,
                last_name=record.last_name,
                company=record.company,
            )
        )
        return self._keep(record, books_id=books_id)

    def _change(self, change: CustomerChange) -> str:
        """Write the fields over what is there: who may is decided elsewhere."""
        ledger, after = self._ledger, change.after
        known = ledger.customers.get(change.customer.books_id)
        if known is None:
            raise InvalidInputError("There is no such customer.", field="customer")
        said = {"name": after.name, "email": after.email, "phone": after.phone}
        wanted = {name: said[name] for name in said if name in change.fields}
        if CustomerField.PERSON in change.fields:
            person = {"first_name": after.first_name, "last_name": after.last_name}
            wanted |= person
        ledger.add_customer(replace(known, **wanted))
        self._keep(change)
        return known.external_id

    def _item(self, record: ItemRecord) -> str:
        ledger = self._ledger
        if any(i.sku == record.sku and record.sku for i in ledger.items.values()):
            raise ConflictError(f"SKU {record.sku} is taken.")
        books_id = ledger.new_id("I")
        item = BooksItem(
            books_id, record.name, sku=record.sku, upc=record.upc, price=record.price
        )
        ledger.add_item(item, str(record.initial_quantity or 0))
        return self._keep(record, books_id=books_id)

    def _sale(self, document: SaleDocument) -> str:
        ledger = self._ledger
        if document.customer and document.customer.books_id not in ledger.customers:
            raise InvalidInputError("There is no such customer.", field="customer")
        billed = [line.total for line in document.lines]
        billed += [tax.total for tax in document.taxes]
        if total_of(billed, document.total.currency) != document.total:
            raise InvalidInputError("Lines and taxes do not make the total.")
        promised = self._promised(document)
        books_id = self._keep(document)
        ledger.sales[books_id] = Sale(promised)
        self._promise_moved(books_id)
        return books_id

    def _promised(self, document: SaleDocument) -> dict[str, tuple[str, Decimal]]:
        found = {}
        for line in document.lines:
            if line.item is None or not line.units:
                continue
            if line.item.books_id not in self._ledger.items:
                raise InvalidInputError("There is no such item.", field="lines")
            found[line.source_id] = (line.item.books_id, line.units)
        return found

    def _amendment(self, document: AmendmentDocument) -> str:
        sale = self._sale_of(document.sale.books_id)
        if sale.shipped:
            raise ConflictError("It was shipped.")
        promised = self._promised(document.document)
        self._promise_moved(document.sale.books_id)
        sale.open = promised
        self._promise_moved(document.sale.books_id)
        entry = self._ledger.entries[document.sale.books_id]
        entry.document = document.document
        return self._keep(document, sale_id=document.sale.books_id)

    def _fulfillment(self, document: FulfillmentDocument) -> str:
        sale = self._sale_of(document.sale.books_id)
        moved: dict[str, Decimal] = {}
        for item_id, units in sale.open.values():
            moved[item_id] = moved.get(item_id, Decimal(0)) - units
        sale.shipped, sale.open = {**sale.open}, {}
        self._move(moved)
        return self._keep(document, sale_id=document.sale.books_id, moved=moved)

    def _refund(self, document: RefundDocument) -> str:
        sale = self._sale_of(document.sale.books_id)
        moved: dict[str, Decimal] = {}
        for line_id, units in document.restocked:
            for source in [s for s in (*sale.open, *sale.shipped) if _is(s, line_id)]:
                if source in sale.open:
                    item_id, open_units = sale.open[source]
                    sale.open[source] = (item_id, open_units - units)
                else:
                    item_id = sale.shipped[source][0]
                    moved[item_id] = moved.get(item_id, Decimal(0)) + units
        self._promise_moved(document.sale.books_id)
        self._move(moved)
        return self._keep(document, sale_id=document.sale.books_id, moved=moved)

    def _reversal(self, document: ReversalDocument) -> str:
        ledger, target = self._ledger, document.target.books_id
        entry = ledger.entries.get(target)
        if entry is None or not entry.is_live:
            raise ConflictError(f"{target} is not there any more.")
        if target in ledger.deposited:
            raise ConflictError(
                f"{target} is part of a bank deposit.", remedy="Undo the deposit first."
            )
        self._check_day(entry.document)
        later = [
            one
            for one in ledger.entries.values()
            if one.is_live
            and one.sale_id == target
            and one.kind is not DocumentKind.AMENDMENT  # it ends with its sale
        ]
        if later or self._is_used(target):
            raise ConflictError(f"Something later depends on {target}.")
        entry.is_live = False
        self._take_back(entry)
        return self._keep(document)

    def _take_back(self, entry: Entry) -> None:
        ledger = self._ledger
        self._move({item: -units for item, units in entry.moved.items()})
        if entry.kind is DocumentKind.SALE:
            self._promise_moved(entry.books_id)
            ledger.sales[entry.books_id].open = {}
        elif entry.kind is DocumentKind.FULFILLMENT:
            sale = ledger.sales[entry.sale_id]
            sale.open, sale.shipped = sale.shipped, {}
            self._promise_moved(entry.sale_id)
        elif entry.kind is DocumentKind.CUSTOMER:
            ledger.customers.pop(entry.books_id)
            ledger.ticks.pop(("customers", entry.books_id), None)
        elif entry.kind is DocumentKind.ITEM:
            item = ledger.items[entry.books_id]
            ledger.add_item(replace(item, is_active=False), 0)

    def _is_used(self, target: str) -> bool:
        for entry in self._ledger.live(DocumentKind.SALE):
            document = entry.document
            assert isinstance(document, SaleDocument)
            if document.customer and document.customer.books_id == target:
                return True
            if any(li.item and li.item.books_id == target for li in document.lines):
                return True
        return False

    def _sale_of(self, books_id: str) -> Sale:
        entry = self._ledger.entries.get(books_id)
        if entry is None or not entry.is_live:
            raise InvalidInputError("There is no such sale.", field="sale")
        return self._ledger.sales[books_id]

    def _promise_moved(self, sale_id: str) -> None:
        for item_id, _ in self._ledger.sales[sale_id].open.values():
            self._ledger.touch("stock", item_id)

    def _move(self, moved: dict[str, Decimal]) -> None:
        for item_id, units in moved.items():
            self._ledger.on_hand[item_id] += units
            self._ledger.touch("stock", item_id)

    def _keep(
        self,
        document: Document,
        *,
        books_id: str = "",
        sale_id: str = "",
        moved: dict[str, Decimal] | None = None,
    ) -> str:
        found = books_id or self._ledger.new_id("D")
        self._ledger.entries[found] = Entry(
            found, _kind(document), document, sale_id=sale_id, moved=moved or {}
        )
        return found


def _kind(document: Document) -> DocumentKind:
    return KIND_OF[type(document)]


def _is(source_id: str, line_id: str) -> bool:
    return line_id_of(source_id) == line_id


def _day(document: Document) -> date:
    inner = document.document if isinstance(document, AmendmentDocument) else document
    return getattr(inner, "business_date", date.min)


def _counts(entry: Entry) -> bool:
    return entry.kind in (
        DocumentKind.SALE,
        DocumentKind.REFUND,
        DocumentKind.PAYMENT,
    )
