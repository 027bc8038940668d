"""A customer of QuickBooks takes on what the store changed, and keeps all the rest."""

import json
from dataclasses import replace
from typing import Any

import pytest

from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.customer_changes import change_write
from stockbridge.connectors.books.quickbooks_online.json_text import dumped
from stockbridge.connectors.books.quickbooks_online.naming import Txn
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_basis,
    a_post,
    post,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    faults_of,
    needs_contracts,
    sample,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.tests.customers import ADA, SIDE_STREET
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
)
from stockbridge.domain.commerce import Address
from stockbridge.domain.errors import AnswerLostError
from stockbridge.ports import LookUpOutcome, PostOutcome

MOVED = replace(ADA, billing=SIDE_STREET)
RENAMED = replace(ADA, name="Ada Sample", last_name="Sample")


def a_change(books_id: str, after: CustomerRecord, **given: Any) -> CustomerChange:
    usual: dict[str, Any] = {"before": ADA, "fields": tuple(CustomerField)}
    return CustomerChange(BooksRef(books_id), after=after, **{**usual, **given})


def basis_of(row: dict[str, Any]) -> Basis:
    """Return what was read before: this customer."""
    return replace(a_basis(), records={Txn("Customer", str(row["Id"])): row})


def with_ada(connected: SignedIn) -> str:
    """Return the Id of a customer whom we created."""
    return posted(connected.books(), ADA, "customer/ada/1").books_id


def stored(connected: SignedIn, books_id: str) -> dict[str, Any]:
    """Return the customer as QuickBooks holds it."""
    rows = connected.records("Customer")
    return next(row for row in rows if str(row["Id"]) == books_id)


def typed(connected: SignedIn, books_id: str, **fields: object) -> None:
    """Let somebody type into QuickBooks."""
    row = stored(connected, books_id)
    sent = {"Id": row["Id"], "SyncToken": row["SyncToken"], "sparse": True, **fields}
    connected.simulator.write("Customer", sent)


def test_only_what_changed_is_sent_and_all_else_stays(connected: SignedIn) -> None:
    ada = with_ada(connected)
    typed(connected, ada, Title="Dr")

    result = posted(connected.books(), a_change(ada, RENAMED), "change/ada/1")

    row = stored(connected, ada)
    assert result.error is None
    assert (row["DisplayName"], row["FamilyName"]) == ("Ada Sample", "Sample")
    assert (row["Title"], row["PrimaryPhone"]["FreeFormNumber"]) == ("Dr", "555-0100")
    write = change_write(
        a_post(a_change(ada, RENAMED)),
        basis_of({**row, "DisplayName": "Ada Example"}),
    )
    assert write is not None
    assert set(write.body) == {"Id", "SyncToken", "sparse", "DisplayName"}


def test_a_shorter_address_leaves_no_line_of_the_old_one(connected: SignedIn) -> None:
    ada = with_ada(connected)

    posted(connected.books(), a_change(ada, MOVED), "change/ada/1")

    address = stored(connected, ada)["BillAddr"]
    lines = [address.get(f"Line{number}", "") for number in (1, 2, 3)]
    assert lines == ["Ada Example", "2 Side Street", ""]
    assert address["City"] == "Springfield"


def test_what_somebody_typed_in_quickbooks_stays_and_is_said(
    connected: SignedIn,
) -> None:
    ada = with_ada(connected)
    typed(connected, ada, PrimaryPhone={"FreeFormNumber": "555-0199"})
    after = replace(MOVED, phone="555-0111")

    result = posted(connected.books(), a_change(ada, after), "change/ada/1")

    row = stored(connected, ada)
    assert row["PrimaryPhone"]["FreeFormNumber"] == "555-0199"
    assert row["BillAddr"]["Line2"] == "2 Side Street"
    assert result.error is not None
    assert "Kept as it stands in QuickBooks: the phone number." in result.error.message


def test_where_all_stays_nothing_is_sent(connected: SignedIn) -> None:
    ada = with_ada(connected)
    typed(connected, ada, PrimaryPhone={"FreeFormNumber": "555-0199"})
    version = stored(connected, ada)["SyncToken"]

    after = replace(ADA, phone="555-0111")
    result = posted(connected.books(), a_change(ada, after), "change/ada/1")

    assert result.error is not None
    assert stored(connected, ada)["SyncToken"] == version


@pytest.mark.parametrize("rule", ["hold", "suffix"])
def test_a_name_that_somebody_else_has_is_treated_as_the_settings_say(
    connected: SignedIn, rule: str
) -> None:
    connected.settings["name_taken"] = rule
    ada = with_ada(connected)
    connected.simulator.write("Vendor", {"DisplayName": "Ada Sample"})

    result = post(connected.books(), a_change(ada, RENAMED), "change/ada/1")

    name = stored(connected, ada)["DisplayName"]
    if rule == "hold":
        assert result.outcome is PostOutcome.REFUSED
        assert "belongs to a vendor" in str(result.error)
        assert name == "Ada Example"
    else:
        assert result.outcome is PostOutcome.POSTED
        assert name.startswith("Ada Sample #")


def test_an_answer_that_got_lost_is_looked_up_by_what_the_customer_says(
    connected: SignedIn,
) -> None:
    ada = with_ada(connected)
    request = a_post(a_change(ada, MOVED), "change/ada/1")
    lost = Fault(FaultKind.ANSWER_LOST, "POST", "requestid", times=None)
    connected.simulator.faults.add(lost)

    with pytest.raises(AnswerLostError):
        connected.books().post([request])
    connected.simulator.faults.clear()
    (found,) = connected.books().look_up([request])

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == ada


@needs_contracts
def test_a_change_is_written_as_intuit_shows_it() -> None:
    row = {"Id": "58", "SyncToken": "0", "DisplayName": "Ada Example"}
    change = a_change("58", MOVED, before=replace(ADA, billing=Address()))
    write = change_write(a_post(change), basis_of(row))

    assert write is not None
    body = json.loads(dumped(write.body))
    shown = sample("customer-06")
    assert faults_of(body, "entities", "Customer") == []
    assert (body["Id"], body["SyncToken"], body["sparse"]) == (
        shown["Id"],
        shown["SyncToken"],
        shown["sparse"],
    )
