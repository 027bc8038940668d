"""An order on its way to a sale: booked to the cent, or held with a remedy."""

from dataclasses import replace

from stockbridge.domain.accounting import BooksRef, SaleDocument
from stockbridge.domain.commerce import (
    Order,
)
from stockbridge.domain.money import total_of
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import (
    Ground,
)
from stockbridge.domain.posting import coded, sale_of
from stockbridge.domain.tests.builders import (
    a_ground,
)

CUSTOMER = BooksRef(books_id="C1")


def booked(order: Order, ground: Ground | None = None) -> SaleDocument:
    made = sale_of(order, ground or a_ground(), CUSTOMER)
    assert isinstance(made, SaleDocument), made
    assert adds_up(made)
    return made


def held(order: Order, ground: Ground | None = None) -> Hold:
    made = sale_of(order, ground or a_ground(), CUSTOMER)
    assert isinstance(made, Hold), made
    assert made.remedy
    return made


def adds_up(sale: SaleDocument) -> bool:
    currency = sale.total.currency
    nets = total_of([line.total for line in sale.lines], currency)
    taxes = total_of([line.tax for line in sale.lines], currency)
    rates = total_of([tax.total for tax in sale.taxes], currency)
    return (
        nets + sale.total_tax == sale.total
        and taxes == sale.total_tax == rates
        and all(line.total.is_exact and line.tax.is_exact for line in sale.lines)
    )


def under(sale: SaleDocument, code: str) -> SaleDocument:
    """Return the sale with a tax code of the books, as a rule gives it one."""
    return replace(sale, tax_code=code, taxes=coded(sale.taxes, code))
