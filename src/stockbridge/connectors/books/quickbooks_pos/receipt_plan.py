"""Turning a sale or a refund into a receipt that POS will compute to the same cent.

What a receipt cannot say directly: a line below zero becomes a discount of the whole
receipt; tax a location does not compute becomes a line that is not taxed; what must not
move stock is sold under an item that has none. A gift card that is sold is a line of
its item, which posts to a liability; one that is used is a way of payment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_pos import taxes
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts, TaxRecord
from stockbridge.connectors.books.quickbooks_pos.numbers import coins
from stockbridge.connectors.books.quickbooks_pos.receipt_values import (
    Receipt,
    ReceiptLine,
)
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings, TaxPolicy
from stockbridge.connectors.books.quickbooks_pos.splitting import split_line
from stockbridge.domain.accounting import (
    DocumentLine,
    DocumentTax,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import DefectError, MappingError, SettingNeededError

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Planner:
    """How receipts of one connection are made."""

    settings: PosSettings
    facts: CompanyFacts

    def sale(self, sale: SaleDocument) -> Receipt:
        """Return the receipt of a sale; raises ActionNeededError if there is none."""
        self._coins_of(sale)
        return self._receipt(sale, {})

    def refund(self, refund: RefundDocument) -> Receipt:
        """Return the receipt of what came back; raises ActionNeededError."""
        self._coins_of(refund)
        restocked = dict(refund.restocked)
        unnamed = set(restocked) - {
            line.source_id for line in refund.lines if line.item
        }
        if unnamed:
            raise MappingError(
                "The refund puts goods back whose items it does not name.",
                remedy="Put them back with a quantity adjustment in Point of Sale, and "
                "mark this refund as booked elsewhere.",
            )
        return self._receipt(refund, restocked)

    def _receipt(
        self, document: SaleDocument | RefundDocument, restocked: Mapping[str, Decimal]
    ) -> Receipt:
        is_sale = isinstance(document, SaleDocument)
        charged, shipping, discount, gift = [], _NOTHING, _NOTHING, _NOTHING
        for line in document.lines:
            amount = self._amount(line)
            if line.kind is LineKind.GIFT_CARD and amount < 0:
                gift -= amount
                continue
            if line.kind is LineKind.SHIPPING and not self._shipping_item(line):
                shipping += amount
                continue
            units = line.units if is_sale else restocked.get(line.source_id, _NOTHING)
            discount -= min(amount, _NOTHING)
            charged.append(self._charged(line, units))
        lines = tuple(part for parts in charged for part in parts)
        if shipping < 0:
            discount, shipping = discount - shipping, _NOTHING
        receipt = _discounted(Receipt(lines, shipping=shipping), discount)
        taxed = replace(self._taxed(receipt, document), gift=gift)
        if taxed.due != document.total.amount:
            raise DefectError(
                f"The receipt comes to {taxed.due}, the document to {document.total}."
            )
        return taxed

    def _charged(self, line: DocumentLine, units: Decimal) -> tuple[ReceiptLine, ...]:
        """Return the line as receipt lines; one below zero sells for nothing."""
        amount = max(self._amount(line), _NOTHING)
        is_item = line.kind is LineKind.ITEM
        if not amount and not (is_item and units):
            return ()
        quantity = units or (abs(line.quantity) if is_item else Decimal(1))
        parts = split_line(quantity or Decimal(1), amount)
        if parts is None:
            raise not_expressible(
                f"{line.name}: no price in cents makes {quantity.normalize():f} of it "
                f"cost {amount}.",
                field="lines",
                remedy="Enter this sale in Point of Sale by hand, and mark the order "
                "as booked elsewhere.",
            )
        item = self._item(line, units)
        return tuple(
            ReceiptLine(item, count, price, line.name, line.source_id)
            for count, price in parts
        )

    def _item(self, line: DocumentLine, units: Decimal) -> str:
        match line.kind:
            case LineKind.ITEM if units:
                if line.item is None or not line.item.is_known:
                    raise DefectError(f"{line.name} leaves the shelf without an item.")
                return line.item.books_id
            case LineKind.ITEM:
                setting = "unstocked_item"
            case LineKind.SHIPPING:
                return self._shipping_item(line)
            case LineKind.FEE | LineKind.DISCOUNT:
                setting = "fee_item"
            case LineKind.GIFT_CARD:
                setting = "gift_card_item"
        return _chosen(self.settings, setting, line.name)

    def _shipping_item(self, line: DocumentLine) -> str:
        """Return the item of a way to ship; "": as the receipt's own charge."""
        mapped = line.item.books_id if line.item is not None else ""
        return mapped or self.settings.shipping_item

    def _taxed(
        self, receipt: Receipt, document: SaleDocument | RefundDocument
    ) -> Receipt:
        settings, records = self.settings, self.facts.tax_records
        if not taxes.charges_nothing(records, settings.nontaxable_code):
            raise SettingNeededError(
                f"The tax code {settings.nontaxable_code} is charged tax in Point of "
                "Sale.",
                field="nontaxable_code",
                remedy="Choose one that is charged nothing on the connection's "
                "settings.",
            )
        billed = document.total_tax.amount
        if not billed and not any(line.tax for line in document.lines):
            return taxes.untaxed(receipt, nontaxable_code=settings.nontaxable_code)
        located = None
        if settings.tax_policy is not TaxPolicy.LINE:
            located = taxes.with_location(
                receipt,
                _wanted(document),
                _usable(records, settings.tax_category, document.taxes),
                nontaxable_code=settings.nontaxable_code,
            )
        if located is not None:
            return located
        if settings.tax_policy is TaxPolicy.LOCATION_OR_HOLD:
            raise SettingNeededError(
                f"No tax location of Point of Sale gives the billed tax {billed}.",
                field="tax_policy",
                also=("tax_category",),
                remedy="Set up a tax location with these rates, check the connection, "
                "and send it again; or allow tax as a line on its settings.",
            )
        return self._with_tax_line(receipt, document.taxes, billed)

    def _with_tax_line(
        self, receipt: Receipt, rates: Sequence[DocumentTax], billed: Decimal
    ) -> Receipt:
        item = _chosen(self.settings, "tax_item", "Tax")
        if billed < 0:
            raise not_expressible(
                f"The tax {billed} is below zero.",
                field="total_tax",
                remedy="Enter it in Point of Sale by hand.",
            )
        named = [tax.label for tax in rates if tax.label] or ["Tax"]
        extra = ReceiptLine(item, Decimal(1), billed, ", ".join(named), "tax")
        lines = (*receipt.lines, *((extra,) if billed else ()))
        with_line = Receipt(lines, _NOTHING, receipt.shipping, receipt.discount)
        code = self.settings.nontaxable_code
        return taxes.untaxed(with_line, nontaxable_code=code)

    def _amount(self, line: DocumentLine) -> Decimal:
        return coins(line.total, self.settings.currency)

    def _coins_of(self, document: SaleDocument | RefundDocument) -> None:
        for money in (document.total, document.total_tax):
            coins(money, self.settings.currency)


def _discounted(receipt: Receipt, discount: Decimal) -> Receipt:
    if discount > receipt.subtotal:
        raise not_expressible(
            f"The discount {discount} is more than all lines together.",
            field="lines",
            remedy="Enter this sale in Point of Sale by hand, and mark the order as "
            "booked elsewhere.",
        )
    return Receipt(receipt.lines, shipping=receipt.shipping, discount=discount)


def _wanted(document: SaleDocument | RefundDocument) -> taxes.Wanted:
    by_line: dict[str, Decimal] = {}
    for line in document.lines:
        before = by_line.get(line.source_id, _NOTHING)
        by_line[line.source_id] = before + line.tax.amount
    return taxes.Wanted(by_line, document.total_tax.amount, _percents(document))


def _percents(document: SaleDocument | RefundDocument) -> dict[str, Decimal]:
    """Return the rates of each line, added up, where the store tells them all."""
    known = {tax.rate_id: tax.rate_percent for tax in document.taxes}
    found: dict[str, Decimal] = {}
    for line in document.lines:
        rates = [known.get(share.rate_id) for share in line.taxes if share.amount]
        told = [rate for rate in rates if rate is not None]
        if rates and len(told) == len(rates):
            found[line.source_id] = sum(told, _NOTHING)
    return found


def _usable(
    records: Iterable[TaxRecord], category: str, billed: Sequence[DocumentTax]
) -> list[TaxRecord]:
    """Return the locations that may be used: the mapped ones, the chosen one, any."""
    mapped = {tax.code for tax in billed if tax.code}
    allowed = mapped or ({category} if category else set())
    return [r for r in records if not allowed or r.category in allowed]


def _chosen(settings: PosSettings, setting: str, name: str) -> str:
    item = str(getattr(settings, setting))
    if not item:
        title = PosSettings.model_fields[setting].title
        raise SettingNeededError(
            f"{name}: no item of Point of Sale is chosen for it.",
            field=setting,
            remedy=f"Choose {title} on the connection's settings.",
        )
    return item
