"""TaxService: the only way to make tax codes and rates through the API."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.checking import (
    as_decimal,
)
from stockbridge.connectors.books.quickbooks_online.simulator.company import Company
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value


def create(company: Company, sent: Value) -> Json:
    """Make a tax code of new or known rates, and say which rates it has."""
    name = sent.get("TaxCode") if isinstance(sent, dict) else None
    rows = sent.get("TaxRateDetails") if isinstance(sent, dict) else None
    if not name:
        raise refusals.missing("TaxCode")
    if not rows:
        raise refusals.missing("TaxCode.TaxRateDetails")
    if any(one["Name"].casefold() == name.casefold() for one in company.of("TaxCode")):
        raise refusals.list_name_taken("TaxCode")
    rates = [_rate(company, row) for row in rows]
    code = add_code(company, name, rates)
    details = [
        {
            "TaxRateName": rate["Name"],
            "TaxRateId": rate["Id"],
            "RateValue": f"{rate['RateValue'].normalize():f}%",
            "TaxAgencyId": rate["AgencyRef"]["value"],
            "TaxApplicableOn": row.get("TaxApplicableOn", "Sales"),
        }
        for rate, row in zip(rates, rows, strict=True)
    ]
    return {"TaxCode": name, "TaxCodeId": code["Id"], "TaxRateDetails": details}


def add_rate(company: Company, name: str, percent: Decimal, agency: str) -> Json:
    """Make a tax rate."""
    return company.put(
        "TaxRate",
        {
            "Name": name,
            "Description": name,
            "Active": True,
            "RateValue": percent,
            "AgencyRef": {"value": agency},
            "SpecialTaxType": "NONE",
            "DisplayType": "ReadOnly",
        },
    )


def add_code(company: Company, name: str, rates: list[Json]) -> Json:
    """Make a tax code that applies these rates to sales, one beside the other."""
    details = [
        {
            "TaxTypeApplicable": "TaxOnAmount",
            "TaxRateRef": {"value": rate["Id"], "name": rate["Name"]},
            "TaxOrder": 0,
        }
        for rate in rates
    ]
    return company.put(
        "TaxCode",
        {
            "Name": name,
            "Description": name,
            "Active": True,
            "Taxable": True,
            "TaxGroup": True,
            "SalesTaxRateList": {"TaxRateDetail": details},
            "PurchaseTaxRateList": {"TaxRateDetail": []},
        },
    )


def _rate(company: Company, row: Json) -> Json:
    if "TaxRateId" in row:
        return company.get("TaxRate", str(row["TaxRateId"]))
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if name not in row:
            raise refusals.missing(f"TaxRateDetails.{name}")
    agency = str(row["TaxAgencyId"])
    if company.find("TaxAgency", agency) is None:
        raise refusals.bad_reference("TaxAgencyId")
    percent = as_decimal("RateValue", row["RateValue"])
    return add_rate(company, row["TaxRateName"], percent, agency)
