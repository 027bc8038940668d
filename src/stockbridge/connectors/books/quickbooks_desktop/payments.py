"""Money received for an invoice."""

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
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
from stockbridge.connectors.books.quickbooks_desktop.text import fitted
from stockbridge.connectors.quickbooks.naming import short_sign
from stockbridge.domain.accounting import PaymentDocument
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import PostRequest

_SIGN_CHARS = 9


def invoice_of(payment: PaymentDocument) -> naming.Txn:
    """Return the invoice that is paid; InvalidInputError where it is none."""
    sale = naming.txn_of(payment.sale.books_id)
    if sale.type != "Invoice":
        raise InvalidInputError(
            "Only an invoice takes a payment: a sales receipt is paid already, a sales "
            "order is invoiced in QuickBooks.",
            field="sale",
            remedy="Cancel this payment; or book orders as invoices.",
        )
    return sale


def payment_number(post: PostRequest, payment: PaymentDocument) -> str:
    """Return the RefNumber: the processor's, where it fits, else of our marker."""
    number = fitted(payment.reference, len(payment.reference))
    if number and len(number) <= naming.PAYMENT_REFERENCE_CHARS_MAX:
        return number
    return "SB" + short_sign(post.marker, _SIGN_CHARS)


def payment_request(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> Element:
    """Return the request that books the payment on its invoice, and nowhere else."""
    payment = post.document
    if not isinstance(payment, PaymentDocument):
        raise TypeError("a payment is wanted")
    memo = naming.memo(post.marker, payment.title, payment.reference, payment.memo)
    body = node(
        "ReceivePaymentAdd",
        ref("CustomerRef", basis.customer),
        ref("ARAccountRef", basis.receivable),
        day("TxnDate", payment.business_date),
        leaf("RefNumber", payment_number(post, payment)),
        amount("TotalAmount", payment.amount),
        ref("PaymentMethodRef", settings.methods.get(payment.method, "")),
        words("Memo", memo, MEMO_CHARS_MAX),
        ref("DepositToAccountRef", payment.account_id or settings.deposit_account),
        node(
            "AppliedToTxnAdd",
            leaf("TxnID", invoice_of(payment).id),
            amount("PaymentAmount", payment.amount),
        ),
    )
    return request("ReceivePaymentAddRq", naming.request_id(post.attempt_id), body)
