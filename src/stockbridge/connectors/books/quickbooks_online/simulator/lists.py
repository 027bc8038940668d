"""The rules of list entries: names, accounts, the start of an item's inventory."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    ZERO,
    Company,
)
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import (
    KINDS,
    PEOPLE,
)
from stockbridge.connectors.books.quickbooks_online.simulator.references import (
    check_reference,
    check_references,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json

_ITEM_TYPES = {"Inventory", "NonInventory", "Service", "Category"}
_CLASSIFICATIONS = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
    "Cost of Goods Sold": "Expense",
    "Expense": "Expense",
    "Other Expense": "Expense",
}


def prepare(company: Company, kind: str, record: Json, old: Json | None) -> None:
    """Complete and check a list entry; refuse what QuickBooks Online refuses."""
    if kind in PEOPLE:
        _prepare_person(company, kind, record, old)
    elif kind == "Item":
        _prepare_item(company, record, old)
    elif kind == "Account":
        _prepare_account(record)
    elif kind == "PaymentMethod":
        record.setdefault("Type", "NON_CREDIT_CARD")
    elif kind == "Term":
        _prepare_term(record)
    elif kind == "TaxAgency":
        record.setdefault("TaxTrackedOnSales", True)
        record.setdefault("TaxTrackedOnPurchases", False)
    if kind in {"Class", "Department"}:
        record[f"Sub{kind}"] = "ParentRef" in record
    if kind not in {"TaxAgency", "CompanyInfo", "Preferences"}:
        record.setdefault("Active", True)
    check_references(company, record)
    if kind in {"Item", "Account", "Class", "Department"}:
        record["FullyQualifiedName"] = _full_name(company, kind, record)
    _check_name(company, kind, record)


def _prepare_person(
    company: Company, kind: str, record: Json, old: Json | None
) -> None:
    parts = [record.get(name, "") for name in ("Title", "GivenName", "MiddleName")]
    parts += [record.get(name, "") for name in ("FamilyName", "Suffix")]
    given = " ".join(part for part in parts if part)
    if not record.get("DisplayName"):
        record["DisplayName"] = given
    if not record["DisplayName"]:
        raise refusals.RefusalError(
            "6080",
            "Need to supply at least one name",
            "At least one of: Title, GivenName, MiddleName, FamilyName, DisplayName, "
            "or Suffix is required.",
        )
    record.setdefault("PrintOnCheckName", record.get("CompanyName") or given)
    if not record["PrintOnCheckName"]:
        record["PrintOnCheckName"] = record["DisplayName"]
    record["Balance"] = old.get("Balance", ZERO) if old else ZERO
    if kind == "Customer":
        record["FullyQualifiedName"] = _full_name(company, kind, record)
        record["BalanceWithJobs"] = record["Balance"]
        record["Job"] = "ParentRef" in record
        record.setdefault("Taxable", True)
        record.setdefault("PreferredDeliveryMethod", "Print")
    address = record.get("PrimaryEmailAddr", {}).get("Address", "")
    if address and "@" not in address:
        raise refusals.RefusalError(
            "2210",
            "Invalid Email Address format",
            f"Email Address does not conform to the syntax rules of RFC 822: {address}",
            "PrimaryEmailAddr",
        )
    _fill_currency(company, record)


def _fill_currency(company: Company, record: Json) -> None:
    home = company.habits.currency
    record.setdefault("CurrencyRef", {"value": home})
    if record["CurrencyRef"].get("value") != home and not company.preference(
        "CurrencyPrefs", "MultiCurrencyEnabled"
    ):
        raise refusals.business("Multicurrency is not turned on for this company.")


def _prepare_item(company: Company, record: Json, old: Json | None) -> None:
    kind = record.get("Type") or ("Service" if old is None else old["Type"])
    record["Type"] = kind
    if kind not in _ITEM_TYPES:
        raise refusals.wrong_choice("Type", kind)
    if old is not None and old["Type"] == "Inventory" and kind != "Inventory":
        raise refusals.business("An inventory item cannot become another type.")
    if kind == "Category":
        return
    record.setdefault("UnitPrice", ZERO)
    record.setdefault("PurchaseCost", ZERO)
    record.setdefault("Taxable", kind == "Inventory")
    record["TrackQtyOnHand"] = kind == "Inventory"
    if kind != "Inventory":
        record.pop("QtyOnHand", None)
        _check_item_accounts(company, record)
        return
    if company.habits.plan == "Essentials":
        raise refusals.RefusalError(
            "5020",
            "Permission Denied Error",
            "Permission Denied Error : The plan of this company has no inventory.",
        )
    needed = ("AssetAccountRef", "IncomeAccountRef", "ExpenseAccountRef")
    for name in (*needed, "InvStartDate", "QtyOnHand") if old is None else needed:
        if name not in record:
            raise refusals.missing(name)
    if old is not None:
        _check_start(company, record, old)
    _check_item_accounts(company, record)


def _check_start(company: Company, record: Json, old: Json) -> None:
    record.setdefault("InvStartDate", old["InvStartDate"])
    first = min(
        (
            company.get(kind, record_id)["TxnDate"]
            for (kind, record_id), rows in company.moves.items()
            if any(item_id == old["Id"] for item_id, _ in rows)
        ),
        default="",
    )
    if first and record["InvStartDate"] > first:
        raise refusals.before_start(record["Name"], record["InvStartDate"])


def _check_item_accounts(company: Company, record: Json) -> None:
    allowed = {
        "IncomeAccountRef": {"Income", "Other Income"},
        "AssetAccountRef": {"Other Current Asset"},
        "ExpenseAccountRef": {
            "Cost of Goods Sold",
            "Expense",
            "Other Expense",
            "Other Current Asset",
        },
    }
    if "IncomeAccountRef" not in record and "ExpenseAccountRef" not in record:
        raise refusals.missing("IncomeAccountRef")
    for name, kinds in allowed.items():
        if name not in record:
            continue
        account = check_reference(company, "Account", record[name], name)
        if account["AccountType"] not in kinds:
            raise refusals.RefusalError(
                "6430",
                "Invalid account type used",
                f"Invalid account type used : {account['AccountType']} for {name}",
                name,
            )


def _prepare_account(record: Json) -> None:
    kind = record.get("AccountType") or "Expense"
    if kind not in _CLASSIFICATIONS:
        raise refusals.wrong_choice("AccountType", kind)
    record["AccountType"] = kind
    record["Classification"] = _CLASSIFICATIONS[kind]
    record.setdefault("AccountSubType", kind.replace(" ", ""))
    record["SubAccount"] = "ParentRef" in record
    record.setdefault("CurrentBalance", ZERO)
    record.setdefault("CurrentBalanceWithSubAccounts", ZERO)


def _prepare_term(record: Json) -> None:
    record["Type"] = "DATE_DRIVEN" if "DayOfMonthDue" in record else "STANDARD"
    record.setdefault("DiscountPercent", Decimal(0))


def _full_name(company: Company, kind: str, record: Json) -> str:
    name: str = record.get("DisplayName") or record.get("Name") or ""
    if "ParentRef" not in record:
        return name
    parent = check_reference(company, kind, record["ParentRef"], "ParentRef")
    if parent["Id"] == record.get("Id"):
        raise refusals.RefusalError(
            "900", "Circular Reference", "An object cannot be its own parent."
        )
    full = f"{parent['FullyQualifiedName']}:{name}"
    if full.count(":") > 4:
        raise refusals.RefusalError(
            "6180", "Too many levels", "No more than 5 levels of nesting are allowed."
        )
    return full


def _check_name(company: Company, kind: str, record: Json) -> None:
    field = KINDS[kind].name_field
    if not field:
        return
    if not record.get(field):
        raise refusals.missing(field)
    wanted = _key(record, field)
    for rival_kind in PEOPLE if kind in PEOPLE else (kind,):
        for rival in company.of(rival_kind):
            is_itself = rival_kind == kind and rival["Id"] == record.get("Id")
            if not is_itself and _key(rival, field) == wanted:
                raise (
                    refusals.name_taken()
                    if kind in PEOPLE
                    else refusals.list_name_taken(kind)
                )


def _key(record: Json, field: str) -> str:
    full: str = record.get("FullyQualifiedName", "") if field == "Name" else ""
    return (full or str(record.get(field, ""))).strip().casefold()
