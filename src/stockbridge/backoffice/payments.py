"""Money received from customers, or paid to vendors."""

from decimal import Decimal

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import MoneyMoved, PaymentDraft
from stockbridge.backoffice.fulfilling import settle_sides
from stockbridge.backoffice.journal import Sides, write_entry
from stockbridge.backoffice.models import (
    Account,
    CustomerOrder,
    DocumentKind,
    OrderStatus,
    Payment,
    PostedDocument,
    Purpose,
)
from stockbridge.backoffice.order_lines import refresh
from stockbridge.domain.errors import ConflictError, InvalidInputError
from stockbridge.domain.money import zero


def pay(
    batch: Batch, draft: PaymentDraft, *, part_of: PostedDocument | None = None
) -> PostedDocument:
    """Book money received for an order, on account, or paid to a vendor.

    What comes before the goods were handed over is a customer deposit.
    """
    amount = draft.moved.amount
    batch.checked(amount, "amount")
    if amount.amount <= 0:
        raise InvalidInputError("A payment is more than nothing.", field="amount")
    order = None
    if draft.order is not None:
        order, _ = batch.order(draft.order)
        if order.status == OrderStatus.REVERSED:
            raise ConflictError(f"{order.number} was reversed.")
    about = About(
        DocumentKind.PAYMENT,
        amount,
        order,
        batch.partner(draft.partner_id),
        part_of=part_of,
    )
    document = add_document(batch, draft.header, about)
    sides = Sides(batch.currency)
    account = deposit_account(batch, draft.moved)
    if draft.is_outgoing:
        sides.debit(batch.account(Purpose.PAYABLE), amount)
        sides.credit(account, amount)
        add_payment(batch, document, draft.moved, account, is_outgoing=True)
    else:
        sides.debit(account, amount)
        add_payment(batch, document, draft.moved, account)
        _credit(batch, sides, order, draft)
    write_entry(batch, document, sides)
    return document


def deposit_account(batch: Batch, moved: MoneyMoved) -> Account:
    """Return where the money lands, or leaves from."""
    return batch.account(Purpose.DEPOSIT, moved.account_id, "account")


def add_payment(
    batch: Batch,
    document: PostedDocument,
    moved: MoneyMoved,
    account: Account,
    *,
    is_outgoing: bool = False,
) -> None:
    """Add the row that tells of the money; outgoing is negative."""
    amount: Decimal = moved.amount.amount
    batch.news.payments.append(
        Payment(
            company=batch.company,
            document=document,
            order=document.order,
            partner=document.partner,
            method=moved.method[:100],
            transaction_id=moved.transaction_id[:200],
            account=account,
            amount=-amount if is_outgoing else amount,
            currency=moved.amount.currency,
            business_date=document.business_date,
        )
    )


def _credit(
    batch: Batch, sides: Sides, order: CustomerOrder | None, draft: PaymentDraft
) -> None:
    amount = draft.moved.amount
    if order is None:
        sides.credit(batch.account(Purpose.CUSTOMER_DEPOSITS), amount)
        return
    settle_sides(batch, sides, order, amount)
    refresh(batch, order, paid=amount, billed=zero(batch.currency))
