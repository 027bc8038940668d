"""What the simulated company takes, changes and refuses."""

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import (
    Client,
    a_client,
    a_customer,
    a_line,
    a_sale,
    account,
    an_item,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    contract,
    faults_of,
    needs_contracts,
)


def close_books(client: Client, day: str) -> None:
    client.simulator.company.prefer("AccountingInfoPrefs", BookCloseDate=day)


def keep_numbers(client: Client) -> None:
    client.simulator.company.prefer("SalesFormsPrefs", CustomTxnNumbers=True)


@pytest.mark.parametrize("kind", ["Customer", "Vendor", "Employee"])
def test_customers_vendors_and_employees_share_their_names(kind: str) -> None:
    with a_client() as client:
        client.create("Vendor", {"DisplayName": "Ada Example"})

        answered = client.post(kind, {"DisplayName": "ada example"})

        assert (answered.status, answered.code) == (400, "6240")


def test_an_inactive_customer_gives_its_name_back() -> None:
    with a_client() as client:
        made = client.create("Customer", {"DisplayName": "Ada Example"})
        gone = client.create("Customer", {**made, "sparse": True, "Active": False})

        again = client.post("Customer", {"DisplayName": "Ada Example"})

        assert gone["DisplayName"] == "Ada Example (deleted)"
        assert again.status == 200


def test_a_name_with_a_colon_is_refused() -> None:
    with a_client() as client:
        assert client.post("Customer", {"DisplayName": "Ada:Shop"}).code == "2040"


def test_nobody_has_no_name() -> None:
    with a_client() as client:
        assert client.post("Customer", {"Notes": "who?"}).code == "6080"


def test_a_stale_version_is_refused_and_changes_nothing() -> None:
    with a_client() as client:
        made = client.create("Customer", {"DisplayName": "Ada Example"})
        client.create("Customer", {**made, "Notes": "first"})

        answered = client.post("Customer", {**made, "Notes": "second"})

        assert answered.code == "5010"
        assert client.read("Customer", made["Id"])["Notes"] == "first"


def test_a_sparse_update_leaves_what_was_not_sent() -> None:
    with a_client() as client:
        made = client.create("Customer", {"DisplayName": "Ada", "Notes": "keep"})
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}

        found = client.create("Customer", {**body, "CompanyName": "Example Ltd"})

        assert (found["Notes"], found["SyncToken"]) == ("keep", "1")
        assert found["MetaData"]["CreateTime"] == made["MetaData"]["CreateTime"]


def test_a_full_update_empties_what_was_not_sent() -> None:
    with a_client() as client:
        made = client.create("Customer", {"DisplayName": "Ada", "Notes": "lose"})
        body = {"Id": made["Id"], "SyncToken": "0", "DisplayName": "Ada"}

        found = client.create("Customer", body)

        assert "Notes" not in found


def test_an_unknown_field_is_refused_without_naming_it() -> None:
    with a_client() as client:
        answered = client.post("Customer", {"DisplayName": "Ada", "Shoe": 42})

        assert answered.code == "2010"
        assert "Shoe" not in answered.detail


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"DocNumber": "9" * 22}, "2050"),
        ({"PrivateNote": "n" * 4001}, "2050"),
        ({"TxnDate": "13/01/2026"}, "2060"),
        ({"TxnDate": "2026-13-01"}, "2060"),
        ({"TotalAmt": "much"}, "2010"),
        ({"PrintStatus": "Perhaps"}, "2170"),
        ({"Line": []}, "2020"),
        ({"CustomerRef": {"value": "777"}}, "2500"),
        ({"Line": [a_line("777")]}, "2500"),
        ({"Line": [a_line(amount=21, Qty=2, UnitPrice=10)]}, "6070"),
        ({"Line": [a_line(amount=-1)]}, "6000"),
        ({"Line": [a_line(TaxCodeRef={"value": "2"})]}, "2500"),
        ({"GlobalTaxCalculation": "TaxInclusive"}, "6000"),
        ({"CurrencyRef": {"value": "EUR"}}, "6000"),
        ({"Line": [{"DetailType": "SalesItemLineDetail"}]}, "2020"),
    ],
)
def test_a_sale_that_cannot_be_is_refused_with_its_code(
    fields: dict[str, Value], code: str
) -> None:
    with a_client() as client:
        answered = client.post("SalesReceipt", a_sale(**{"Line": [a_line()], **fields}))

        assert (answered.status, answered.code) == (400, code)
        assert client.rows("SalesReceipt", "select * from SalesReceipt") == []


def test_a_number_is_kept_only_if_the_preference_says_so() -> None:
    with a_client() as client:
        own = client.create("SalesReceipt", a_sale(DocNumber="WEB-1"))
        keep_numbers(client)
        kept = client.create("SalesReceipt", a_sale(DocNumber="WEB-1"))

        assert own["DocNumber"] == "1001"
        assert kept["DocNumber"] == "WEB-1"


def test_a_number_is_taken_once_and_the_refusal_names_who_has_it() -> None:
    with a_client() as client:
        keep_numbers(client)
        first = client.create("SalesReceipt", a_sale(DocNumber="WEB-1"))
        customer = a_customer(client)

        twice = client.post("Invoice", a_sale(DocNumber="WEB-1", CustomerRef=customer))
        allowed = client.post(
            "SalesReceipt",
            a_sale(DocNumber="WEB-1"),
            "?include=allowduplicatedocnum",
        )

        assert twice.code == "6140"
        assert f"TxnType=SalesReceipt with TxnId={first['Id']}" in twice.detail
        assert allowed.status == 200


@pytest.mark.parametrize("query", ["", "?operation=delete", "?include=void"])
def test_closed_books_let_nothing_in_and_nothing_out(query: str) -> None:
    with a_client() as client:
        old = client.create("SalesReceipt", a_sale(TxnDate="2025-12-30"))
        close_books(client, "2025-12-31")
        query = query.replace("?include", "?operation=update&include")

        changed = client.post("SalesReceipt", {**old, "PrivateNote": "x"}, query)
        new = client.post("SalesReceipt", a_sale(TxnDate="2025-12-31"))
        after = client.post("SalesReceipt", a_sale(TxnDate="2026-01-01"))

        assert (changed.code, new.code, after.status) == ("6210", "6210", 200)


def test_a_deleted_document_is_not_found_any_more() -> None:
    with a_client() as client:
        made = client.create("SalesReceipt", a_sale())
        body = {"Id": made["Id"], "SyncToken": "0"}

        first = client.post("SalesReceipt", body, "?operation=delete")
        again = client.post("SalesReceipt", body, "?operation=delete")

        assert (first.status, again.code) == (200, "610")


@pytest.mark.parametrize("kind", ["Customer", "RefundReceipt"])
def test_not_everything_can_be_voided(kind: str) -> None:
    with a_client() as client:
        query = "?operation=update&include=void"

        assert client.post(kind, {"Id": "1", "SyncToken": "0"}, query).code == "500"


def test_a_list_entry_cannot_be_deleted() -> None:
    with a_client() as client:
        made = client.create("Customer", {"DisplayName": "Ada"})

        assert client.post("Customer", made, "?operation=delete").code == "500"


def test_a_sale_and_its_return_move_the_quantity() -> None:
    with a_client() as client:
        item = an_item(client)
        line = a_line(item["Id"], 20, Qty=2, UnitPrice=10)

        def on_hand() -> int:
            return int(client.read("Item", item["Id"])["QtyOnHand"])

        sale = client.create("SalesReceipt", a_sale(line))
        after_sale = on_hand()
        where = account(client.simulator.company, "Checking")
        client.create("RefundReceipt", a_sale(line, DepositToAccountRef=where))
        after_return = on_hand()
        line["SalesItemLineDetail"]["Qty"] = 5
        line["Amount"] = 50
        client.create("SalesReceipt", {**sale, "Line": [line]})
        after_change = on_hand()
        body = {"Id": sale["Id"], "SyncToken": "1"}
        client.create("SalesReceipt", body, "?operation=update&include=void")

        assert (after_sale, after_return, after_change, on_hand()) == (8, 10, 7, 12)


def test_an_adjustment_moves_the_quantity_and_its_deletion_takes_it_back() -> None:
    with a_client() as client:
        item = an_item(client)
        detail = {"ItemRef": {"value": item["Id"]}, "QtyDiff": -3}
        line = {"ItemAdjustmentLineDetail": detail}
        shrinkage = account(client.simulator.company, "Inventory Shrinkage")

        made = client.create(
            "InventoryAdjustment", {"Line": [line], "AdjustAccountRef": shrinkage}
        )
        between = client.read("Item", item["Id"])["QtyOnHand"]
        body = {"Id": made["Id"], "SyncToken": "0"}
        client.create("InventoryAdjustment", body, "?operation=delete")

        assert between == 7
        assert client.read("Item", item["Id"])["QtyOnHand"] == 10


def test_a_plan_without_inventory_has_no_adjustments() -> None:
    with a_client(plan="Essentials") as client:
        shrinkage = account(client.simulator.company, "Inventory Shrinkage")
        line = {"ItemAdjustmentLineDetail": {"ItemRef": {"value": "1"}, "QtyDiff": 1}}

        answered = client.post(
            "InventoryAdjustment", {"Line": [line], "AdjustAccountRef": shrinkage}
        )

        assert answered.code == "5020"


def test_nothing_is_sold_before_an_items_inventory_begins() -> None:
    with a_client() as client:
        item = an_item(client, InvStartDate="2026-01-01")
        line = a_line(item["Id"], Qty=1, UnitPrice=10)

        answered = client.post("SalesReceipt", a_sale(line, TxnDate="2025-12-31"))

        assert answered.code == "6270"


@pytest.mark.parametrize(
    "left_out", ["QtyOnHand", "InvStartDate", "AssetAccountRef", "IncomeAccountRef"]
)
def test_an_inventory_item_needs_a_beginning_and_accounts(left_out: str) -> None:
    with a_client() as client:
        answered_name = client.post("Item", _item_without(client, left_out))

        assert answered_name.code == "2020"
        assert left_out in answered_name.detail


def _item_without(client: Client, left_out: str) -> dict[str, Value]:
    made = an_item(client)
    company = client.simulator.company
    body = {
        "Name": f"{made['Name']} 2",
        "Type": "Inventory",
        "QtyOnHand": 1,
        "InvStartDate": "2025-01-01",
        "IncomeAccountRef": account(company, "Sales of Product Income"),
        "ExpenseAccountRef": account(company, "Cost of Goods Sold"),
        "AssetAccountRef": account(company, "Inventory Asset"),
    }
    del body[left_out]
    return body


def test_a_wrong_kind_of_account_is_refused() -> None:
    with a_client() as client:
        wrong = account(client.simulator.company, "Checking")

        answered = client.post(
            "Item", {"Name": "Mug", "Type": "Service", "IncomeAccountRef": wrong}
        )

        assert answered.code == "6430"


def test_a_journal_entry_has_to_balance() -> None:
    with a_client() as client:
        company = client.simulator.company
        lines = [
            {
                "Amount": amount,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": posting,
                    "AccountRef": account(company, "Checking"),
                },
            }
            for posting, amount in (("Debit", 10), ("Credit", 9.99))
        ]

        assert client.post("JournalEntry", {"Line": lines}).code == "2300"


def test_a_planned_refusal_strikes_its_kind_and_then_is_gone() -> None:
    with a_client() as client:
        client.simulator.refuse("SalesReceipt", code="6190", detail="Not today.")

        other = client.post("Customer", {"DisplayName": "Ada"})
        struck = client.post("SalesReceipt", a_sale())
        after = client.post("SalesReceipt", a_sale())

        assert (other.status, struck.code, after.status) == (200, "6190", 200)


@needs_contracts
def test_the_codes_are_those_of_intuits_table() -> None:
    known = contract("qbo-error-codes.json")["codes"]
    with a_client() as client:
        bodies: list[dict[str, Value]] = [{}, {"Shoe": 1}, {"DisplayName": "a:b"}]
        answers = [client.post("Customer", body) for body in bodies]
        answers.append(client.post("Shoe", {}))
        answers.append(client.query("select"))

        assert {one.code for one in answers} <= set(known)
        for one in answers:
            assert faults_of(one.body, "envelopes", "FaultResponse") == []


@needs_contracts
def test_all_that_a_company_holds_fits_intuits_schema() -> None:
    with a_client() as client:
        an_item(client)
        customer = a_customer(client)
        client.create("Invoice", a_sale(CustomerRef=customer))
        client.create("SalesReceipt", a_sale())

        wrong = []
        for kind in set(client.simulator.company.records) - {"Employee"}:
            for row in client.rows(kind, f"select * from {kind} maxresults 1000"):
                wrong += faults_of(row, "entities", kind)

        assert wrong == []
