"""What leaves for QuickBooks Online: valid by Intuit's shapes, whatever is in it."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.encode import write_of
from stockbridge.connectors.books.quickbooks_online.json_text import dumped, loaded
from stockbridge.connectors.books.quickbooks_online.lines import unit_price
from stockbridge.connectors.books.quickbooks_online.tests.any_documents import (
    BASES,
    DOCUMENTS,
)
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_basis,
    a_line,
    a_post,
    a_sale,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    contract,
    faults_of,
    needs_contracts,
)
from stockbridge.connectors.books.quickbooks_online.texts import line_of, listed_name
from stockbridge.connectors.tests.any_documents import TEXTS
from stockbridge.domain.accounting import Document
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.domain.identity import marker_of
from stockbridge.domain.money import Money


@needs_contracts
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(document=DOCUMENTS, basis=BASES)
def test_a_write_of_anything_validates(document: Document, basis: Basis) -> None:
    try:
        write = write_of(a_post(document), basis, today=DAY)
    except ActionNeededError:
        return  # held, with its reason

    body = json.loads(dumped(write.body))

    limits = contract("qbo-field-limits.derived.json")["limits"][write.entity.lower()]
    too_long = [n for n, most in limits.items() if len(str(body.get(n, ""))) > most]
    item = {"bId": "1", "operation": "create", write.entity: body}
    batch = {"BatchItemRequest": [item]}
    assert faults_of(body, "entities", write.entity) == []
    assert too_long == []
    assert faults_of(batch, "envelopes", "BatchRequest") == []


@given(text=TEXTS)
def test_anything_becomes_one_line_without_control_characters(text: str) -> None:
    line = line_of(text, 100)

    assert line == line.strip()
    assert len(line) <= 100
    assert not any(ord(char) < 32 or char in "\x7f\u2028\u2029" for char in line)


@given(text=TEXTS)
def test_a_name_never_has_a_colon_and_is_never_empty(text: str) -> None:
    name = listed_name(text, 100, otherwise="Customer K7Q2")

    assert name
    assert ":" not in name
    assert "\t" not in name


@given(total=st.integers(0, 10**9), units=st.integers(1, 10**6))
def test_a_price_is_told_only_where_it_gives_the_amount(total: int, units: int) -> None:
    amount = Money(Decimal(total) / 100, "USD")

    price = unit_price(amount, Decimal(units))

    assert price is None or price * units == amount.amount


def test_three_for_ten_has_no_price_and_keeps_its_amount() -> None:
    line = a_line(total="10.00", tax="0", units="3")

    write = write_of(a_post(a_sale(line)), a_basis(), today=DAY)
    body = json.loads(dumped(write.body))

    detail = body["Line"][0]["SalesItemLineDetail"]
    assert body["Line"][0]["Amount"] == 10.00
    assert (detail["Qty"], "UnitPrice" in detail) == (3, False)


def test_amounts_are_written_digit_by_digit() -> None:
    assert (
        dumped({"a": Decimal("0.10"), "b": Decimal("1E+3")}) == b'{"a":0.10,"b":1000}'
    )
    assert loaded(b'{"a": 0.1}') == {"a": Decimal("0.1")}
    with pytest.raises(TypeError):
        dumped({"a": 0.1})


def test_a_request_id_is_the_same_in_every_try_and_short_enough() -> None:
    sale = a_sale()
    first = write_of(a_post(sale, attempt=1), a_basis(), today=DAY)
    again = write_of(a_post(sale, attempt=2), a_basis(), today=date(2026, 2, 1))
    other = write_of(a_post(sale, "sale/1001/2"), a_basis(), today=DAY)

    assert first.request_id == again.request_id != other.request_id
    assert len(first.request_id) <= 36
    assert len(naming.batch_request_id([first.request_id] * 30)) <= 36


def test_a_sale_carries_our_marker_its_number_and_its_lines() -> None:
    post = a_post(a_sale(reference="#1001"))

    body = write_of(post, a_basis(), today=DAY).body

    assert body["DocNumber"] == "1001"
    assert str(body["PrivateNote"]).startswith(f"{post.marker} #1001")
    assert body["TxnDate"] == "2026-01-05"


def test_a_reference_too_long_is_held_at_its_field() -> None:
    with pytest.raises(InvalidInputError, match="21 characters") as caught:
        write_of(a_post(a_sale(reference="X" * 22)), a_basis(), today=DAY)

    assert caught.value.field == "reference"
    assert caught.value.remedy


def test_another_currency_is_held_where_the_company_keeps_one() -> None:
    sale = a_sale(a_line(tax="0", currency="EUR"))

    with pytest.raises(ActionNeededError, match="keeps USD only"):
        write_of(a_post(sale), a_basis(), today=DAY)
    many = write_of(a_post(sale), a_basis(has_many_currencies=True), today=DAY)

    assert many.body["CurrencyRef"] == {"value": "EUR"}


@pytest.mark.parametrize(
    "prefix", ["", "Voided", "Voided - ", "Voided: ", "Voided - Voided - "]
)
def test_a_marker_is_found_also_after_a_document_was_voided(prefix: str) -> None:
    marker = marker_of("sale/7/1", generation=1)
    other = marker_of("sale/77/1", generation=1)

    assert naming.carries(f"{prefix}{marker} 7", marker)
    assert not naming.carries(f"{prefix}{marker} 7", other)
    assert not naming.carries(f"see {marker}", marker)


def test_the_parts_of_a_bundle_are_told_by_the_note() -> None:
    marker = marker_of("sale/7/1", generation=1)
    note = f"{marker} 7 {naming.parts_note([('11~1', '19'), ('a=b~2', '20')])}"

    assert naming.parts_in(note) == {"11~1": "19", "a=b~2": "20"}
    assert naming.parts_in(f"{marker} 7") == {}
