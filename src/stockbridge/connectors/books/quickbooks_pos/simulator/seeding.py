"""A small company to begin with: two stores, tax locations, a department, items."""

from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_pos.simulator.company import Company
from stockbridge.connectors.books.quickbooks_pos.simulator.documents import Rates
from stockbridge.connectors.books.quickbooks_pos.simulator.records import Row
from stockbridge.connectors.simulation import Clock, SettableClock

TAX_ITEM, SHIPPING_ITEM = "-7000000000000000001", "-7000000000000000002"
FEE_ITEM, UNSTOCKED_ITEM = "-7000000000000000003", "-7000000000000000004"
DEPARTMENT = "-9159787098314735359"
_SERVICES = {
    TAX_ITEM: "Sales tax, online",
    SHIPPING_ITEM: "Shipping",
    FEE_ITEM: "Fees",
    UNSTOCKED_ITEM: "Online sale",
}
_RATES: Rates = {
    "Local Sales Tax": {"Tax": (Decimal("8"),), "Non": ()},
    "Two Rates": {"Tax": (Decimal("6.25"), Decimal("1.125")), "Non": ()},
}


@dataclass(frozen=True, slots=True)
class Start:
    """What a company begins with."""

    name: str = "Example Kitchenware"
    clock: Clock = field(default_factory=SettableClock)
    rates: Rates = field(default_factory=lambda: deepcopy(_RATES))
    store_names: tuple[str, ...] = ("Main Street", "Harbour")
    quickbooks_file: str = ""  # whose sales go there; "" = none is named
    store_code: int = 401  # of the first store; with the name it tells companies apart


def a_company(start: Start | None = None) -> Company:
    """Return a company that is open and has not sold anything."""
    chosen = start or Start()
    company = Company(_company(chosen), chosen.rates, clock=chosen.clock)
    now = company.now()
    stamp = {"TimeCreated": now, "TimeModified": now}
    company.records.departments.rows[DEPARTMENT] = {
        "ListID": DEPARTMENT,
        "DepartmentCode": "KIT",
        "DepartmentName": "Kitchen",
        "TaxCode": "Tax",
        **stamp,
    }
    for list_id, name in _SERVICES.items():
        company.records.items.rows[list_id] = {
            "ListID": list_id,
            "Desc1": name,
            "ItemNumber": company.records.new_number(),
            "ItemType": "NonInventory",
            "DepartmentListID": DEPARTMENT,
            "DepartmentCode": "KIT",
            "TaxCode": "Non",
            **stamp,
        }
    return company


def add_item(company: Company, alu: str, *, on_hand: str = "10", **fields: str) -> str:
    """Put an item on the shelf of the first store; return its ListID."""
    list_id, now = company.records.new_id(), company.now()
    company.records.items.rows[list_id] = {
        "ListID": list_id,
        "ALU": alu,
        "Desc1": alu,
        "DepartmentListID": DEPARTMENT,
        "DepartmentCode": "KIT",
        "ItemNumber": company.records.new_number(),
        "ItemType": "Inventory",
        "IsWebItem": "True",
        "OnHandStore01": f"{Decimal(on_hand):.2f}",
        "QuantityOnHand": f"{Decimal(on_hand):.2f}",
        "Price1": "10.00",
        "TaxCode": "Tax",
        "TimeCreated": now,
        "TimeModified": now,
        **fields,
    }
    return list_id


def _company(start: Start) -> Row:
    address = {"Street": "1 Example Street", "CityStateZIP": "Springfield, IL 62701"}
    stores = [
        {
            "StoreNumber": str(number),
            "StoreCode": str(start.store_code + number - 1),
            "StoreName": name,
            "Address": address,
        }
        for number, name in enumerate(start.store_names, 1)
    ]
    levels = {
        f"PriceLevel{n}": {"Name": f"Price Level {n}", "Markdown": "0"}
        for n in range(1, 6)
    }
    named = start.quickbooks_file
    return {
        "IsSampleCompany": "False",
        "CompanyName": start.name,
        "Address": address,
        **({"QuickBooksCompanyFile": named} if named else {}),
        "StoreNumber": "1",
        "StoreCode": str(start.store_code),
        "Store": stores,
        **levels,
        "TaxRecord": [
            _tax_record(category, code, percents, place)
            for place, (category, codes) in enumerate(start.rates.items())
            for code, percents in codes.items()
        ],
    }


def _tax_record(
    category: str, code: str, percents: tuple[Decimal, ...], place: int
) -> Row:
    return {
        "TaxCategoryListID": str(1000 + place),
        "TaxCategory": category,
        "POSTaxCodeListID": str(2000 + (code == "Non")),
        "POSTaxCode": code,
        "TaxPercent": str(sum(percents, Decimal(0))),
        "TaxRate": [
            {"TaxPercent": str(percent), "TaxRateName": f"Rate {n}"}
            for n, percent in enumerate(percents, 1)
        ],
    }
