"""A Point of Sale company as a value that can be written down, and back."""

import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stockbridge.connectors.books.quickbooks_pos.simulator.company import Company
from stockbridge.connectors.books.quickbooks_pos.simulator.records import Records
from stockbridge.connectors.simulation import Clock

_TABLES = ("customers", "departments", "items", "receipts", "orders", "adjustments")


def dumped(company: Company) -> dict[str, Any]:
    """Return what the company holds, in JSON's types."""
    records = company.records
    rates = {
        place: {code: [str(one) for one in found] for code, found in codes.items()}
        for place, codes in company.rates.items()
    }
    return {
        "company": company.company,
        "rates": rates,
        "tables": {name: getattr(records, name).rows for name in _TABLES},
        "deleted": records.deleted,
        "last_number": records.last_number,
    }


def restored(told: Mapping[str, Any], clock: Clock) -> Company:
    """Return the company that was written down."""
    rates = {
        place: {
            code: tuple(Decimal(one) for one in found) for code, found in codes.items()
        }
        for place, codes in told["rates"].items()
    }
    # Ids are drawn by chance; the same seed would give those of the first run again.
    records = Records(seed=secrets.randbits(64))
    for name in _TABLES:
        getattr(records, name).rows.update(told["tables"][name])
    records.deleted.extend(told["deleted"])
    records.last_number = told["last_number"]
    return Company(told["company"], rates, records, clock=clock)
