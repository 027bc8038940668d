"""Money received for an invoice."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.sales import currency_of
from stockbridge.connectors.books.quickbooks_online.texts import line_of
from stockbridge.connectors.quickbooks.naming import short_sign
from stockbridge.domain.accounting import PaymentDocument
from stockbridge.domain.errors import ConflictError, InvalidInputError
from stockbridge.ports import PostRequest

_NUMBER_CHARS = 21  # PaymentRefNum
_SIGN_CHARS = 9


def invoice_of(payment: PaymentDocument) -> naming.Txn:
    """Return the invoice that is paid; InvalidInputError where it is none."""
    sale = naming.txn_of(payment.sale.books_id)
    if sale.entity != "Invoice":
        raise InvalidInputError(
            "Only an invoice takes a payment: a sales receipt is paid already.",
            field="sale",
            remedy="Cancel this payment; or book orders as invoices.",
        )
    return sale


def payment_write(post: PostRequest, basis: Basis) -> Write:
    """Return the payment as it is written, on its invoice and nowhere else."""
    payment = post.document
    if not isinstance(payment, PaymentDocument):
        raise TypeError("a payment is wanted")
    txn = invoice_of(payment)
    invoice = basis.record(txn)
    _check_open(payment, Decimal(invoice.get("Balance", 0)))
    settings = basis.settings
    amount = payment.amount.amount
    linked = {"TxnId": txn.id, "TxnType": "Invoice"}
    body: dict[str, object] = {
        **currency_of(payment.amount, basis.company),
        "CustomerRef": {"value": str(invoice["CustomerRef"]["value"])},
        "TotalAmt": amount,
        "TxnDate": payment.business_date.isoformat(),
        "PaymentRefNum": _number(post, payment),
        "PrivateNote": naming.note(
            post.marker,
            line_of(payment.title, 200),
            line_of(payment.reference, 200),
            line_of(payment.memo, 2000),
        ),
        "Line": [{"Amount": amount, "LinkedTxn": [linked]}],
    }
    if account := payment.account_id or settings.deposit_account:
        body["DepositToAccountRef"] = {"value": account}
    if method := settings.methods.get(payment.method, ""):
        body["PaymentMethodRef"] = {"value": method}
    return Write("Payment", body, naming.request_id(post.key))


def _check_open(payment: PaymentDocument, is_open: Decimal) -> None:
    """Raise ConflictError for more money than the invoice is still owed."""
    if payment.amount.amount > is_open:
        raise ConflictError(
            f"{payment.amount} was paid, and only {is_open} of the invoice is open in "
            "QuickBooks.",
            code="paid_already",
            remedy="Somebody booked a payment there, or changed the invoice. Look at "
            "it in QuickBooks; if this payment is in the books, mark it as done.",
        )


def _number(post: PostRequest, payment: PaymentDocument) -> str:
    number = line_of(payment.reference, len(payment.reference))
    if number and len(number) <= _NUMBER_CHARS:
        return number
    return "SB" + short_sign(post.marker, _SIGN_CHARS)
