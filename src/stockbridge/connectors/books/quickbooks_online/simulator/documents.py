"""The rules of documents: dates, references, numbers, lines, taxes, totals."""

from datetime import date, timedelta
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.amounts import (
    currency_ref,
    rounded,
)
from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    ZERO,
    Company,
)
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import SALES
from stockbridge.connectors.books.quickbooks_online.simulator.numbers import (
    settle_number,
)
from stockbridge.connectors.books.quickbooks_online.simulator.payments import (
    apply_payment,
    check_undeposited,
    fill_deposit_account,
    link_deposit,
    owe,
    release,
    settle_balance,
    settle_deposit,
    settle_payment,
    settle_purchase,
    settle_transfer,
)
from stockbridge.connectors.books.quickbooks_online.simulator.references import (
    check_references,
)
from stockbridge.connectors.books.quickbooks_online.simulator.sale_lines import (
    discount_of,
    item_lines,
    number_lines,
    settle_lines,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json
from stockbridge.connectors.books.quickbooks_online.simulator.stock import (
    Moves,
    moves_of,
    settle_adjustment,
)
from stockbridge.connectors.books.quickbooks_online.simulator.taxes import (
    settle_taxes,
)


def prepare(
    company: Company,
    kind: str,
    record: Json,
    old: Json | None,
    *,
    may_repeat: bool = False,
) -> Moves:
    """Complete and check a document; return what it moves. Nothing is stored yet."""
    record.setdefault("TxnDate", company.today().isoformat())
    for document in (record, old or {}):
        check_open_period(company, document)
    if old is not None:
        check_undeposited(company, kind, old["Id"])
    if not record.get("Line", True):
        raise refusals.missing("Line")
    _settle_currency(company, record)
    check_references(company, record)
    if kind in SALES:
        _settle_sale(company, kind, record, old)
    elif kind == "Payment":
        settle_payment(company, record, old)
    elif kind == "Deposit":
        settle_deposit(company, record, old)
    elif kind == "Transfer":
        settle_transfer(record)
    elif kind == "Purchase":
        settle_purchase(record)
    elif kind == "JournalEntry":
        _settle_journal(record, old)
    elif kind == "InventoryAdjustment":
        settle_adjustment(company, record)
    moves = moves_of(company, kind, record)
    settle_number(company, kind, record, old, may_repeat=may_repeat)
    return moves


def take_effect(
    company: Company, kind: str, record: Json, old: Json | None, moves: Moves
) -> None:
    """Change what a stored document changes elsewhere: stock, balances, links."""
    company.move_stock(kind, record["Id"], moves)
    if kind in {"Invoice", "CreditMemo"}:
        settle_balance(company, kind, record)
    elif kind == "Payment":
        apply_payment(company, record, old)
        customer = record["CustomerRef"]["value"]
        owe(company, (kind, record["Id"]), customer, -record["UnappliedAmt"])
    elif kind == "Deposit":
        link_deposit(company, record, old)


def undo_effect(company: Company, kind: str, record: Json) -> None:
    """Take back what a document changed elsewhere, before it goes."""
    company.move_stock(kind, record["Id"], ())
    if kind == "Payment":
        apply_payment(company, None, record)
    elif kind == "Deposit":
        link_deposit(company, None, record)
    else:
        release(company, kind, record["Id"])
    customer = record.get("CustomerRef", {}).get("value", "")
    owe(company, (kind, record["Id"]), customer, ZERO)


def voided(kind: str, record: Json) -> Json:
    """Return a document with nothing left in it but its lines."""
    empty = dict(record)
    note = record.get("PrivateNote", "")
    empty["PrivateNote"] = f"Voided - {note}" if note else "Voided"
    empty["TotalAmt"] = ZERO
    empty.pop("DepositToAccountRef", None)
    if kind == "Payment":
        return {**empty, "UnappliedAmt": ZERO, "Line": []}
    empty["Line"] = [_emptied(line) for line in record["Line"]]
    empty["TxnTaxDetail"] = {"TotalTax": ZERO}
    empty["Balance"] = ZERO
    if "HomeTotalAmt" in empty:
        empty["HomeTotalAmt"] = ZERO
    return empty


def check_open_period(company: Company, document: Json) -> None:
    """Refuse a document dated on or before the day up to which books are closed."""
    closed = company.preference("AccountingInfoPrefs", "BookCloseDate")
    if closed and document.get("TxnDate", "9999") <= closed:
        raise refusals.closed()


def _emptied(line: Json) -> Json:
    found = {**line, "Amount": ZERO}
    detail = line.get("SalesItemLineDetail")
    if detail is not None:
        kept = {k: v for k, v in detail.items() if k not in {"UnitPrice", "Qty"}}
        found["SalesItemLineDetail"] = {**kept, "Qty": ZERO}
    return found


def _settle_currency(company: Company, record: Json) -> None:
    home = company.habits.currency
    reference = record.get("CustomerRef", {})
    customer = company.find("Customer", reference.get("value", "")) or {}
    usual = customer.get("CurrencyRef", {}).get("value", home)
    code = record.get("CurrencyRef", {}).get("value", usual)
    has_many = bool(company.preference("CurrencyPrefs", "MultiCurrencyEnabled"))
    if code != home and not has_many:
        raise refusals.business("Multicurrency is not turned on for this company.")
    if customer and code != usual:
        raise refusals.business(
            "The currency of the transaction is not the currency of the customer."
        )
    record["CurrencyRef"] = currency_ref(code)
    if not has_many:
        record.pop("ExchangeRate", None)
    elif code == home:
        record["ExchangeRate"] = Decimal(1)
    else:
        record.setdefault("ExchangeRate", company.rates.get(code, Decimal(1)))


def _settle_sale(company: Company, kind: str, record: Json, old: Json | None) -> None:
    settle_lines(company, record, old)
    _fill_addresses(company, record)
    tax = settle_taxes(company, record)
    sold = sum((line["Amount"] for line in item_lines(record)), ZERO)
    total = sold - discount_of(record) + tax
    if total < 0:
        raise refusals.business("Transaction amount must be 0 or greater.")
    record["TotalAmt"] = total
    # Taxes that prices include change the lines, so the subtotal comes last.
    for line in record["Line"]:
        if line["DetailType"] == "SubTotalLineDetail":
            line["Amount"] = _subtotal(record)
    if "ExchangeRate" in record:
        record["HomeTotalAmt"] = rounded(
            total * record["ExchangeRate"], company.habits.currency
        )
    record.setdefault("PrintStatus", "NeedToPrint")
    record.setdefault("EmailStatus", "NotSet")
    if kind in {"SalesReceipt", "RefundReceipt"}:
        record["Balance"] = ZERO
        fill_deposit_account(company, record)
    if kind == "Invoice":
        record.setdefault("DueDate", _due(company, record))
        record.setdefault("Deposit", ZERO)


def _fill_addresses(company: Company, record: Json) -> None:
    """Take the customer's addresses where the sale says none."""
    reference = record.get("CustomerRef", {})
    customer = company.find("Customer", reference.get("value", "")) or {}
    for name in ("BillAddr", "ShipAddr"):
        if name not in record and name in customer:
            record[name] = dict(customer[name])


def _due(company: Company, record: Json) -> str:
    reference = record.get("SalesTermRef", {})
    term = company.find("Term", reference.get("value", "")) or {}
    days = timedelta(days=term.get("DueDays", 0))
    return (date.fromisoformat(record["TxnDate"]) + days).isoformat()


def _subtotal(record: Json) -> Decimal:
    total = ZERO
    for line in record["Line"]:
        if line["DetailType"] == "SubTotalLineDetail":
            break
        total += line.get("Amount", ZERO)
    return total


def _settle_journal(record: Json, old: Json | None) -> None:
    sums = {"Debit": ZERO, "Credit": ZERO}
    for line in record["Line"]:
        detail = line.get("JournalEntryLineDetail", {})
        if "PostingType" not in detail:
            raise refusals.RefusalError(
                "2260",
                "Posting Type is required",
                "PostingType of a journal line is required",
                "Line.JournalEntryLineDetail.PostingType",
            )
        if "AccountRef" not in detail:
            raise refusals.missing("Line.JournalEntryLineDetail.AccountRef")
        amount = line["Amount"] = rounded(line.get("Amount", ZERO))
        if amount < 0:
            raise refusals.RefusalError(
                "2290",
                "Negative amount is not supported",
                "Negative amount is not supported on this line",
                "Line.Amount",
            )
        sums[detail["PostingType"]] += amount
    if sums["Debit"] != sums["Credit"]:
        raise refusals.RefusalError(
            "2300",
            "Debits and credits do not balance",
            f"Total of debits {sums['Debit']} and of credits {sums['Credit']} differ",
        )
    number_lines(record["Line"], old)
    for line in record["Line"]:
        line.pop("LineNum")
    record.setdefault("Adjustment", False)
    record.setdefault("TxnTaxDetail", {})
