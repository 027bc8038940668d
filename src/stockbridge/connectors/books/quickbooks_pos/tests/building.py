"""Documents and a company to try them on, with defaults that are right."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.connectors.books.quickbooks_pos.simulator import Company, a_company
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import (
    FEE_ITEM,
    SHIPPING_ITEM,
    TAX_ITEM,
    UNSTOCKED_ITEM,
    add_item,
)
from stockbridge.connectors.books.quickbooks_pos.tests.contract_files import (
    schema_if_there,
)
from stockbridge.connectors.books.quickbooks_pos.translator import (
    PosTranslator,
    translator,
)
from stockbridge.domain.accounting import (
    BooksRef,
    Document,
    DocumentLine,
    DocumentTax,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.identity import marker_of
from stockbridge.domain.money import Money, total_of
from stockbridge.ports import (
    CheckCompany,
    CompanyChecked,
    DeskRequest,
    DeskResult,
    LookUp,
    LookUpResult,
    PostRequest,
    PostResult,
    Prepare,
    Prepared,
    Write,
)

DAY = date(2026, 1, 5)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def money(text: str) -> Money:
    return Money(Decimal(text), "USD")


def settings(**chosen: Any) -> PosSettings:
    usual = {
        "tax_item": TAX_ITEM,
        "shipping_item": SHIPPING_ITEM,
        "fee_item": FEE_ITEM,
        "unstocked_item": UNSTOCKED_ITEM,
        "default_department": "Kitchen",
    }
    return PosSettings(**{**usual, **chosen})


def a_line(
    item: str = "",
    *,
    total: str = "10.00",
    tax: str = "0.00",
    **changed: Any,
) -> DocumentLine:
    usual: dict[str, Any] = {
        "source_id": "11",
        "kind": LineKind.ITEM,
        "name": "Mug",
        "quantity": Decimal(1),
        "item": BooksRef(item) if item else None,
        "units": Decimal(1) if item else Decimal(0),
    }
    return DocumentLine(total=money(total), tax=money(tax), **{**usual, **changed})


def a_sale(*lines: DocumentLine, **changed: Any) -> SaleDocument:
    tax = total_of([line.tax for line in lines], "USD")
    usual: dict[str, Any] = {
        "form": SaleForm.SALES_RECEIPT,
        "reference": "WEB-12",
        "business_date": DAY,
        "customer": None,
        "taxes": (DocumentTax("1", "State tax", tax),) if tax else (),
        "total": total_of([line.total for line in lines], "USD") + tax,
        "total_tax": tax,
        "placed_at": NOON,
    }
    return SaleDocument(lines=lines, **{**usual, **changed})


def a_refund(
    sale: str,
    *lines: DocumentLine,
    **changed: Any,
) -> RefundDocument:
    tax = total_of([line.tax for line in lines], "USD")
    usual: dict[str, Any] = {
        "reference": "WEB-12",
        "business_date": DAY,
        "taxes": (DocumentTax("1", "State tax", tax),) if tax else (),
        "total": total_of([line.total for line in lines], "USD") + tax,
        "total_tax": tax,
    }
    return RefundDocument(sale=BooksRef(sale), lines=lines, **{**usual, **changed})


def a_request(document: Document, key: str = "sale/12/1") -> PostRequest:
    return PostRequest(f"{key}#1", key, marker_of(key, generation=1), document)


@dataclass(slots=True)
class Counter:
    """A company, and a translator that has checked it."""

    company: Company = field(default_factory=a_company)
    settings: PosSettings = field(default_factory=settings)
    facts: dict[str, str] = field(default_factory=dict)
    last_request: bytes = b""

    def __post_init__(self) -> None:
        self.company.schema = schema_if_there()
        self.check()

    @property
    def translator(self) -> PosTranslator:
        return translator(self.settings, self.facts)

    def ask(self, *requests: DeskRequest) -> tuple[DeskResult, ...]:
        """Carry an envelope there and back."""
        self.last_request = self.translator.encode(requests, batch_id="b1")
        return self.translator.decode(requests, self.company.process(self.last_request))

    def check(self) -> CompanyChecked:
        (found,) = self.ask(CheckCompany("check"))
        assert isinstance(found, CompanyChecked)
        self.facts = dict(found.report.facts)
        return found

    def write(self, document: Document, key: str = "sale/12/1") -> PostResult:
        request = a_request(document, key)
        self.translator.check_document(request)
        basis = ""
        if self.translator.needs_preparation(request):
            (prepared,) = self.ask(Prepare("prepare", request))
            assert isinstance(prepared, Prepared)
            basis = prepared.basis
        (result,) = self.ask(Write(request.attempt_id, request, basis))
        assert isinstance(result, PostResult)
        return result

    def look_up(
        self,
        document: Document,
        key: str = "sale/12/1",
        *,
        since: datetime | None = None,
    ) -> LookUpResult:
        (found,) = self.ask(LookUp("look", a_request(document, key), since))
        assert isinstance(found, LookUpResult)
        return found

    def item(self, alu: str = "MUG", **fields: str) -> str:
        return add_item(self.company, alu, **fields)

    def on_hand(self, item: str, store: int = 1) -> Decimal:
        row = self.company.records.items.rows[item]
        return Decimal(row.get(f"OnHandStore{store:02d}", "0"))

    def receipts(self) -> Sequence[dict[str, Any]]:
        return list(self.company.records.receipts.all())
