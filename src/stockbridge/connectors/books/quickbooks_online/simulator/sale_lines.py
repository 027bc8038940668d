"""The lines of a sale: checked, numbered, and the subtotal that the server adds."""

from collections.abc import Iterable
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.amounts import rounded
from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    ZERO,
    Company,
)
from stockbridge.connectors.books.quickbooks_online.simulator.references import (
    SHIPPING,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json

LINES_MAX = 750
_KINDS = {
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "SubTotalLineDetail",
    "DescriptionOnly",
}


def settle_lines(company: Company, record: Json, old: Json | None) -> None:
    """Check the lines, number them, and put the subtotal before discount and shipping.

    What was sent as subtotal is thrown away.
    """
    lines = [one for one in record["Line"] if one.get("DetailType") != _SUBTOTAL]
    if not any(one.get("DetailType") == _ITEM for one in lines):
        raise refusals.missing("Line")
    if len(lines) > LINES_MAX:
        raise refusals.business(f"A sale has no more than {LINES_MAX} lines.")
    for line in lines:
        _check_line(company, record, line)
    goods = [line for line in lines if not _is_after_subtotal(line)]
    extras = [line for line in lines if _is_after_subtotal(line)]
    subtotal = sum((line.get("Amount", ZERO) for line in goods), ZERO)
    for line in extras:
        if line["DetailType"] == "DiscountLineDetail":
            _settle_discount(company, record, line, subtotal)
    number_lines([*goods, *extras], old)
    total_line: Json = {
        "Amount": subtotal,
        "DetailType": _SUBTOTAL,
        "SubTotalLineDetail": {},
    }
    record["Line"] = [*goods, total_line, *extras]


_ITEM = "SalesItemLineDetail"
_SUBTOTAL = "SubTotalLineDetail"


def item_lines(record: Json) -> list[Json]:
    """Return the lines that sell something, shipping among them."""
    return [one for one in record["Line"] if one.get("DetailType") == _ITEM]


def discount_of(record: Json) -> Decimal:
    """Return what the discount lines take off, as a positive amount."""
    amounts = (
        line["Amount"]
        for line in record["Line"]
        if line.get("DetailType") == "DiscountLineDetail"
    )
    return sum(amounts, ZERO)


def number_lines(lines: Iterable[Json], old: Json | None) -> None:
    """Give each line its place and an Id; known lines keep theirs."""
    known = {line.get("Id") for line in (old or {}).get("Line", ())}
    highest = max((int(one) for one in known if one and one.isdigit()), default=0)
    for place, line in enumerate(lines, start=1):
        if old is None or line.get("Id") not in known:
            highest += 1
            line["Id"] = str(highest)
        line["LineNum"] = place


def _is_after_subtotal(line: Json) -> bool:
    item = line.get(_ITEM, {}).get("ItemRef", {}).get("value")
    return bool(line["DetailType"] == "DiscountLineDetail" or item == SHIPPING)


def _check_line(company: Company, record: Json, line: Json) -> None:
    kind = line.get("DetailType")
    if kind is None:
        raise refusals.missing("Line.DetailType")
    if kind not in _KINDS:
        raise refusals.wrong_choice("Line.DetailType", kind)
    if kind != _ITEM:
        return
    if _ITEM not in line:
        raise refusals.missing("Line.SalesItemLineDetail")
    if "Amount" not in line:
        raise refusals.missing("Line.Amount")
    detail = line[_ITEM]
    currency = record["CurrencyRef"]["value"]
    amount = line["Amount"] = rounded(line["Amount"], currency)
    is_computed = "Qty" in detail and "UnitPrice" in detail
    if is_computed and amount != rounded(detail["Qty"] * detail["UnitPrice"], currency):
        raise refusals.wrong_amount(amount)
    if "ItemRef" not in detail:
        raise refusals.missing("Line.SalesItemLineDetail.ItemRef")
    item = company.find("Item", detail["ItemRef"]["value"])
    if item is not None and item["Type"] == "Inventory" and "Qty" not in detail:
        raise refusals.RefusalError(
            "6520",
            "Quantity is required for inventory item",
            f"Quantity is required for inventory item : {item['Name']}",
            "Line.SalesItemLineDetail.Qty",
        )


def _settle_discount(
    company: Company, record: Json, line: Json, subtotal: Decimal
) -> None:
    if not company.preference("SalesFormsPrefs", "AllowDiscount"):
        raise refusals.business("Discounts are not turned on for this company.")
    detail = line.setdefault("DiscountLineDetail", {})
    if detail.get("PercentBased"):
        if "DiscountPercent" not in detail:
            raise _no_discount()
        share = subtotal * detail["DiscountPercent"] / 100
        line["Amount"] = rounded(share, record["CurrencyRef"]["value"])
    elif "Amount" not in line:
        raise _no_discount()
    else:
        detail["PercentBased"] = False
        line["Amount"] = rounded(line["Amount"], record["CurrencyRef"]["value"])
    if line["Amount"] < 0:
        raise refusals.RefusalError(
            "2290",
            "Negative amount is not supported",
            "Negative amount is not supported on this line",
            "Line.Amount",
        )
    if "DiscountAccountRef" not in detail:
        account = company.named("Account", "Discounts given")
        detail["DiscountAccountRef"] = {
            "value": account["Id"],
            "name": account["Name"],
        }


def _no_discount() -> refusals.RefusalError:
    return refusals.RefusalError(
        "6090",
        "Discount amount or percent is required",
        "A discount line needs an Amount, or PercentBased with a DiscountPercent",
        "Line.DiscountLineDetail",
    )
