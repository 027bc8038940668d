"""Payments and deposits: what they are applied to, and what that leaves open."""

from collections.abc import Iterator
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.amounts import rounded
from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    ZERO,
    Company,
)
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import KINDS
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json

_PAYABLE = ("Invoice", "CreditMemo")
_DEPOSITABLE = ("Payment", "SalesReceipt", "JournalEntry")
UNDEPOSITED = "Undeposited Funds"


def settle_payment(company: Company, record: Json, old: Json | None) -> None:
    """Check what a payment is applied to; refuse more than is open."""
    record["TotalAmt"] = total = rounded(record["TotalAmt"])
    if total < 0:
        raise refusals.business("Transaction amount must be 0 or greater.")
    record["Line"] = [one for one in record.get("Line", ()) if one.get("LinkedTxn")]
    left = total
    customer = record["CustomerRef"]["value"]
    for kind, record_id, amount in _applications(record):
        document = company.find(kind, record_id) if kind in _PAYABLE else None
        if document is None or document["CustomerRef"]["value"] != customer:
            raise refusals.bad_reference("Line.LinkedTxn")
        before = company.applied.get((kind, record_id), {})
        is_open = _open(kind, document) + before.get((old or {}).get("Id", ""), ZERO)
        if amount > is_open:
            raise refusals.business(
                "The amount applied is more than the open balance of the transaction."
            )
        left += amount if kind == "CreditMemo" else -amount
    if left < 0:
        raise refusals.business("You can't apply more than the amount received.")
    record["UnappliedAmt"] = left
    record.setdefault("ProcessPayment", False)
    fill_deposit_account(company, record)


def fill_deposit_account(company: Company, record: Json) -> None:
    """Let money go to Undeposited Funds where nothing else was said."""
    if "DepositToAccountRef" not in record:
        account = company.named("Account", UNDEPOSITED)
        name = {"name": account["Name"]}
        record["DepositToAccountRef"] = {"value": account["Id"], **name}


def apply_payment(company: Company, record: Json | None, old: Json | None) -> None:
    """Change the open balances of all documents that a payment touches or touched."""
    touched = []
    payment_id = (record or old or {})["Id"]
    for kind, record_id, _ in _applications(old or {}):
        company.applied.get((kind, record_id), {}).pop(payment_id, None)
        touched.append((kind, record_id))
    for kind, record_id, amount in _applications(record or {}):
        company.applied.setdefault((kind, record_id), {})[payment_id] = amount
        touched.append((kind, record_id))
    for kind, record_id in dict.fromkeys(touched):
        document = company.find(kind, record_id)
        if document is not None:
            settle_balance(company, kind, document)
            company.touch(kind, document)
            company.announce(KINDS[kind], record_id, "Update")


def settle_balance(company: Company, kind: str, document: Json) -> None:
    """Write what is still open of an invoice or credit memo, and who paid."""
    applied = company.applied.get((kind, document["Id"]), {})
    paid = sum(applied.values(), ZERO)
    document["Balance"] = document["TotalAmt"] - document.get("Deposit", ZERO) - paid
    document["LinkedTxn"] = [
        {"TxnId": payment_id, "TxnType": "Payment"} for payment_id in applied
    ]
    sign = 1
    if kind == "CreditMemo":
        document["RemainingCredit"] = document["Balance"]
        sign = -1
    owe(
        company,
        (kind, document["Id"]),
        document["CustomerRef"]["value"],
        sign * document["Balance"],
    )


def owe(
    company: Company, key: tuple[str, str], customer_id: str, amount: Decimal
) -> None:
    """Let a customer owe this for a document, instead of what it was before."""
    old_customer, old_amount = company.owed.pop(key, (customer_id, ZERO))
    company.owed[key] = (customer_id, amount)
    for who, change in ((old_customer, -old_amount), (customer_id, amount)):
        customer = company.find("Customer", who)
        if customer is not None and change:
            customer["Balance"] = customer.get("Balance", ZERO) + change
            customer["BalanceWithJobs"] = customer["Balance"]


def release(company: Company, kind: str, record_id: str) -> None:
    """Take a document out of the payments that were applied to it."""
    for payment_id in company.applied.pop((kind, record_id), {}):
        payment = company.get("Payment", payment_id)
        freed = ZERO
        kept = []
        for line in payment["Line"]:
            link = line["LinkedTxn"][0]
            if (link["TxnType"], link["TxnId"]) == (kind, record_id):
                freed += line["Amount"] if kind == "Invoice" else -line["Amount"]
            else:
                kept.append(line)
        payment["Line"] = kept
        payment["UnappliedAmt"] += freed
        customer = payment["CustomerRef"]["value"]
        owe(company, ("Payment", payment_id), customer, -payment["UnappliedAmt"])
        company.touch("Payment", payment)


def settle_deposit(company: Company, record: Json, old: Json | None) -> None:
    """Check the lines of a deposit; refuse money that was deposited already."""
    total = ZERO
    for place, line in enumerate(record["Line"], start=1):
        if "Amount" not in line:
            raise refusals.missing("Line.Amount")
        line["Amount"] = rounded(line["Amount"])
        line["Id"] = str(place)
        total += line["Amount"]
        links = line.get("LinkedTxn", ())
        if not links and "AccountRef" not in line.get("DepositLineDetail", {}):
            raise refusals.missing("Line.DepositLineDetail.AccountRef")
        for link in links:
            _check_deposited(company, link, (old or {}).get("Id", ""))
    total -= record.get("CashBack", {}).get("Amount", ZERO)
    if total < 0:
        raise refusals.business("Transaction amount must be 0 or greater.")
    record["TotalAmt"] = total


def settle_transfer(record: Json) -> None:
    """Check money that goes from one account to another."""
    record["Amount"] = rounded(record["Amount"])
    if record["Amount"] <= 0:
        raise refusals.business("Transaction amount must be greater than 0.")


def settle_purchase(record: Json) -> None:
    """Add up what was spent; each line names the account that it is for."""
    total = ZERO
    for place, line in enumerate(record["Line"], start=1):
        if "Amount" not in line:
            raise refusals.missing("Line.Amount")
        if "AccountRef" not in line.get("AccountBasedExpenseLineDetail", {}):
            raise refusals.missing("Line.AccountBasedExpenseLineDetail.AccountRef")
        line["Amount"] = rounded(line["Amount"])
        line["Id"] = str(place)
        total += line["Amount"]
    record["TotalAmt"] = total


def _check_deposited(company: Company, link: Json, deposit_id: str) -> None:
    kind = link.get("TxnType", "")
    key = (kind, link.get("TxnId", ""))
    found = company.find(*key) if kind in _DEPOSITABLE else None
    if found is None:
        raise refusals.bad_reference("Line.LinkedTxn")
    undeposited = company.named("Account", UNDEPOSITED)["Id"]
    account = found.get("DepositToAccountRef", {}).get("value", undeposited)
    if account != undeposited or company.deposited.get(key, deposit_id) != deposit_id:
        raise refusals.business("The transaction has been deposited already.")


def link_deposit(company: Company, record: Json | None, old: Json | None) -> None:
    """Remember which documents a deposit took."""
    for key in _deposited_by(old):
        company.deposited.pop(key, None)
    for key in _deposited_by(record):
        company.deposited[key] = (record or {})["Id"]


def check_undeposited(company: Company, kind: str, record_id: str) -> None:
    """Refuse to change what is part of a deposit (6540)."""
    if (kind, record_id) in company.deposited:
        raise refusals.RefusalError(
            "6540",
            "Deposited Transaction cannot be changed",
            "Deposited Transaction cannot be changed : If you need to make a change to "
            "a deposited transaction, delete the deposit first.",
        )


def _deposited_by(record: Json | None) -> Iterator[tuple[str, str]]:
    for line in (record or {}).get("Line", ()):
        for link in line.get("LinkedTxn", ()):
            yield link["TxnType"], link["TxnId"]


def _applications(payment: Json) -> Iterator[tuple[str, str, Decimal]]:
    for line in payment.get("Line", ()):
        link = line["LinkedTxn"][0]
        yield link.get("TxnType", ""), link.get("TxnId", ""), line.get("Amount", ZERO)


def _open(kind: str, document: Json) -> Decimal:
    found: Decimal = document["Balance" if kind == "Invoice" else "RemainingCredit"]
    return found
