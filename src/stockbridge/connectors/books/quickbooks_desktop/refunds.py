"""A refund as a credit memo and the money given back for it.

A credit memo takes goods and tax back; what it owes the customer is cleared by money
given back to the card (ARRefundCreditCard), or by a check (`refund_checks`), by choice.
QuickBooks refuses a sales receipt with a negative total; a check alone knows neither
items nor tax; a journal entry moves no stock. Both leave in one message set, the second
naming the first by a macro. Where only the first was stored, `Prepare` finds it by its
marker and the next try sends the rest.
"""

from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.lines import (
    line_elements,
    refund_lines,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    Element,
    amount,
    day,
    in_order,
    leaf,
    node,
    ref,
    request,
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.refund_checks import (
    Payee,
    check_request,
)
from stockbridge.connectors.books.quickbooks_desktop.sales import (
    HEADER,
    MEMO_CHARS_MAX,
    reference_of,
    tax_header,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.tax import plan_tax
from stockbridge.connectors.quickbooks.naming import short_sign
from stockbridge.connectors.quickbooks.sales import check_totals, customer_needed
from stockbridge.domain.accounting import RefundDocument
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import PostRequest

_CREDITABLE = frozenset({"SalesReceipt", "Invoice"})
_MACRO_CHARS = 16


def gives_money(refund: RefundDocument, settings: QuickBooksDesktopSettings) -> bool:
    """Return whether the money is given back here, too."""
    return settings.refund_form != "credit_memo" and bool(refund.total)


def sale_of(refund: RefundDocument) -> naming.Txn:
    """Return the sale; InvalidInputError where nothing of it can be credited."""
    sale = naming.txn_of(refund.sale.books_id)
    if sale.type not in _CREDITABLE:
        raise InvalidInputError(
            "A sales order bills nothing, so there is nothing to credit.",
            field="sale",
            remedy="Change the sales order in QuickBooks, or credit its invoice there.",
        )
    return sale


def refund_requests(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> list[Element]:
    """Return the credit memo and its money; only the money where the memo is there."""
    refund = post.document
    if not isinstance(refund, RefundDocument):
        raise TypeError("a refund is wanted")
    requests = []
    if not basis.credit_memo:
        requests.append(_credit_memo(post, refund, basis, settings))
    if gives_money(refund, settings):
        by_check = settings.refund_form == "credit_memo_and_check"
        give = _check if by_check else _money_back
        requests.append(give(post, refund, basis, settings))
    return requests


def _credit_memo(
    post: PostRequest,
    refund: RefundDocument,
    basis: Basis,
    settings: QuickBooksDesktopSettings,
) -> Element:
    check_totals(refund.lines, refund.total, refund.total_tax)
    plan = plan_tax(refund, settings)
    lines = refund_lines(refund.lines, refund.restocked, basis.items, settings)
    memo = naming.memo(post.marker, f"of {sale_of(refund)}", refund.reason)
    header: list[Child] = [
        ref("CustomerRef", _customer(basis, settings)),
        ref("ClassRef", settings.accounting_class),
        ref("ARAccountRef", basis.receivable or settings.ar_account),
        day("TxnDate", refund.business_date),
        leaf("RefNumber", reference_of(refund.reference)),
        ref("SalesRepRef", settings.sales_rep),
        words("Memo", memo, MEMO_CHARS_MAX),
        *tax_header(plan, settings),
    ]
    body = node(
        "CreditMemoAdd",
        *in_order(header, HEADER),
        *line_elements("CreditMemo", lines, plan, settings, site=refund.location_id),
    )
    if body is not None and gives_money(refund, settings):
        body.set("defMacro", _macro(post))
    return request("CreditMemoAddRq", naming.request_id(post.attempt_id), body)


def _money_back(
    post: PostRequest,
    refund: RefundDocument,
    basis: Basis,
    settings: QuickBooksDesktopSettings,
) -> Element:
    account = settings.refund_account or refund.account_id or settings.deposit_account
    memo = naming.memo(post.marker, refund.reason)
    body = node(
        "ARRefundCreditCardAdd",
        ref("CustomerRef", _customer(basis, settings)),
        ref("RefundFromAccountRef", account),
        ref("ARAccountRef", basis.receivable or settings.ar_account),
        day("TxnDate", refund.business_date),
        leaf("RefNumber", reference_of(refund.reference)),
        ref("PaymentMethodRef", settings.methods.get(refund.method, "")),
        words("Memo", memo, MEMO_CHARS_MAX),
        node(
            "RefundAppliedToTxnAdd",
            _credit_memo_id(post, basis),
            amount("RefundAmount", refund.total),
        ),
    )
    number = naming.request_id(post.attempt_id, 2)
    return request("ARRefundCreditCardAddRq", number, body)


def _check(
    post: PostRequest,
    refund: RefundDocument,
    basis: Basis,
    settings: QuickBooksDesktopSettings,
) -> Element:
    payee = Payee(
        customer=_customer(basis, settings),
        receivable=basis.receivable or settings.ar_account,
        credit_memo=_credit_memo_id(post, basis),
    )
    return check_request(post, refund, payee, settings)


def _credit_memo_id(post: PostRequest, basis: Basis) -> Element:
    element = etree.Element("TxnID")
    if basis.credit_memo:
        element.text = basis.credit_memo
    else:
        element.set("useMacro", _macro(post))
    return element


def _macro(post: PostRequest) -> str:
    return f"TxnID:CM{short_sign(post.marker, _MACRO_CHARS)}"


def _customer(basis: Basis, settings: QuickBooksDesktopSettings) -> str:
    customer = basis.customer or settings.guest_customer
    if not customer:
        raise customer_needed(
            "A credit memo of QuickBooks needs a customer, and the sale has none."
        )
    return customer
