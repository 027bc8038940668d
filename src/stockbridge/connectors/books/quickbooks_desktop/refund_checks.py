"""The money of a refund as a check to be printed, applied to its credit memo.

The check is drawn on a bank account and stands against accounts receivable and the
customer: so it takes up what the credit memo owes (`ApplyCheckToTxnAdd`, qbXML 7.0).
It has no number until it is printed; it is found again by the credit memo's links.
"""

from dataclasses import dataclass

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Element,
    amount,
    day,
    leaf,
    node,
    ref,
    request,
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.sales import MEMO_CHARS_MAX
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.accounting import RefundDocument
from stockbridge.domain.errors import SettingNeededError
from stockbridge.ports import PostRequest

SECOND = 2  # the part of the write: the credit memo is the first


@dataclass(frozen=True, slots=True)
class Payee:
    """Who gets the check, and what it clears."""

    customer: str
    receivable: str  # the account that the credit memo stands in
    credit_memo: Element  # its TxnID, or the macro that stands for it


def check_request(
    post: PostRequest,
    refund: RefundDocument,
    payee: Payee,
    settings: QuickBooksDesktopSettings,
) -> Element:
    """Return the request that writes the check; raises SettingNeededError."""
    memo = naming.memo(post.marker, refund.reason)
    body = node(
        "CheckAdd",
        ref("AccountRef", _bank(settings)),
        ref("PayeeEntityRef", payee.customer),
        day("TxnDate", refund.business_date),
        words("Memo", memo, MEMO_CHARS_MAX),
        leaf("IsToBePrinted", "true"),
        node("ApplyCheckToTxnAdd", payee.credit_memo, amount("Amount", refund.total)),
        node(
            "ExpenseLineAdd",
            ref("AccountRef", _receivable(payee)),
            amount("Amount", refund.total),
            ref("CustomerRef", payee.customer),
            ref("ClassRef", settings.accounting_class),
        ),
    )
    return request("CheckAddRq", naming.request_id(post.attempt_id, SECOND), body)


def _bank(settings: QuickBooksDesktopSettings) -> str:
    if not settings.check_account:
        raise SettingNeededError(
            "A refund by check needs the bank account that it is drawn on.",
            field="check_account",
            remedy="Choose the bank account of refund checks in the connection's "
            "settings, or give refunds back to the card.",
        )
    return settings.check_account


def _receivable(payee: Payee) -> str:
    if not payee.receivable:
        raise SettingNeededError(
            "A refund check stands against accounts receivable, and a sales receipt "
            "does not say which account that is.",
            field="ar_account",
            remedy="Choose the accounts receivable account in the connection's "
            "settings.",
        )
    return payee.receivable
