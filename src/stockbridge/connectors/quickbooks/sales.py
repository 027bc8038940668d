"""What a sale has to be before QuickBooks takes it: its sums, number and customer."""

from stockbridge.domain.accounting import DocumentLine, SaleDocument
from stockbridge.domain.errors import InvalidInputError, SettingNeededError
from stockbridge.domain.money import Money, total_of


def check_totals(lines: tuple[DocumentLine, ...], total: Money, tax: Money) -> None:
    """Raise InvalidInputError where lines and tax are not the total, to the cent."""
    sum_of_lines = total_of([line.total for line in lines], total.currency)
    if sum_of_lines + tax != total:
        raise InvalidInputError(
            f"Lines of {sum_of_lines} and tax of {tax} are not {total}.",
            field="total",
            remedy="Look at the order's lines; a difference can go to a rounding "
            "account, if you choose so.",
        )


def number_within(number: str, chars_max: int) -> str:
    """Return the number; InvalidInputError for one that QuickBooks cannot hold."""
    if len(number) > chars_max:
        raise InvalidInputError(
            f"QuickBooks cannot hold the number {number}: "
            f"{chars_max} characters at most.",
            field="reference",
            remedy="Choose a shorter order prefix.",
        )
    return number


def customer_needed(message: str) -> SettingNeededError:
    """Return that a document needs a customer, and which setting would give it one."""
    return SettingNeededError(
        message,
        field="guest_customer",
        remedy="Choose the customer for orders without one in the connection's "
        "settings.",
    )


def order_field(sale: SaleDocument, name: str) -> str:
    """Return a field of the sale's order; "" where it has none, or none is named."""
    return dict(sale.order_fields).get(name, "")
