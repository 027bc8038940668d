"""A refund as a refund receipt, or as a credit memo that leaves the money to people."""

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.lines import (
    line_elements,
    refund_lines,
)
from stockbridge.connectors.books.quickbooks_online.sales import (
    header,
    reference_of,
)
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.tax import Charged, plan_tax
from stockbridge.connectors.books.quickbooks_online.texts import line_of
from stockbridge.connectors.quickbooks.naming import short_sign
from stockbridge.connectors.quickbooks.sales import check_totals, customer_needed
from stockbridge.domain.accounting import RefundDocument
from stockbridge.domain.errors import InvalidInputError, SettingNeededError
from stockbridge.ports import PostRequest

ENTITIES = {"refund_receipt": "RefundReceipt", "credit_memo": "CreditMemo"}
_CREDITABLE = frozenset({"SalesReceipt", "Invoice"})
_SIGN_CHARS = 4


def refund_entity(settings: QuickBooksOnlineSettings) -> str:
    """Return QuickBooks' kind of document."""
    return ENTITIES[settings.refund_form]


def sale_of(refund: RefundDocument) -> naming.Txn:
    """Return the sale; InvalidInputError where nothing of it can be refunded."""
    sale = naming.txn_of(refund.sale.books_id)
    if sale.entity not in _CREDITABLE:
        raise InvalidInputError(f"{sale} is no sale.", field="sale")
    return sale


def refund_number(
    post: PostRequest, refund: RefundDocument, settings: QuickBooksOnlineSettings
) -> str:
    """Return the DocNumber: the order's, and a sign, since an order has many refunds.

    QuickBooks may refuse a number twice (6140).
    """
    sign = f"-R{short_sign(post.marker, _SIGN_CHARS)}"
    number = reference_of(refund.reference, settings)
    return number[: naming.REFERENCE_CHARS_MAX - len(sign)] + sign


def refund_write(post: PostRequest, basis: Basis) -> Write:
    """Return the refund as it is written; raises ActionNeededError."""
    refund = post.document
    if not isinstance(refund, RefundDocument):
        raise TypeError("a refund is wanted")
    basis = basis.under_rule(refund)
    settings, company = basis.settings, basis.company
    txn = sale_of(refund)
    sale = basis.record(txn)
    check_totals(refund.lines, refund.total, refund.total_tax)
    charged = Charged(refund.lines, refund.taxes, refund.total_tax)
    plan = plan_tax(charged, settings, company)
    sold = naming.parts_in(str(sale.get("PrivateNote", "")))
    lines = refund_lines(refund.lines, refund.restocked, sold, settings)
    body: dict[str, object] = {
        **header(post, refund.total, plan, basis),
        "DocNumber": refund_number(post, refund, settings),
        "TxnDate": refund.business_date.isoformat(),
        "PrivateNote": naming.note(
            post.marker, f"of {txn}", line_of(refund.reason, 3000)
        ),
        "Line": line_elements(lines, plan, settings, company),
    }
    entity = refund_entity(settings)
    if customer := _customer(sale, entity, settings):
        body["CustomerRef"] = {"value": customer}
    if isinstance(sale.get("ShipAddr"), dict):
        body["ShipAddr"] = _address(sale["ShipAddr"])
    if entity == "RefundReceipt":
        body["DepositToAccountRef"] = {"value": _account(refund, settings)}
        if method := settings.methods.get(refund.method, ""):
            body["PaymentMethodRef"] = {"value": method}
    return Write(entity, body, naming.request_id(post.key))


def _address(said: Record) -> dict[str, object]:
    """Return an address without what QuickBooks itself adds to one."""
    return {k: v for k, v in said.items() if k not in {"Id", "Lat", "Long"}}


def _account(refund: RefundDocument, settings: QuickBooksOnlineSettings) -> str:
    account = settings.refund_account or refund.account_id or settings.deposit_account
    if not account:
        raise SettingNeededError(
            "A refund receipt of QuickBooks needs the account that the money comes "
            "from.",
            field="refund_account",
            also=("deposit_account",),
            remedy="Choose the account that refunds come from in the connection's "
            "settings.",
        )
    return account


def _customer(sale: Record, entity: str, settings: QuickBooksOnlineSettings) -> str:
    said = sale.get("CustomerRef") or {}
    customer = str(said.get("value", "")) or settings.guest_customer
    if not customer and entity == "CreditMemo":
        raise customer_needed(
            "A credit memo of QuickBooks needs a customer, and the sale has none."
        )
    return customer
