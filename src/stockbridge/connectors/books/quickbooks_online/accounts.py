"""On which account money lies: by our settings, and by what others moved."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online import naming, queries
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.company import company_of
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.payloads import (
    MovingLine,
    MovingPayload,
    parsed,
)
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.domain.account_movements import Move, MoveKind
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money

#: What is asked for; bill payments and payroll are not.
KINDS = {
    "Deposit": MoveKind.DEPOSIT,
    "Transfer": MoveKind.TRANSFER,
    "Purchase": MoveKind.EXPENSE,
    "JournalEntry": MoveKind.JOURNAL,
}
_UNDEPOSITED = "undeposited_account"  # the fact that remembers it


def undeposited_account(api: CompanyApi) -> str:
    """Return the account of money for which a document names none; asked once.

    "" where the company has none: QuickBooks makes it with the first such document, so
    that this is believed for as long as these books are open and write nothing.
    """
    known = api.facts.get(_UNDEPOSITED)
    if known or _UNDEPOSITED in api.lacking:
        return known
    condition = "AccountSubType = 'UndepositedFunds'"
    rows = queries.page(api, "Account", [condition], start=1, limit=1)
    if not rows:
        api.lacking.add(_UNDEPOSITED)
        return ""
    found = str(rows[0]["Id"])
    api.facts.learn({_UNDEPOSITED: found})
    return found


def landing_account(api: CompanyApi, kind: DocumentKind, mapped: str) -> str:
    """Return the account that we write; "" for a refund that leaves the money to you.

    As `sales`, `payments` and `refunds` write it.
    """
    settings = api.settings
    if kind is not DocumentKind.REFUND:
        return mapped or settings.deposit_account or undeposited_account(api)
    if settings.refund_form != "refund_receipt":
        return ""
    return settings.refund_account or mapped or settings.deposit_account


def deposit_accounts(settings: QuickBooksOnlineSettings) -> tuple[str, ...]:
    """Return the accounts that the settings name for money, each once."""
    named = (settings.deposit_account, settings.refund_account)
    return tuple(dict.fromkeys(one for one in named if one))


def moves(
    api: CompanyApi, days: tuple[date, date], accounts: Collection[str]
) -> tuple[Move, ...]:
    """Return what deposits, transfers, expenses and journal entries moved on these."""
    first, last = (queries.quoted(day.isoformat()) for day in days)
    between = (f"TxnDate >= {first}", f"TxnDate <= {last}")
    currency = company_of(api).currency
    found: list[Move] = []
    for entity in KINDS:
        for record in queries.all_of(api, entity, between):
            found += _moves_of(api, entity, record, currency)
    return tuple(move for move in found if move.account_id in accounts)


def _moves_of(
    api: CompanyApi, entity: str, record: Record, currency: str
) -> Iterator[Move]:
    said = parsed(MovingPayload, record)
    if said.day is None:
        raise InvalidInputError(f"{entity} {said.id} has no date.", field="TxnDate")
    for account, amount in _sums(api, entity, said).items():
        if account and amount:
            yield Move(
                books_id=str(naming.Txn(entity, said.id)),
                kind=KINDS[entity],
                number=said.number,
                day=said.day,
                account_id=account,
                amount=Money(amount, said.currency.value or currency),
                memo=said.note,
            )


def _sums(api: CompanyApi, entity: str, said: MovingPayload) -> dict[str, Decimal]:
    """Return what one document did to each account: debits less credits."""
    sums: dict[str, Decimal] = {}
    for account, amount in _sides(api, entity, said):
        sums[account] = sums.get(account, Decimal(0)) + amount
    return sums


def _sides(
    api: CompanyApi, entity: str, said: MovingPayload
) -> Iterator[tuple[str, Decimal]]:
    if entity == "Transfer":
        yield said.source.value, -said.amount
        yield said.target.value, said.amount
    elif entity == "Deposit":
        yield said.deposited_to.value, said.total
        yield said.cash_back.account.value, said.cash_back.amount
        for line in said.lines:
            yield _deposited_from(api, line), -line.amount
    elif entity == "Purchase":
        sign = -1 if said.is_credit else 1
        yield said.account.value, -sign * said.total
        for line in said.lines:
            yield line.spent.account.value, sign * line.amount
    else:
        for line in said.lines:
            sign = 1 if line.journal.side == "Debit" else -1
            yield line.journal.account.value, sign * line.amount


def _deposited_from(api: CompanyApi, line: MovingLine) -> str:
    """Return what a line of a deposit takes from.

    Only a document whose money is undeposited can be linked to one.
    """
    return undeposited_account(api) if line.links else line.deposited.account.value
