"""The records of QuickBooks that we read, as far as we read them.

A field that is missing where we need it fails here, loudly, with its name.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.domain.errors import InvalidInputError


class _Payload(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, coerce_numbers_to_str=True
    )


class Ref(_Payload):
    """A reference to another record."""

    value: str = ""
    name: str = ""


class MetaData(_Payload):
    """When a record was last changed."""

    changed_at: datetime | None = Field(default=None, alias="LastUpdatedTime")


class Mail(_Payload):
    """An e-mail address."""

    address: str = Field(default="", alias="Address")


class Phone(_Payload):
    """A telephone number, as typed."""

    number: str = Field(default="", alias="FreeFormNumber")


class _Kept(_Payload):
    id: str = Field(alias="Id", min_length=1)
    version: str = Field(default="", alias="SyncToken")
    is_active: bool = Field(default=True, alias="Active")
    meta: MetaData = Field(default=MetaData(), alias="MetaData")


class ItemPayload(_Kept):
    """An item of QuickBooks."""

    name: str = Field(alias="Name")
    full_name: str = Field(default="", alias="FullyQualifiedName")
    sku: str = Field(default="", alias="Sku")
    type: str = Field(default="", alias="Type")
    description: str = Field(default="", alias="Description")
    price: Decimal | None = Field(default=None, alias="UnitPrice")
    cost: Decimal | None = Field(default=None, alias="PurchaseCost")
    on_hand: Decimal | None = Field(default=None, alias="QtyOnHand")


class CustomerPayload(_Kept):
    """A customer of QuickBooks."""

    name: str = Field(alias="DisplayName")
    given_name: str = Field(default="", alias="GivenName")
    family_name: str = Field(default="", alias="FamilyName")
    company: str = Field(default="", alias="CompanyName")
    mail: Mail = Field(default=Mail(), alias="PrimaryEmailAddr")
    phone: Phone = Field(default=Phone(), alias="PrimaryPhone")
    notes: str = Field(default="", alias="Notes")


class AccountPayload(_Kept):
    """An account of QuickBooks."""

    name: str = Field(alias="Name")
    full_name: str = Field(default="", alias="FullyQualifiedName")
    kind: str = Field(default="", alias="AccountType")
    number: str = Field(default="", alias="AcctNum")


class NamedPayload(_Kept):
    """An entry of any other list."""

    name: str = Field(alias="Name")
    full_name: str = Field(default="", alias="FullyQualifiedName")

    @property
    def words(self) -> str:
        """What a person calls it, with its parents."""
        return self.full_name or self.name


class RateDetail(_Payload):
    """One rate of a tax code."""

    rate: Ref = Field(alias="TaxRateRef")
    way: str = Field(default="", alias="TaxTypeApplicable")

    @property
    def is_plain(self) -> bool:
        """Whether it is charged on the amount alone, on no other tax."""
        return self.way in {"", "TaxOnAmount"}


class RateList(_Payload):
    """The rates of a tax code for sales."""

    details: tuple[RateDetail, ...] = Field(default=(), alias="TaxRateDetail")


class TaxCodePayload(NamedPayload):
    """A tax code."""

    sales_rates: RateList = Field(default=RateList(), alias="SalesTaxRateList")


class TaxRatePayload(NamedPayload):
    """A tax rate."""

    percent: Decimal = Field(default=Decimal(0), alias="RateValue")


class ItemDetail(_Payload):
    """What a line of a sale says of its item."""

    item: Ref = Field(default=Ref(), alias="ItemRef")
    units: Decimal | None = Field(default=None, alias="Qty")
    adjusted_by: Decimal | None = Field(default=None, alias="QtyDiff")


class LinePayload(_Payload):
    """One line of a document."""

    amount: Decimal = Field(default=Decimal(0), alias="Amount")
    detail_type: str = Field(default="", alias="DetailType")
    sold: ItemDetail = Field(default=ItemDetail(), alias="SalesItemLineDetail")
    bought: ItemDetail = Field(default=ItemDetail(), alias="ItemBasedExpenseLineDetail")
    adjusted: ItemDetail = Field(default=ItemDetail(), alias="ItemAdjustmentLineDetail")


class TaxDetail(_Payload):
    """The tax of a document."""

    total: Decimal = Field(default=Decimal(0), alias="TotalTax")


class DocumentPayload(_Kept):
    """A sale, refund, payment or adjustment."""

    number: str = Field(default="", alias="DocNumber")
    payment_number: str = Field(default="", alias="PaymentRefNum")
    day: date | None = Field(default=None, alias="TxnDate")
    note: str = Field(default="", alias="PrivateNote")
    customer: Ref = Field(default=Ref(), alias="CustomerRef")
    currency: Ref = Field(default=Ref(), alias="CurrencyRef")
    total: Decimal | None = Field(default=None, alias="TotalAmt")
    deposited_to: Ref = Field(default=Ref(), alias="DepositToAccountRef")
    tax: TaxDetail = Field(default=TaxDetail(), alias="TxnTaxDetail")
    lines: tuple[LinePayload, ...] = Field(default=(), alias="Line")


class AccountDetail(_Payload):
    """The account of a line, and its side where it has one."""

    account: Ref = Field(default=Ref(), alias="AccountRef")
    side: str = Field(default="", alias="PostingType")


class CashBack(_Payload):
    """What was taken out in cash as a deposit was made."""

    account: Ref = Field(default=Ref(), alias="AccountRef")
    amount: Decimal = Field(default=Decimal(0), alias="Amount")


class MovingLine(_Payload):
    """One line of what moves money between accounts."""

    amount: Decimal = Field(default=Decimal(0), alias="Amount")
    links: tuple[object, ...] = Field(default=(), alias="LinkedTxn")
    deposited: AccountDetail = Field(default=AccountDetail(), alias="DepositLineDetail")
    spent: AccountDetail = Field(
        default=AccountDetail(), alias="AccountBasedExpenseLineDetail"
    )
    journal: AccountDetail = Field(
        default=AccountDetail(), alias="JournalEntryLineDetail"
    )


class MovingPayload(_Kept):
    """A deposit, a transfer, an expense or a journal entry."""

    number: str = Field(default="", alias="DocNumber")
    day: date | None = Field(default=None, alias="TxnDate")
    note: str = Field(default="", alias="PrivateNote")
    currency: Ref = Field(default=Ref(), alias="CurrencyRef")
    total: Decimal = Field(default=Decimal(0), alias="TotalAmt")
    amount: Decimal = Field(default=Decimal(0), alias="Amount")
    deposited_to: Ref = Field(default=Ref(), alias="DepositToAccountRef")
    cash_back: CashBack = Field(default=CashBack(), alias="CashBack")
    source: Ref = Field(default=Ref(), alias="FromAccountRef")
    target: Ref = Field(default=Ref(), alias="ToAccountRef")
    account: Ref = Field(default=Ref(), alias="AccountRef")
    is_credit: bool = Field(default=False, alias="Credit")
    lines: tuple[MovingLine, ...] = Field(default=(), alias="Line")


Model = TypeVar("Model", bound=_Payload)


def parsed(model: type[Model], record: Record) -> Model:
    """Return a record as its model; InvalidInputError names what is missing."""
    clean = {name: value for name, value in record.items() if value is not None}
    try:
        return model.model_validate(clean)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(
            f"QuickBooks sent a record that we cannot read: {field}, {first['msg']}.",
            field=field,
            remedy="Report it with the connection's log.",
        ) from error
