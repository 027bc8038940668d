"""Whatever is done in whatever order: quantities and balances add up."""

from decimal import Decimal
from typing import TypeAlias

from hypothesis import example, given, settings
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_online.simulator.company import Company
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import (
    Client,
    a_client,
    a_customer,
    a_line,
    a_sale,
    account,
    an_item,
)

Step: TypeAlias = tuple[str, str, int, int]
_KINDS = ("SalesReceipt", "Invoice", "RefundReceipt", "CreditMemo", "Payment")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "update", "delete", "void"]),
        st.sampled_from(_KINDS),
        st.integers(1, 5),  # how many, or how much
        st.integers(0, 50),  # which of those that there are
    ),
    max_size=14,
)


@given(steps=STEPS)
@example(
    [
        ("create", "Invoice", 3, 0),
        ("create", "Payment", 3, 0),
        ("void", "Invoice", 1, 0),
    ]
)
@settings(max_examples=30)
def test_quantities_and_balances_follow_from_the_documents(steps: list[Step]) -> None:
    with a_client() as client:
        item, who = an_item(client)["Id"], a_customer(client)
        company = client.simulator.company

        for step in steps:
            _do(client, step, item, who)

        stored = company.get("Item", item)["QtyOnHand"]
        assert stored == 10 + sum(_moved(company))
        for invoice in company.of("Invoice"):
            paid = sum(_paid(company, invoice["Id"]), Decimal(0))
            assert invoice["Balance"] == invoice["TotalAmt"] - paid
        for payment in company.of("Payment"):
            used = sum((line["Amount"] for line in payment["Line"]), Decimal(0))
            assert payment["UnappliedAmt"] == payment["TotalAmt"] - used
        owing = sum((one["Balance"] for one in company.of("Invoice")), Decimal(0))
        owing -= sum(one["UnappliedAmt"] for one in company.of("Payment"))
        owing -= sum(one["RemainingCredit"] for one in company.of("CreditMemo"))
        assert company.get("Customer", who["value"])["Balance"] == owing


def _moved(company: Company) -> list[Decimal]:
    """Return what each line of each document moves, read from the documents."""
    return [
        detail["Qty"] * (-1 if kind in {"SalesReceipt", "Invoice"} else 1)
        for kind in _KINDS
        for document in company.of(kind)
        for line in document["Line"]
        if (detail := line.get("SalesItemLineDetail"))
    ]


def _paid(company: Company, invoice_id: str) -> list[Decimal]:
    return [
        line["Amount"]
        for payment in company.of("Payment")
        for line in payment["Line"]
        if line["LinkedTxn"][0]["TxnId"] == invoice_id
    ]


def _do(client: Client, step: Step, item: str, who: Json) -> None:
    """Take a step; a refusal is an answer, too."""
    operation, kind, count, which = step
    there = list(client.simulator.company.of(kind))
    if operation == "create" or not there:
        client.post(kind, _body(client, kind, count, item, who))
        return
    chosen = there[which % len(there)]
    body = {"Id": chosen["Id"], "SyncToken": chosen["SyncToken"]}
    if operation == "update":
        body |= _body(client, kind, count, item, who)
    way = {"void": "?operation=update&include=void", "update": ""}
    client.post(kind, body, way.get(operation, f"?operation={operation}"))


def _body(client: Client, kind: str, count: int, item: str, who: Json) -> Json:
    if kind == "Payment":
        link = _open_invoice(client)
        line: list[Value] = [{"Amount": count, "LinkedTxn": [link]}] if link else []
        return {"CustomerRef": who, "TotalAmt": count + 1, "Line": line}
    where = account(client.simulator.company, "Checking")
    line = [a_line(item, 3 * count, Qty=count, UnitPrice=3)]
    return a_sale(*line, CustomerRef=who, DepositToAccountRef=where)


def _open_invoice(client: Client) -> Json | None:
    for invoice in client.simulator.company.of("Invoice"):
        if invoice["Balance"] > 0:
            return {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    return None


@given(
    name=st.text(
        st.characters(
            exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=":"
        ),
        min_size=1,
        max_size=40,
    ).filter(lambda text: text.strip())
)
@settings(max_examples=30)
def test_a_quoted_name_is_found_whatever_is_in_it(name: str) -> None:
    with a_client() as client:
        made = client.create("Customer", {"DisplayName": name})
        quoted = name.replace("\\", "\\\\").replace("'", "\\'")

        found = client.rows(
            "Customer", f"select * from Customer where DisplayName = '{quoted}'"
        )

        assert [one["Id"] for one in found] == [made["Id"]]
