"""Queries, changes since, batches and request ids."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import (
    Client,
    a_client,
    a_customer,
    a_line,
    a_sale,
    an_item,
    clock_of,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    faults_of,
    needs_contracts,
)

DAY = 86400


def names(client: Client, text: str) -> list[str]:
    return [one["DisplayName"] for one in client.rows("Customer", text)]


def some_customers(client: Client) -> None:
    for name in ("Ada", "Bob", "Cy O'Hara", "100% Cotton"):
        client.create("Customer", {"DisplayName": name})


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("DisplayName = 'Ada'", ["Ada"]),
        ("DisplayName = 'Cy O\\'Hara'", ["Cy O'Hara"]),
        ("DisplayName like '%b%'", ["Bob"]),
        ("DisplayName in ('Ada', 'Bob')", ["Ada", "Bob"]),
        ("DisplayName >= 'B' and DisplayName < 'C'", ["Bob"]),
        ("DisplayName = 'Nobody'", []),
        ("Active = true and DisplayName = 'Ada'", ["Ada"]),
    ],
)
def test_a_query_finds_what_it_asks_for(where: str, wanted: list[str]) -> None:
    with a_client() as client:
        some_customers(client)

        assert names(client, f"select * from Customer where {where}") == wanted


def test_pages_follow_each_other() -> None:
    with a_client() as client:
        some_customers(client)
        text = "select * from Customer orderby Id desc startposition {} maxresults 3"

        first = client.query(text.format(1)).body["QueryResponse"]
        second = client.query(text.format(4)).body["QueryResponse"]
        third = client.query(text.format(7)).body["QueryResponse"]

        assert (first["startPosition"], first["maxResults"]) == (1, 3)
        assert [one["DisplayName"] for one in second["Customer"]] == ["Ada"]
        assert third == {}


def test_a_hundred_come_unless_more_are_asked_for_and_never_over_a_thousand() -> None:
    with a_client() as client:
        for number in range(1001):
            fields = {"DisplayName": f"C{number:04d}", "Active": True}
            client.simulator.company.put("Customer", fields)

        usual = names(client, "select * from Customer")
        most = names(client, "select * from Customer maxresults 2000")
        count = client.query("select count(*) from Customer").body["QueryResponse"]

        assert (len(usual), len(most)) == (100, 1000)
        assert count == {"totalCount": 1001}


def test_inactive_entries_come_only_if_they_are_asked_for() -> None:
    with a_client() as client:
        made = client.create("Customer", {"DisplayName": "Ada"})
        client.create("Customer", {**made, "sparse": True, "Active": False})

        text = "select * from Customer"
        assert names(client, text) == []
        assert len(names(client, f"{text} where Active in (true, false)")) == 1


def test_chosen_fields_come_alone() -> None:
    with a_client() as client:
        made = client.create("Customer", {"DisplayName": "Ada", "Notes": "x"})

        (row,) = client.rows("Customer", "select Id, DisplayName from Customer")

        assert row["Id"] == made["Id"]
        assert "Notes" not in row


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("select * from Customer where DisplayName = 'a' or Id = '1'", "4000"),
        ("select * from Customer where DisplayName = O'Hara", "4000"),
        ("select * from Customer where DisplayName != 'a'", "4000"),
        ("update Customer", "4000"),
        ("", "4000"),
        ("select * from Shoe", "4001"),
        ("select * from Customer where Shoe = '1'", "4001"),
        ("select * from SalesReceipt where PrivateNote = 'x'", "4001"),
        ("select * from SalesReceipt where Line.Amount > '1'", "4001"),
    ],
)
def test_what_cannot_be_asked_is_refused(text: str, code: str) -> None:
    with a_client() as client:
        answered = client.query(text)

        assert (answered.status, answered.code) == (400, code)


def test_documents_are_found_by_number_day_and_time_of_change() -> None:
    with a_client() as client:
        first = client.create("SalesReceipt", a_sale(TxnDate="2026-01-02"))
        clock_of(client).advance(60)
        client.create("SalesReceipt", a_sale(TxnDate="2026-01-03"))
        moment = first["MetaData"]["LastUpdatedTime"]

        def found(where: str) -> list[str]:
            text = f"select * from SalesReceipt where {where}"
            return [one["DocNumber"] for one in client.rows("SalesReceipt", text)]

        assert found("DocNumber = '1001'") == ["1001"]
        assert found("TxnDate > '2026-01-02'") == ["1002"]
        assert found("TotalAmt >= '10.00'") == ["1002", "1001"]
        assert found(f"MetaData.LastUpdatedTime > '{moment}'") == ["1002"]


def cdc(client: Client, since: str, entities: str) -> list[dict[str, Value]]:
    path = f"cdc?entities={entities}&changedSince={since}"
    answered = client.ask("GET", path)
    assert answered.status == 200, answered.text
    assert faults_or_none(answered.body) == []
    found: list[dict[str, Value]] = answered.body["CDCResponse"][0]["QueryResponse"]
    return found


def faults_or_none(body: Value) -> list[str]:
    """Return what the schema has against a CDC answer, where there is a schema."""
    try:
        return faults_of(body, "envelopes", "CDCResponse")
    except FileNotFoundError:
        return []


def test_changes_tell_what_is_new_changed_and_gone() -> None:
    with a_client() as client:
        kept = client.create("SalesReceipt", a_sale())
        clock_of(client).advance(60)
        since = clock_of(client).now().isoformat().replace("+00:00", "Z")
        gone = client.create("SalesReceipt", a_sale())
        body = {"Id": gone["Id"], "SyncToken": "0"}
        client.create("SalesReceipt", body, "?operation=delete")

        sales, customers = cdc(client, since, "SalesReceipt,Customer")

        assert customers == {}
        (row,) = sales["SalesReceipt"]
        assert (row["Id"], row["status"]) == (gone["Id"], "Deleted")
        assert row["MetaData"]["LastUpdatedTime"]
        assert kept["Id"] != gone["Id"]


def test_changes_are_told_for_thirty_days() -> None:
    with a_client() as client:
        since = clock_of(client).now().isoformat().replace("+00:00", "Z")
        clock_of(client).advance(30 * DAY + 1)
        path = f"cdc?entities=Customer&changedSince={since}"
        client.token = _fresh_token(client)

        assert client.ask("GET", path).code == "2190"


def _fresh_token(client: Client) -> str:
    authorizer = client.simulator.authorizer
    form = {
        "grant_type": "authorization_code",
        "code": client.simulator.authorise(),
        "client_id": client.simulator.client_id,
        "client_secret": client.simulator.client_secret,
    }
    return str(authorizer.token(form, "")["access_token"])


def test_no_more_than_a_thousand_changes_are_told_and_nobody_says_so() -> None:
    with a_client() as client:
        since = clock_of(client).now().isoformat().replace("+00:00", "Z")
        for number in range(1001):
            fields = {"DisplayName": f"C{number:04d}", "Active": True}
            client.simulator.company.put("Customer", fields)

        customers, items = cdc(client, since, "Customer,Item")

        assert customers["maxResults"] == 1000
        assert items == {}


@pytest.mark.parametrize("kind", ["TaxCode", "TaxRate", "TaxAgency"])
def test_taxes_have_no_changes(kind: str) -> None:
    with a_client() as client:
        since = clock_of(client).now().isoformat().replace("+00:00", "Z")

        answered = client.ask("GET", f"cdc?entities={kind}&changedSince={since}")

        assert answered.code == "2000"


@pytest.mark.parametrize("touches", [True, False])
def test_a_sold_item_is_a_changed_one_or_not(touches: bool) -> None:  # noqa: FBT001
    with a_client(sales_touch_items=touches) as client:
        item = an_item(client)
        clock_of(client).advance(60)
        since = clock_of(client).now().isoformat().replace("+00:00", "Z")
        line = a_line(item["Id"], Qty=1, UnitPrice=10)

        client.create("SalesReceipt", a_sale(line))

        (items,) = cdc(client, since, "Item")
        assert [one["QtyOnHand"] for one in items.get("Item", [])] == (
            [9] if touches else []
        )
        assert client.read("Item", item["Id"])["SyncToken"] == "0"


def test_a_request_id_makes_one_object_whatever_is_sent_again() -> None:
    with a_client() as client:
        first = client.create("SalesReceipt", a_sale(), "?requestid=r1")
        again = client.create(
            "SalesReceipt", a_sale(a_line(amount=99)), "?requestid=r1"
        )
        other = client.create("SalesReceipt", a_sale(), "?requestid=r2")

        assert again == first
        assert other["Id"] != first["Id"]


def test_a_refused_request_may_come_again_under_its_id() -> None:
    with a_client() as client:
        client.simulator.refuse("SalesReceipt")
        refused = client.post("SalesReceipt", a_sale(), "?requestid=r1")

        made = client.post("SalesReceipt", a_sale(), "?requestid=r1")

        assert (refused.code, made.status) == ("6000", 200)


def test_a_refusal_is_kept_under_its_id_where_the_switch_says_so() -> None:
    with a_client() as client:
        client.simulator.gateway.services[client.realm_id].repeats.keeps_refusals = True
        client.simulator.refuse("SalesReceipt")

        told = [client.post("SalesReceipt", a_sale(), "?requestid=r1") for _ in "ab"]

        assert [one.code for one in told] == ["6000", "6000"]


def test_a_request_id_is_forgotten_after_a_day() -> None:
    with a_client() as client:
        first = client.create("SalesReceipt", a_sale(), "?requestid=r1")
        clock_of(client).advance(DAY + 1)
        client.token = _fresh_token(client)

        again = client.create("SalesReceipt", a_sale(), "?requestid=r1")

        assert again["Id"] != first["Id"]


def test_of_equal_requests_at_once_one_is_written() -> None:
    with a_client() as client, ThreadPoolExecutor(4) as several:
        made = several.map(
            lambda _: client.create("SalesReceipt", a_sale(), "?requestid=r1"),
            range(8),
        )

        assert len({one["Id"] for one in made}) == 1


def test_a_request_id_has_fifty_characters_at_most() -> None:
    with a_client() as client:
        query = f"?requestid={'r' * 51}"

        assert client.post("SalesReceipt", a_sale(), query).code == "2130"


def test_a_batch_sent_again_makes_nothing_twice() -> None:
    with a_client() as client:
        items = [
            {"bId": f"b{number}", "operation": "create", "SalesReceipt": a_sale()}
            for number in range(3)
        ]
        body = {"BatchItemRequest": items}
        client.simulator.refuse("SalesReceipt")  # one of the three

        first = client.post("batch", body, "?requestid=r1").body["BatchItemResponse"]
        again = client.post("batch", body, "?requestid=r1").body["BatchItemResponse"]

        ids = {one["bId"]: one.get("SalesReceipt", {}).get("Id") for one in first}
        later = {one["bId"]: one["SalesReceipt"]["Id"] for one in again}
        assert sum(one is None for one in ids.values()) == 1
        assert all(later[name] == made for name, made in ids.items() if made)
        assert len(client.rows("SalesReceipt", "select * from SalesReceipt")) == 3


def test_a_batch_answers_in_an_order_of_its_own() -> None:
    with a_client() as client:
        items = [
            {"bId": f"b{number}", "Query": "select count(*) from Account"}
            for number in range(30)
        ]

        answered = client.post("batch", {"BatchItemRequest": items})

        told = [one["bId"] for one in answered.body["BatchItemResponse"]]
        assert sorted(told) == sorted(one["bId"] for one in items)
        assert told != [one["bId"] for one in items]


def test_a_batch_has_thirty_items_at_most() -> None:
    with a_client() as client:
        items = [{"bId": str(n), "Query": "select * from Item"} for n in range(31)]

        assert client.post("batch", {"BatchItemRequest": items}).code == "1040"


def test_who_does_not_ask_for_json_gets_xml() -> None:
    with a_client() as client:
        a_customer(client)

        answered = client.ask("GET", "query?query=select+*+from+Customer", accept="*/*")

        assert answered.headers["content-type"] == "application/xml"
        assert b"<DisplayName>Ada Example</DisplayName>" in answered.text


@needs_contracts
def test_batches_look_as_the_contracts_say() -> None:
    with a_client() as client:
        body = {
            "BatchItemRequest": [
                {"bId": "1", "operation": "create", "Customer": {"DisplayName": "Ada"}},
                {"bId": "2", "operation": "create", "Customer": {}},
                {"bId": "3", "Query": "select * from Customer"},
            ]
        }
        assert faults_of(body, "envelopes", "BatchRequest") == []

        answered = client.post("batch", body)

        assert faults_of(answered.body, "envelopes", "BatchResponse") == []
