"""Intuit's samples, sent to the simulator and held against the samples' answers."""

from collections.abc import Iterator

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator.checking import checked
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import (
    BY_PATH,
    KINDS,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import (
    LONGEST,
    SHAPES,
    Value,
)
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import (
    Client,
    a_client,
    a_sale,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    contract,
    definition,
    faults_of,
    needs_contracts,
    sample,
    samples,
)

pytestmark = needs_contracts

# Our name of a nested shape → its name in Intuit's schema.
SCHEMA_NAMES = {
    "Ref": "ReferenceType",
    "MetaData": "ModificationMetaData",
    "Memo": "MemoRef",
    "Email": "EmailAddress",
    "Phone": "TelephoneNumber",
    "Web": "WebSiteAddress",
    "Address": "PhysicalAddress",
    "DeliveryInfo": "TransactionDeliveryInfo",
    "SalesItem": "SalesItemLineDetail",
    "Discount": "DiscountLineDetail",
    "SubTotal": "SubTotalLineDetail",
    "DescriptionLine": "DescriptionLineDetail",
    "TaxLine": "TaxLineDetail",
    "DepositLine": "DepositLineDetail",
    "JournalLine": "JournalEntryLineDetail",
    "JournalEntity": "EntityTypeRef",
    "AdjustmentLine": "ItemAdjustmentLineDetail",
    "CashBack": "CashBackInfo",
    "ExpenseLine": "AccountBasedExpenseLineDetail",
    "AccountingPrefs": "CompanyAccountingPrefs",
    "ProductPrefs": "ProductAndServicesPrefs",
    "SalesPrefs": "SalesFormsPrefs",
    "PurchasePrefs": "VendorAndPurchasesPrefs",
    "TimePrefs": "TimeTrackingPrefs",
}
# A kind that Intuit's derived schema leaves out.
NOT_IN_THE_SCHEMA = {"Employee", "Purchase"}
SCHEMA_TYPES = {"s": "string", "n": "number", "b": "boolean", "i": "integer"}


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - NOT_IN_THE_SCHEMA))
def test_every_field_is_one_that_the_schema_knows(shape: str) -> None:
    known = definition(SCHEMA_NAMES.get(shape, shape))

    wrong = [
        f"{name}:{kind}"
        for name, kind in SHAPES[shape].items()
        if name not in known or not _is_type(known[name], kind)
    ]

    assert wrong == []


def _is_type(known: dict[str, Value], kind: str) -> bool:
    if kind.endswith("*"):
        return known.get("type") == "array" and _is_type(known["items"], kind[:-1])
    if kind in SHAPES:
        return str(known.get("$ref", "")).endswith(f"/{SCHEMA_NAMES.get(kind, kind)}")
    if kind == "d":
        return "pattern" in known
    return bool(known.get("type") == SCHEMA_TYPES[kind])


def test_texts_may_be_as_long_as_intuits_table_says() -> None:
    table = contract("qbo-field-limits.derived.json")["limits"]

    ours = {
        (kind.lower(), name): most
        for kind, limits in LONGEST.items()
        for name, most in limits.items()
        if kind not in NOT_IN_THE_SCHEMA
    }
    theirs = {
        (path, name): most
        for path, limits in table.items()
        for name, most in limits.items()
        if path in BY_PATH and SHAPES[BY_PATH[path].name].get(name) == "s"
    }

    assert ours == theirs


def test_every_field_of_intuits_samples_is_known() -> None:
    unknown = set()
    for name in samples():
        for kind, record in _entities(contract(f"samples-json/{name}")):
            unknown |= set(_unknown(kind, record))

    assert unknown == set()


def _entities(value: Value) -> Iterator[tuple[str, dict[str, Value]]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in KINDS:
                for one in inner if isinstance(inner, list) else [inner]:
                    if isinstance(one, dict):
                        yield name, one
            else:
                yield from _entities(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _entities(inner)


def _unknown(shape: str, value: dict[str, Value], path: str = "") -> Iterator[str]:
    for name, inner in value.items():
        kind = SHAPES[shape].get(name)
        place = f"{path or shape}.{name}"
        if kind is None:
            yield place
            continue
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                yield from _unknown(kind.rstrip("*"), one, place)


def the_samples_company(client: Client) -> None:
    """Give a company what Intuit's samples refer to, under their ids."""
    company = client.simulator.company
    company.next_id = 200
    for number, name, kind in (
        ("1", "Services (1)", "Income"),
        ("4", "Undeposited Funds", "Other Current Asset"),
        ("35", "Checking (35)", "Bank"),
        ("36", "Savings", "Bank"),
        ("39", "Truck:Depreciation", "Expense"),
        ("44", "Notes Payable", "Long Term Liability"),
        ("45", "Interest Income", "Other Income"),
        ("46", "Other Income (46)", "Other Income"),
        ("65", "Fountain and Garden Lighting", "Cost of Goods Sold"),
        ("79", "Sales of Product Income (79)", "Income"),
        ("80", "Cost of Goods Sold (80)", "Cost of Goods Sold"),
        ("81", "Inventory Asset (81)", "Other Current Asset"),
        ("91", "Inventory Shrinkage (91)", "Cost of Goods Sold"),
    ):
        fields = {"Id": number, "Name": name, "AccountType": kind, "Active": True}
        company.put("Account", {**fields, "FullyQualifiedName": name})
    names = {"1": "Services", "3": "Concrete", "10": "Pest Control"}
    for number, name in {**names, "38": "Garden Supplies"}.items():
        fields = {"Id": number, "Name": name, "Type": "Service", "Active": True}
        company.put("Item", {**fields, "FullyQualifiedName": name})
    company.put(
        "Item",
        {
            "Id": "1010000001",
            "Name": "Stocked",
            "Type": "Inventory",
            "QtyOnHand": 10,
            "InvStartDate": "2024-01-01",
        },
    )
    company.put("PaymentMethod", {"Id": "2", "Name": "Check", "Active": True})
    people = {
        "1": "Amy's Bird Sanctuary",
        "3": "Cool Cars",
        "15": "Pye's Cakes",
        "20": "Red Rock Diner",
    }
    for number, name in {**people, "58": "ABC Customer"}.items():
        company.put("Customer", {"Id": number, "DisplayName": name, "Active": True})


CREATES = {
    "salesreceipt-02": "salesreceipt-03",
    "invoice-02": "invoice-03",
    "creditmemo-02": "creditmemo-03",
    "refundreceipt-02": "refundreceipt-03",
    "journalentry-02": "journalentry-03",
    "inventoryadjustment-02": "inventoryadjustment-03",
    "account-02": "account-03",
    "class-02": "class-04",
    "department-02": "department-03",
    "paymentmethod-02": "paymentmethod-03",
    "term-02": "term-03",
    "taxagency-02": "taxagency-03",
    "item-02": "item-04",
    "item-05": "item-06",
    "payment-03": "",
    "customer-02": "",
    "customer-03": "",
    "vendor-05": "",
    "item-03": "",
    "deposit-04": "",
    "deposit-05": "",
    "transfer-03": "transfer-04",
}
# What a sample's answer says beyond its request, or of another company or day.
OF_ITS_COMPANY = {
    "Id",
    "DocNumber",
    "MetaData",
    "TxnDate",
    "DueDate",
    "CustomField",
    "ProjectRef",
    "BillAddr",
    "ShipAddr",
    "name",
    "domain",
    "CurrencyRef",
    "PaymentRefNum",  # "To Print": of the company's printing habits
    "PrivateNote",  # the answer of the inventory adjustment shows another request's
    "DepositToAccountRef",
}


@pytest.mark.parametrize("request_name", sorted(CREATES))
def test_a_sample_is_taken_and_answered_as_the_sample_says(request_name: str) -> None:
    path = request_name.split("-", maxsplit=1)[0]
    kind = BY_PATH[path].name
    with a_client() as client:
        the_samples_company(client)
        body = sample(request_name)
        answered = client.post(kind, _plain(body.get(kind, body)))

        assert answered.status == 200, answered.text
        made = answered.body[kind]
        assert faults_of(made, "entities", kind) == []
        if CREATES[request_name]:
            wanted = _plain(sample(CREATES[request_name])[kind])
            assert _missing(wanted, made) == []


def _plain(value: Value) -> Value:
    """Return a value with floats, as our client sends and gets them."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | bool | int | None) else float(value)


def _missing(wanted: Value, found: Value, path: str = "") -> list[str]:
    """Return where an answer differs from the sample's, apart from its company's."""
    if isinstance(wanted, dict):
        rows = []
        for name, value in wanted.items():
            if name in OF_ITS_COMPANY:
                continue
            inner = found.get(name) if isinstance(found, dict) else None
            rows += _missing(value, inner, f"{path}.{name}")
        return rows
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(wanted) != len(found):
            return [f"{path}: {wanted} / {found}"]
        pairs = zip(wanted, found, strict=True)
        return [row for one, other in pairs for row in _missing(one, other, path)]
    return [] if wanted == found else [f"{path}: {wanted} / {found}"]


UPDATES = {
    "item-07": "item-08",
    "class-07": "class-08",
    "department-06": "department-07",
    "term-06": "term-07",
    "paymentmethod-06": "paymentmethod-07",
    "inventoryadjustment-07": "inventoryadjustment-08",
    "creditmemo-09": "creditmemo-10",
    "refundreceipt-09": "refundreceipt-10",
    "refundreceipt-11": "refundreceipt-12",
    "journalentry-07": "journalentry-08",
}


@pytest.mark.parametrize("request_name", sorted(UPDATES))
def test_an_update_of_the_samples_is_answered_as_the_sample_says(
    request_name: str,
) -> None:
    path = request_name.split("-", maxsplit=1)[0]
    kind = BY_PATH[path].name
    with a_client() as client:
        the_samples_company(client)
        body = sample(request_name)
        body = body.get(kind, body)
        shown = sample(UPDATES[request_name])[kind]
        stored = checked(kind, {**shown, "SyncToken": body["SyncToken"]})
        company = client.simulator.company
        company.records["Term"] = {}  # the sample's has the name of one of ours
        company.put(kind, {**stored, "Id": body["Id"]})
        if kind == "CreditMemo":  # the sample's was used up
            company.applied[(kind, body["Id"])] = {"0": stored["TotalAmt"]}

        answered = client.post(kind, _plain(body))

        assert answered.status == 200, answered.text
        found = answered.body[kind]
        # Two samples answer with the version that was sent: slips of the copy.
        assert found["SyncToken"] == str(int(body["SyncToken"]) + 1)
        wanted = {**_plain(shown), "SyncToken": found["SyncToken"]}
        assert _missing(wanted, found) == []


def test_a_payment_of_the_samples_pays_its_invoice() -> None:
    with a_client() as client:
        the_samples_company(client)
        line = sample("invoice-02")["Line"]
        made = client.create(
            "Invoice", _plain({"CustomerRef": {"value": "20"}, "Line": line})
        )
        body = sample("payment-02")
        body["Line"][0]["LinkedTxn"][0]["TxnId"] = made["Id"]

        paid = client.create("Payment", _plain(body))

        assert _missing(_plain(sample("payment-04")["Payment"]["TotalAmt"]), 25) == []
        assert paid["UnappliedAmt"] == 0
        assert client.read("Invoice", made["Id"])["Balance"] == 75
        assert faults_of(paid, "entities", "Payment") == []


def test_a_void_empties_the_lines_and_says_so_as_in_the_sample() -> None:
    with a_client() as client:
        the_samples_company(client)
        made = client.create("SalesReceipt", a_sale())
        body = {**sample("salesreceipt-06"), "Id": made["Id"]}

        void = client.create("SalesReceipt", body, "?operation=update&include=void")

        wanted = _plain(sample("salesreceipt-07")["SalesReceipt"])
        wanted["PrivateNote"] = "Voided"
        assert void["PrivateNote"] == "Voided"
        assert _missing(wanted, void) == []


def test_a_deletion_is_answered_as_in_the_sample() -> None:
    with a_client() as client:
        the_samples_company(client)
        made = client.create("SalesReceipt", _plain(sample("salesreceipt-02")))
        body = {"Id": made["Id"], "SyncToken": "0"}

        answered = client.post("SalesReceipt", body, "?operation=delete")

        wanted = sample("salesreceipt-05")["SalesReceipt"]
        assert answered.body["SalesReceipt"] == {**wanted, "Id": made["Id"]}
        assert client.ask("GET", f"salesreceipt/{made['Id']}").code == "610"


def test_the_batch_of_the_samples_is_answered_item_by_item() -> None:
    with a_client() as client:
        the_samples_company(client)
        client.create("Customer", {"DisplayName": "Smith Family Store"})
        made = client.create("SalesReceipt", _plain(sample("salesreceipt-02")))
        client.create("SalesReceipt", {**made, "sparse": True})
        body = sample("batch-01")
        body["BatchItemRequest"][2]["SalesReceipt"]["Id"] = made["Id"]

        answered = client.post("batch", body)

        wanted = sample("batch-02")["BatchItemResponse"]
        found = {one["bId"]: one for one in answered.body["BatchItemResponse"]}
        for one in wanted[:3]:
            assert found[one["bId"]] == one
        assert found["bid4"] == {"bId": "bid4", "QueryResponse": {}}
        assert faults_of(answered.body, "envelopes", "BatchResponse") == []
