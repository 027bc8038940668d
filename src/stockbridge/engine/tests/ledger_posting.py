"""How a `Ledger` posts: a document that is refused leaves no trace.

A sale commits, a fulfillment moves, a reversal is refused while something later depends
on its target.
"""

from dataclasses import replace
from decimal import Decimal

from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    CancellationDocument,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    Document,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    ItemField,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
    line_id_of,
)
from stockbridge.domain.catalog import BooksCustomer, BooksItem
from stockbridge.domain.errors import (
    ConflictError,
    InvalidInputError,
)
from stockbridge.domain.money import total_of
from stockbridge.engine.tests.ledger import Entry, Ledger, Sale, kind_of


class Posting:
    """Posts one document: checks first, then all of its effects."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def post(self, document: Document) -> str:
        """Return the id of the new record. Raises ActionNeededError."""
        self._check_day(document)
        match document:
            case CustomerRecord() | ItemRecord() | CustomerChange() | ItemChange():
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

    def _record(
        self, record: CustomerRecord | ItemRecord | CustomerChange | ItemChange
    ) -> str:
        match record:
            case CustomerRecord():
                return self._customer(record)
            case ItemRecord():
                return self._item(record)
            case CustomerChange():
                return self._change(record)
            case ItemChange():
                return self._item_change(record)

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

    def _item_change(self, change: ItemChange) -> str:
        """Write the fields over what is there: who may is decided elsewhere."""
        ledger, after = self._ledger, change.after
        known = ledger.items.get(change.item.books_id)
        if known is None:
            raise InvalidInputError("There is no such item.", field="item")
        fields = change.fields
        known = replace(
            known,
            name=after.name if ItemField.NAME in fields else known.name,
            price=after.price if ItemField.PRICE in fields else known.price,
            upc=after.upc if ItemField.UPC in fields else known.upc,
        )
        if ItemField.DESCRIPTION in fields:
            known = replace(known, description=after.description)
        ledger.items[known.external_id] = known
        ledger.touch("items", known.external_id)
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
        leaving = dict(document.lines) or {
            s: units for s, (_, units) in sale.open.items()
        }
        for source, units in leaving.items():
            item_id, left = sale.open.pop(source)
            if units > left:
                raise InvalidInputError(f"Only {left} of {source} are open.")
            moved[item_id] = moved.get(item_id, Decimal(0)) - units
            before = sale.shipped.get(source, (item_id, Decimal(0)))[1]
            sale.shipped[source] = (item_id, before + units)
            if units < left:
                sale.open[source] = (item_id, left - units)
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
            found, kind_of(document), document, sale_id=sale_id, moved=moved or {}
        )
        return found


def _is(source_id: str, line_id: str) -> bool:
    return line_id_of(source_id) == line_id
