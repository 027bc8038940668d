"""References to other objects: each must lead to something that is active."""

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.company import Company
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value

SHIPPING = "SHIPPING_ITEM_ID"  # the item of shipping lines, where it is allowed
_TARGETS = {
    "CustomerRef": "Customer",
    "ItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "PaymentMethodRef": "PaymentMethod",
    "SalesTermRef": "Term",
    "DepositToAccountRef": "Account",
    "AccountRef": "Account",
    "FromAccountRef": "Account",
    "ToAccountRef": "Account",
    "AdjustAccountRef": "Account",
    "DiscountAccountRef": "Account",
    "IncomeAccountRef": "Account",
    "ExpenseAccountRef": "Account",
    "AssetAccountRef": "Account",
    "ItemAccountRef": "Account",
    "ARAccountRef": "Account",
    "TaxCodeRef": "TaxCode",
    "TxnTaxCodeRef": "TaxCode",
    "DefaultTaxCodeRef": "TaxCode",
    "PrefVendorRef": "Vendor",
    "AgencyRef": "TaxAgency",
}


def check_reference(company: Company, kind: str, reference: Json, element: str) -> Json:
    """Return what a reference leads to, and write its name beside it (2500)."""
    value = str(reference.get("value", ""))
    found = company.find(kind, value)
    if found is None:
        raise refusals.bad_reference(element)
    if found.get("Active", True) is False:
        raise refusals.bad_reference()
    name = found.get("FullyQualifiedName") or found.get("DisplayName")
    name = name or found.get("Name")
    if name and kind != "TaxCode":
        reference["name"] = name
    return found


def check_references(company: Company, record: Json, path: str = "") -> None:
    """Check all references of an object, at any depth."""
    for name, value in record.items():
        place = f"{path}.{name}" if path else name
        if name == "ItemRef" and _is_shipping(company, value):
            continue
        if name in _TARGETS and isinstance(value, dict):
            found = check_reference(company, _TARGETS[name], value, place)
            if name == "ItemRef" and found["Type"] == "Category":
                # consolibyte/quickbooks-php#178
                raise refusals.bad_reference(
                    "Categories cannot be used in transactions."
                )
        else:
            _go_deeper(company, value, place)


def _go_deeper(company: Company, value: Value, place: str) -> None:
    for inner in value if isinstance(value, list) else [value]:
        if isinstance(inner, dict):
            check_references(company, inner, place)


def _is_shipping(company: Company, reference: Json) -> bool:
    return reference.get("value") == SHIPPING and bool(
        company.preference("SalesFormsPrefs", "AllowShipping")
    )
