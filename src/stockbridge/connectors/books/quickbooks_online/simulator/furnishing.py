"""What a new company has: accounts, tax codes, payment methods, preferences."""

import random
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    ZERO,
    Company,
)
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import KINDS
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json
from stockbridge.connectors.books.quickbooks_online.simulator.taxservice import (
    add_code,
    add_rate,
)
from stockbridge.connectors.books.quickbooks_online.simulator.writing import (
    Wish,
    write,
)

_ACCOUNTS = (
    ("Checking", "Bank", "Checking"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Inventory Asset", "Other Current Asset", "Inventory"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Sales Tax Payable", "Other Current Liability", "GlobalTaxPayable"),
    ("Gift Cards", "Other Current Liability", "OtherCurrentLiabilities"),
    ("Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("Services", "Income", "ServiceFeeIncome"),
    ("Shipping Income", "Income", "OtherPrimaryIncome"),
    ("Discounts given", "Income", "DiscountsRefundsGiven"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Inventory Shrinkage", "Cost of Goods Sold", "OtherCostsOfServiceCos"),
    ("Bank Charges", "Expense", "BankCharges"),
    ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
)
_METHODS = (
    ("Cash", "NON_CREDIT_CARD"),
    ("Check", "NON_CREDIT_CARD"),
    ("Visa", "CREDIT_CARD"),
    ("MasterCard", "CREDIT_CARD"),
)
_TERMS = (("Due on receipt", 0), ("Net 30", 30))
_WORDS = ("Mug", "Bowl", "Plate", "Pan", "Kettle", "Board", "Whisk", "Jug", "Tray")
_COLOURS = ("white", "blue", "green", "oak", "steel", "red", "black")


def furnish(company: Company) -> None:
    """Give a company what every new company has."""
    _add_company_info(company)
    _add_preferences(company)
    for name, kind, detail in _ACCOUNTS:
        sent: Json = {"Name": name, "AccountType": kind, "AccountSubType": detail}
        _write(company, "Account", sent)
    for name, kind in _METHODS:
        _write(company, "PaymentMethod", {"Name": name, "Type": kind})
    for name, days in _TERMS:
        _write(company, "Term", {"Name": name, "DueDays": days})
    company.put(
        "TaxAgency",
        {
            "Id": "1",
            "DisplayName": "Example Tax Agency",
            "TaxTrackedOnSales": True,
            "TaxTrackedOnPurchases": False,
        },
    )
    if company.is_american:
        _add_american_codes(company)
    else:
        _add_codes_of_elsewhere(company)
    ref = {"value": company.named("Account", "Services")["Id"]}
    for name, number in (("Services", "1"), ("Hours", "2")):
        sent = {"Id": number, "Name": name, "Type": "Service", "IncomeAccountRef": ref}
        company.put("Item", {**sent, "FullyQualifiedName": name, "Active": True})


def seed(company: Company, *, products: int, customers: int, seed: int = 1) -> None:
    """Give a company this many inventory items and customers, the same for a seed."""
    chance = random.Random(seed)
    names = ("Inventory Asset", "Sales of Product Income", "Cost of Goods Sold")
    refs = [{"value": company.named("Account", name)["Id"]} for name in names]
    for number in range(1, products + 1):
        price = Decimal(chance.randint(199, 9999)) / 100
        word, colour = chance.choice(_WORDS), chance.choice(_COLOURS)
        sent = {
            "Name": f"{word} {colour} {number}",
            "Sku": f"SKU-{number:06d}",
            "Description": f"{word}, {colour}",
            "Type": "Inventory",
            "UnitPrice": price,
            "PurchaseCost": (price / 2).quantize(Decimal("0.01")),
            "QtyOnHand": chance.randint(0, 200),
            "InvStartDate": "2020-01-01",
            "AssetAccountRef": refs[0],
            "IncomeAccountRef": refs[1],
            "ExpenseAccountRef": refs[2],
        }
        _write(company, "Item", sent)
    for number in range(1, customers + 1):
        sent = {
            "DisplayName": f"Customer {number}",
            "PrimaryEmailAddr": {"Address": f"customer{number}@example.com"},
        }
        _write(company, "Customer", sent)


def _write(company: Company, kind: str, sent: Json) -> Json:
    return write(company, KINDS[kind], sent, Wish("create"))


def _add_company_info(company: Company) -> None:
    address = {
        "Id": "1",
        "Line1": "1 Example Street",
        "City": "Springfield",
        "Country": company.habits.country,
        "PostalCode": "94043",
    }
    sku = f"QuickBooks Online {company.habits.plan}"
    company.put(
        "CompanyInfo",
        {
            "Id": "1",
            "CompanyName": company.name,
            "LegalName": company.name,
            "CompanyAddr": address,
            "LegalAddr": dict(address),
            "CustomerCommunicationAddr": dict(address),
            "Country": company.habits.country,
            "Email": {"Address": "owner@example.com"},
            "WebAddr": {},
            "PrimaryPhone": {},
            "CompanyStartDate": "2020-01-01",
            "FiscalYearStartMonth": "January",
            "SupportedLanguages": "en",
            "NameValue": [
                {"Name": "SubscriptionStatus", "Value": "PAID"},
                {"Name": "OfferingSku", "Value": sku},
            ],
        },
    )


def _add_preferences(company: Company) -> None:
    taxes: Json = {"UsingSalesTax": True}
    if company.habits.automated_tax:
        taxes["PartnerTaxEnabled"] = True
    company.put(
        "Preferences",
        {
            "Id": "1",
            "AccountingInfoPrefs": {
                "FirstMonthOfFiscalYear": "January",
                "UseAccountNumbers": False,
                "TaxYearMonth": "January",
                "ClassTrackingPerTxn": False,
                "ClassTrackingPerTxnLine": True,
                "TrackDepartments": True,
                "DepartmentTerminology": "Location",
                "CustomerTerminology": "Customers",
            },
            "ProductAndServicesPrefs": {
                "ForSales": True,
                "ForPurchase": True,
                "QuantityWithPriceAndRate": True,
                "QuantityOnHand": company.habits.plan != "Essentials",
            },
            "SalesFormsPrefs": {
                "AllowDeposit": True,
                "AllowDiscount": True,
                "AllowEstimates": True,
                "AllowServiceDate": False,
                "AllowShipping": False,
                "CustomTxnNumbers": False,
            },
            "TaxPrefs": taxes,
            "CurrencyPrefs": {
                "MultiCurrencyEnabled": False,
                "HomeCurrency": {"value": company.habits.currency},
            },
            "ReportPrefs": {"ReportBasis": "Accrual"},
            "OtherPrefs": {"NameValue": []},
        },
    )


def _add_american_codes(company: Company) -> None:
    for name, is_taxable in (("TAX", True), ("NON", False)):
        code = {"Id": name, "Name": name, "Description": name, "Active": True}
        company.put("TaxCode", {**code, "Taxable": is_taxable, "TaxGroup": False})
    if company.habits.automated_tax:
        return
    state = add_rate(company, "AZ State tax", Decimal("7.1"), "1")
    city = add_rate(company, "Tucson City", Decimal(2), "1")
    california = add_rate(company, "California", Decimal(8), "1")
    add_code(company, "California", [california])
    add_code(company, "Tucson", [state, city])


def _add_codes_of_elsewhere(company: Company) -> None:
    for name, percent in (("20.0% S", 20), ("5.0% R", 5), ("0.0% Z", 0)):
        add_code(company, name, [add_rate(company, name, ZERO + percent, "1")])
