"""A QuickBooks Point of Sale company behind bytes, as it stands behind QBWC.

What it does is what was captured or documented; where nobody wrote down what Point of
Sale does (how it rounds tax, which codes it gives) there is a switch, and the code says
so. It is checked against the derived schema, both ways, in the tests.
"""

from stockbridge.connectors.books.quickbooks_pos.simulator.company import (
    Company,
    CompanyClosedError,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.rounding import TaxRounding
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import a_company

__all__ = ["Company", "CompanyClosedError", "TaxRounding", "a_company"]
