"""What strangers may send: refused, cheaply, with a Fault that says nothing of us."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.webconnector import WebConnectorEndpoint, guard, soap
from stockbridge.connectors.webconnector.tests.desk import HonestDesk
from stockbridge.connectors.webconnector.tests.hostile import GOOD, HOSTILE
from stockbridge.connectors.webconnector.tests.messages import (
    SOAP_11,
    SOAP_12,
    a_call,
    a_message,
    an_envelope,
    fault_text,
)
from stockbridge.ports import Answer


def served(message: str | bytes, content_type: str = "") -> Answer:
    return WebConnectorEndpoint().serve(a_call(message, content_type), HonestDesk())


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_call_gets_a_fault_that_tells_nothing(name: str) -> None:
    message, content_type = HOSTILE[name]

    answer = served(message, content_type)

    assert answer.status == 400
    said = fault_text(answer)
    assert len(answer.body) < 600
    for leak in ("root:", "Traceback", "lxml", "line 1", "ha" * 10):
        assert leak not in said


CONTENT_TYPES = st.one_of(
    st.text(), st.sampled_from(["", "text/xml", "text/xml; charset=utf-16"])
)


@given(st.binary(), CONTENT_TYPES)
def test_no_bytes_at_all_raise_anything(body: bytes, content_type: str) -> None:
    assert served(body, content_type).status == 400


@given(
    st.integers(0, len(GOOD)), st.integers(0, 9), st.binary(max_size=9), CONTENT_TYPES
)
def test_a_call_with_a_hole_or_a_stain_is_heard_or_refused(
    at: int, gone: int, stain: bytes, content_type: str
) -> None:
    good = GOOD.encode()

    answer = served(good[:at] + stain + good[at + gone :], content_type)

    assert answer.status in {200, 400}


@pytest.mark.parametrize("name", ["many elements", "many attributes", "deep nesting"])
def test_a_small_message_cannot_take_much_memory(name: str) -> None:
    body = str(HOSTILE[name][0]).encode()

    tracemalloc.start()
    try:
        guard.objection(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert guard.objection(body)
    assert peak < 100_000


def test_a_hundred_megabytes_are_refused_before_anything_looks_at_them() -> None:
    body = bytes(100 * 1024 * 1024)

    tracemalloc.start()
    try:
        refused = soap.hear(body, "text/xml")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert isinstance(refused, soap.Refusal)
    assert "large" in refused.message
    assert peak < 100_000


@pytest.mark.parametrize("stain", ["\x01", "&#1;"])
def test_mending_has_an_end(stain: str) -> None:
    most = a_message("getLastError", ticket="@").replace("@", stain * 10_000)
    more = most.replace("<ticket>", f"<ticket>{stain}")

    assert served(most).status == 200
    assert served(more).status == 400


def test_a_fault_speaks_the_callers_soap() -> None:
    old = served(a_message("nothing"))
    new = served(a_message("nothing", SOAP_12))

    assert SOAP_11.encode() in old.body
    assert b"<faultcode>soap:Client</faultcode>" in old.body
    assert old.content_type == "text/xml; charset=utf-8"
    assert SOAP_12.encode() in new.body
    assert b"soap:Sender" in new.body
    assert new.content_type == "application/soap+xml; charset=utf-8"


def test_an_unknown_soap_is_a_version_mismatch() -> None:
    assert "VersionMismatch" in fault_text(served(an_envelope("<a/>", "urn:nobody")))


def test_nobody_is_told_more_about_a_ticket_than_that_it_is_over() -> None:
    desk = HonestDesk(envelopes=[b"<a/>"])
    endpoint = WebConnectorEndpoint()

    answers = [
        endpoint.serve(a_call(a_message("getLastError", ticket=ticket)), desk)
        for ticket in ("", "guess", "ticket-1", "x" * 100_000)
    ]

    assert len({answer.body for answer in answers}) == 1
    assert not desk.handed
