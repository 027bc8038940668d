"""Document numbers: QuickBooks Online's own, or the merchant's if a preference says so.

`DocNumber` is kept only if Preferences.SalesFormsPrefs.CustomTxnNumbers is true;
otherwise the next of one series stands there, whatever was sent.
"""

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.company import Company
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import SALES
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json

_NUMBERED = {*SALES, "JournalEntry", "InventoryAdjustment"}


def settle_number(
    company: Company,
    kind: str,
    record: Json,
    old: Json | None,
    *,
    may_repeat: bool = False,
) -> None:
    """Write the document's number; refuse one that another document has (6140)."""
    if kind not in _NUMBERED:
        return
    is_custom = bool(company.preference("SalesFormsPrefs", "CustomTxnNumbers"))
    if kind in SALES and not is_custom:
        record["DocNumber"] = old["DocNumber"] if old else _next(company)
        return
    if kind == "InventoryAdjustment" and not record.get("DocNumber"):
        record["DocNumber"] = old["DocNumber"] if old else _next(company)
    number = record.get("DocNumber")
    if not number or may_repeat or not company.habits.refuses_duplicate_numbers:
        return
    for rival_kind in SALES if kind in SALES else (kind,):
        for rival in company.of(rival_kind):
            is_itself = rival_kind == kind and rival["Id"] == record.get("Id")
            if rival.get("DocNumber") == number and not is_itself:
                raise refusals.number_taken(number, rival_kind, rival["Id"])


def _next(company: Company) -> str:
    company.next_number += 1
    return str(company.next_number - 1)
