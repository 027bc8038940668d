"""The sales tax of a document.

In the US lines say TAX or NON. The older set-up computes from the TxnTaxCodeRef of the
document; automated sales tax computes from the ship-to address, ignores codes and
rates, and takes over a sent TotalTax (PHP-SDK#199). Elsewhere each line has a tax code,
and GlobalTaxCalculation says whether prices include it. `Amount` of a line is without
tax always; `TaxInclusiveAmt` is with it (quickbooks-ruby#346).
"""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.amounts import rounded
from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    ZERO,
    Company,
)
from stockbridge.connectors.books.quickbooks_online.simulator.references import (
    check_reference,
)
from stockbridge.connectors.books.quickbooks_online.simulator.sale_lines import (
    discount_of,
    item_lines,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json

# What automated sales tax finds for a ship-to address, by state.
STATE_RATES = {
    "CA": Decimal("7.25"),
    "NY": Decimal("8.875"),
    "TX": Decimal("8.25"),
    "AZ": Decimal("9.1"),
    "NJ": Decimal("6.625"),
    "OR": ZERO,
}
HOME_STATE = "CA"


def settle_taxes(company: Company, record: Json) -> Decimal:
    """Write TxnTaxDetail anew and return the tax that comes on top of the lines."""
    if company.is_american:
        return _american(company, record)
    return _elsewhere(company, record)


def _american(company: Company, record: Json) -> Decimal:
    if record.pop("GlobalTaxCalculation", "TaxExcluded") == "TaxInclusive":
        raise refusals.business("GlobalTaxCalculation is not for US companies.")
    taxable = ZERO
    for line in item_lines(record):
        detail = line["SalesItemLineDetail"]
        code = detail.setdefault("TaxCodeRef", {"value": "NON"}).get("value")
        if code not in {"TAX", "NON"}:
            raise refusals.RefusalError(
                "6100",
                "Invalid Tax Code",
                "In the US the tax code of a line is TAX or NON",
                "Line.SalesItemLineDetail.TaxCodeRef",
            )
        if code == "TAX":
            taxable += line["Amount"]
    record.setdefault("ApplyTaxAfterDiscount", False)
    taxable = _after_discount(record, taxable)
    sent: Json = record.get("TxnTaxDetail", {})
    if company.habits.automated_tax:
        return _automated(company, record, sent, taxable)
    return _by_code(company, record, sent, taxable)


def _after_discount(record: Json, taxable: Decimal) -> Decimal:
    """Return the taxable amount less its share of the discount, if that counts."""
    sold = sum((line["Amount"] for line in item_lines(record)), ZERO)
    if not record["ApplyTaxAfterDiscount"] or not sold:
        return taxable
    return taxable - rounded(discount_of(record) * taxable / sold)


def _automated(company: Company, record: Json, sent: Json, taxable: Decimal) -> Decimal:
    address = record.get("ShipAddr") or record.get("BillAddr") or {}
    state = address.get("CountrySubDivisionCode", HOME_STATE)
    percent = STATE_RATES.get(state, ZERO)
    tax = rounded(taxable * percent / 100)
    is_override = _is_override(company, sent) and taxable != 0
    if is_override:
        tax = rounded(sent["TotalTax"])
    rate = _rate_of_state(company, state, percent)
    detail: Json = {"TotalTax": tax}
    if taxable:
        detail["TaxLine"] = [_tax_line(rate, tax, taxable)]
    if is_override:
        detail["TaxReviewStatus"] = "AST_TAX_OVERRIDE"
    record["TxnTaxDetail"] = detail
    return tax


def _is_override(company: Company, sent: Json) -> bool:
    way = company.habits.override
    if "TotalTax" not in sent or way == "never":
        return False
    return way == "total" or "TxnTaxCodeRef" in sent


def _rate_of_state(company: Company, state: str, percent: Decimal) -> Json:
    name = f"{state} State"
    for rate in company.of("TaxRate"):
        if rate["Name"] == name:
            return rate
    fields = {"Name": name, "RateValue": percent, "Active": True, "Description": name}
    return company.put("TaxRate", {**fields, "AgencyRef": {"value": "1"}})


def _by_code(company: Company, record: Json, sent: Json, taxable: Decimal) -> Decimal:
    """Tax by the document's code; a TotalTax without a code is thrown away."""
    if "TxnTaxCodeRef" not in sent:
        record["TxnTaxDetail"] = {"TotalTax": ZERO}
        return ZERO
    reference = {"value": sent["TxnTaxCodeRef"]["value"]}
    code = check_reference(company, "TaxCode", reference, "TxnTaxDetail.TxnTaxCodeRef")
    rates = _rates(company, code)
    taxes = [rounded(taxable * rate["RateValue"] / 100) for rate in rates]
    if "TotalTax" in sent and taxes:
        taxes = _spread(rounded(sent["TotalTax"]), taxes)
    lines = [
        _tax_line(rate, tax, taxable) for rate, tax in zip(rates, taxes, strict=True)
    ]
    total = sum(taxes, ZERO)
    detail: Json = {"TxnTaxCodeRef": reference, "TotalTax": total}
    record["TxnTaxDetail"] = {**detail, "TaxLine": lines}
    return total


def _spread(total: Decimal, parts: list[Decimal]) -> list[Decimal]:
    """Return `total` split like `parts`, to the cent."""
    weight = sum(parts, ZERO)
    found = [rounded(total * part / weight) if weight else ZERO for part in parts]
    found[-1] += total - sum(found, ZERO)
    return found


def _rates(company: Company, code: Json) -> list[Json]:
    rows = code.get("SalesTaxRateList", {}).get("TaxRateDetail", ())
    return [company.get("TaxRate", row["TaxRateRef"]["value"]) for row in rows]


def _tax_line(rate: Json, tax: Decimal, taxable: Decimal) -> Json:
    return {
        "Amount": tax,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate["Id"]},
            "PercentBased": True,
            "TaxPercent": rate["RateValue"],
            "NetAmountTaxable": taxable,
        },
    }


def _elsewhere(company: Company, record: Json) -> Decimal:
    way = record.get("GlobalTaxCalculation")
    if way is None:
        raise refusals.missing("GlobalTaxCalculation")
    if way == "NotApplicable":
        if record.get("TxnTaxDetail", {}).get("TotalTax"):
            raise refusals.RefusalError(
                "6170",
                "TxnTaxDetail is not allowed",
                "TxnTaxDetail is not allowed when GlobalTaxCalculation is "
                "NotApplicable",
                "TxnTaxDetail",
            )
        record["TxnTaxDetail"] = {"TotalTax": ZERO}
        return ZERO
    nets: dict[str, Decimal] = {}
    taxes: dict[str, Decimal] = {}
    for line in item_lines(record):
        rates = _line_rates(company, line)
        parts = _line_taxes(line, rates, is_inclusive=way == "TaxInclusive")
        for rate, tax in zip(rates, parts, strict=True):
            nets[rate["Id"]] = nets.get(rate["Id"], ZERO) + line["Amount"]
            taxes[rate["Id"]] = taxes.get(rate["Id"], ZERO) + tax
    lines = []
    for rate_id, net in nets.items():
        rate = company.get("TaxRate", rate_id)
        if way == "TaxExcluded":  # one rounding for each rate, not for each line
            taxes[rate_id] = rounded(net * rate["RateValue"] / 100)
        lines.append(_tax_line(rate, taxes[rate_id], net))
    total = sum(taxes.values(), ZERO)
    record["TxnTaxDetail"] = {"TotalTax": total, "TaxLine": lines}
    return total


def _line_rates(company: Company, line: Json) -> list[Json]:
    reference = line["SalesItemLineDetail"].get("TaxCodeRef")
    if reference is None:
        raise refusals.business(
            "Make sure all your transactions have a tax rate before you save."
        )
    element = "Line.SalesItemLineDetail.TaxCodeRef"
    return _rates(company, check_reference(company, "TaxCode", reference, element))


def _line_taxes(line: Json, rates: list[Json], *, is_inclusive: bool) -> list[Decimal]:
    """Return a line's tax by rate; with prices that include it, complete the line."""
    if not is_inclusive:
        return [ZERO] * len(rates)
    detail = line["SalesItemLineDetail"]
    percents: list[Decimal] = [rate["RateValue"] for rate in rates]
    gross = detail.get("TaxInclusiveAmt")
    if gross is None:
        parts = [rounded(line["Amount"] * percent / 100) for percent in percents]
        detail["TaxInclusiveAmt"] = line["Amount"] + sum(parts, ZERO)
        return parts
    line["Amount"] = rounded(gross / (1 + sum(percents, ZERO) / 100))
    parts = [rounded(line["Amount"] * percent / 100) for percent in percents]
    if parts:
        parts[-1] += rounded(gross) - line["Amount"] - sum(parts, ZERO)
    return parts
