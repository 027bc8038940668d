"""Any document that books may get: strategies for hypothesis.

What a document names (ids, forms, numbers) is the books' own, and is given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CustomerRecord,
    DocumentKind,
    DocumentLine,
    DocumentTax,
    ItemChange,
    ItemField,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import Address, LineKind, TaxShare
from stockbridge.domain.money import Money, total_of

PLACED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
#: Longer than any field: hypothesis by itself draws such texts next to never.
LONG = st.integers(100, 6000).map(lambda chars: ("Ada é " * chars)[:chars])
TEXTS = (
    st.text(max_size=60)
    | st.text(alphabet=st.characters(codec="utf-8"), max_size=5000)
    | LONG
)
UNITS = st.decimals("0.00001", "99999", places=5)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


def _money(cents: int) -> Money:
    return Money(Decimal(cents) / 100, "USD")


CENTS = st.integers(-99_999_999, 99_999_999).map(_money)
POSITIVE = st.integers(0, 99_999_999).map(_money)
Restocked = tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class AnyDocuments:
    """Documents that name what these books have."""

    customer: str
    item: str
    location: str
    account: str
    forms: Sequence[SaleForm]
    percents: Sequence[Decimal]  # of the tax that is billed; or none is told
    references: st.SearchStrategy[str]
    names: st.SearchStrategy[str]

    def addresses(self) -> st.SearchStrategy[Address]:
        return st.builds(Address, *[self.names] * 9)

    def lines(self) -> st.SearchStrategy[DocumentLine]:
        line = st.builds(
            DocumentLine,
            source_id=st.text(max_size=50),
            kind=st.sampled_from(LineKind),
            name=TEXTS,
            quantity=UNITS,
            total=CENTS,
            tax=POSITIVE,
            item=st.just(BooksRef(self.item)) | st.none(),
            units=UNITS | st.just(Decimal(0)),
        )
        return line.map(_with_share)

    def sales(self) -> st.SearchStrategy[SaleDocument]:
        return _sales(self)

    def refunds(
        self,
        sales: Sequence[str],
        restocked: Callable[[Sequence[DocumentLine]], Restocked],
    ) -> st.SearchStrategy[RefundDocument]:
        return _refunds(self, sales, restocked)

    def customers(self) -> st.SearchStrategy[CustomerRecord]:
        return st.builds(
            CustomerRecord,
            name=TEXTS,
            email=self.names | st.emails(),
            phone=self.names,
            first_name=self.names,
            last_name=self.names,
            company=self.names,
            billing=self.addresses(),
            shipping=self.addresses(),
        )

    def items(self) -> st.SearchStrategy[ItemRecord]:
        return st.builds(
            ItemRecord,
            name=TEXTS,
            sku=self.names,
            upc=self.names,
            description=TEXTS,
            price=POSITIVE | st.none(),
            is_tracked=st.booleans(),
            initial_quantity=UNITS | st.none(),
            initial_date=DAYS | st.none(),
        )

    def item_changes(self) -> st.SearchStrategy[ItemChange]:
        return st.builds(
            ItemChange,
            item=st.just(BooksRef(self.item)),
            before=self.items(),
            after=self.items(),
            fields=st.sets(st.sampled_from(ItemField)).map(lambda found: tuple(found)),
        )

    def payments(self, sale: str) -> st.SearchStrategy[PaymentDocument]:
        return st.builds(
            PaymentDocument,
            sale=st.just(BooksRef(sale)),
            amount=POSITIVE,
            business_date=DAYS,
            method=st.sampled_from(["card", ""]),
            title=TEXTS,
            account_id=st.sampled_from(["", self.account]),
            reference=self.names,
            memo=TEXTS,
        )

    def adjustments(self) -> st.SearchStrategy[AdjustmentDocument]:
        return st.builds(
            AdjustmentDocument,
            item=st.just(BooksRef(self.item)),
            location_id=st.just(self.location),
            delta=UNITS | UNITS.map(lambda units: -units),
            reason=TEXTS,
            business_date=DAYS,
        )

    def reversals(
        self, *targets: tuple[str, DocumentKind]
    ) -> st.SearchStrategy[ReversalDocument]:
        records = (
            (self.customer, DocumentKind.CUSTOMER),
            (self.item, DocumentKind.ITEM),
        )
        return st.sampled_from(
            [
                ReversalDocument(
                    BooksRef(target), kind, PLACED.date(), "deleted in the store"
                )
                for target, kind in (*targets, *records)
            ]
        )


@st.composite
def _sales(draw: st.DrawFn, own: AnyDocuments) -> SaleDocument:
    lines = tuple(draw(st.lists(own.lines(), min_size=1, max_size=5)))
    tax = total_of([line.tax for line in lines], "USD")
    percent = draw(st.sampled_from([None, *own.percents]))
    return SaleDocument(
        form=draw(st.sampled_from(own.forms)),
        reference=draw(own.references),
        business_date=draw(DAYS),
        customer=draw(st.just(BooksRef(own.customer)) | st.none()),
        lines=lines,
        taxes=(DocumentTax("1", "Tax", tax, percent),),
        total=total_of([line.total for line in lines], "USD") + tax,
        total_tax=tax,
        placed_at=PLACED,
        memo=draw(TEXTS),
        location_id=own.location,
        shipping_address=draw(own.addresses()),
        payment_title=draw(TEXTS),
        payment_method=draw(st.sampled_from(["card", "cash"])),
        account_id=draw(st.sampled_from(["", own.account])),
        order_fields=(("_po_number", draw(TEXTS)),),
    )


@st.composite
def _refunds(
    draw: st.DrawFn,
    own: AnyDocuments,
    sales: Sequence[str],
    restocked: Callable[[Sequence[DocumentLine]], Restocked],
) -> RefundDocument:
    lines = tuple(draw(st.lists(own.lines(), max_size=4)))
    tax = total_of([line.tax for line in lines], "USD")
    return RefundDocument(
        sale=BooksRef(draw(st.sampled_from(sales))),
        reference=draw(own.references),
        business_date=draw(DAYS),
        lines=lines,
        taxes=(),
        total=total_of([line.total for line in lines], "USD") + tax,
        total_tax=tax,
        restocked=restocked(lines),
        reason=draw(TEXTS),
    )


def _with_share(line: DocumentLine) -> DocumentLine:
    return replace(line, taxes=(TaxShare("1", line.tax),))
