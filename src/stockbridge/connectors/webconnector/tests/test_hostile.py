"""What strangers may send: refused, cheaply, with a Fault that says nothing of us."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.webconnector import WebConnectorEndpoint, guard, soap
from stockbridge.connectors.webconnector.tests.desk import HonestDesk
from stockbridge.connectors.webconnector.tests.messages import (
    QBWC,
    SOAP_11,
    SOAP_12,
    a_call,
    a_message,
    an_envelope,
    fault_text,
)
from stockbridge.ports import Answer

GOOD = a_message("getLastError", ticket="t")
BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY a{n} "{("&a" + str(n - 1) + ";") * 10}">' for n in range(1, 10)
    )
    + "]>"
)
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def with_prolog(prolog: str, ticket: str = "t") -> str:
    head, _, rest = a_message("getLastError", ticket="@").partition("?>")
    return f"{head}?>{prolog}{rest}".replace("@", ticket)


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", ""),
    "blanks": ("  \n", ""),
    "noise": (bytes(range(256)) * 40, ""),
    "a web page": ("<html><body><p>hello</body></html>", ""),
    "json": ('{"jsonrpc": "2.0"}', "application/json"),
    "a form": ("user=shop&password=x", "application/x-www-form-urlencoded"),
    "a doctype": (with_prolog("<!DOCTYPE x>"), ""),
    "a doctype after a comment": (with_prolog("<!-- a --><!DOCTYPE x>"), ""),
    "a doctype in the middle": (an_envelope("<!DOCTYPE x>"), ""),
    "a doctype in utf-16": (with_prolog(FILE, "&f;").encode("utf-16"), ""),
    "an entity of a file": (with_prolog(FILE, "&f;"), ""),
    "an entity bomb": (with_prolog(BOMB, "&a9;"), ""),
    "an unknown entity": (with_prolog("", "&nobody;"), ""),
    "deep nesting": (an_envelope("<a>" * 100_000 + "</a>" * 100_000), ""),
    "nesting without end": ("<a>" * 1_000_000, ""),
    "many elements": (an_envelope("<a/>" * 1_000_000), ""),
    "many attributes": (
        an_envelope("<a " + " ".join(f'b{n}=">"' for n in range(100_000)) + "/>"),
        "",
    ),
    "a long name": (an_envelope(f"<{'a' * 10_000_000}/>"), ""),
    "a comment without end": (an_envelope("<!-- " + "a" * 1_000_000), ""),
    "a tag without end": ("<a " + "b" * 10_000_000, ""),
    "quotes without end": ("<a " + "b='\"'\"" * 1_000_000, ""),
    "no envelope": (f'<getLastError xmlns="{QBWC}"/>', ""),
    "an envelope of nobody": (an_envelope("<a/>", "urn:nobody"), ""),
    "no body": (f'<s:Envelope xmlns:s="{SOAP_11}"/>', ""),
    "an empty body": (an_envelope(""), ""),
    "two bodies": (GOOD.replace("</soap:Body>", "</soap:Body><soap:Body/>"), ""),
    "two calls": (
        an_envelope(f'<getLastError xmlns="{QBWC}"/><getLastError xmlns="{QBWC}"/>'),
        "",
    ),
    "a call in no namespace": (GOOD.replace(f' xmlns="{QBWC}"', ""), ""),
    "a call in another namespace": (GOOD.replace(QBWC, "urn:nobody"), ""),
    "an unknown method": (a_message("dropTables", ticket="t"), ""),
    "a method of Python": (a_message("__class__", ticket="t"), ""),
    "a missing number": (a_message("sendRequestXML", ticket="t"), ""),
    "a number that is none": (
        a_message("sendRequestXML", qbXMLMajorVers="x", qbXMLMinorVers="0"),
        "",
    ),
    "a number without end": (
        a_message("sendRequestXML", qbXMLMajorVers="9" * 5000, qbXMLMinorVers="0"),
        "",
    ),
    "a doubled parameter": (
        GOOD.replace("<ticket>", "<ticket>a</ticket><ticket>"),
        "",
    ),
    "a parameter with parts": (GOOD.replace(">t<", "><b/><"), ""),
    "a header to be understood": (
        GOOD.replace(
            "<soap:Body>",
            '<soap:Header><x xmlns="urn:x" soap:mustUnderstand="1"/></soap:Header>'
            "<soap:Body>",
        ),
        "",
    ),
    "an unknown charset": (GOOD, "text/xml; charset=klingon"),
    "a charset that is no name": (GOOD, "text/xml; charset=" + "\x00" * 9),
    "a codec that is no charset": (GOOD, "text/xml; charset=zlib_codec"),
    "utf-7": (GOOD, "text/xml; charset=utf-7"),
    "utf-16 without a mark": (GOOD.encode("utf-16-le"), "text/xml"),
    "half an utf-16": (GOOD.encode("utf-16")[:-1], ""),
    "latin said to be utf-8": (
        a_message("authenticate", strUserName="José").encode("iso-8859-1"),
        "text/xml; charset=utf-8",
    ),
    "a NUL": (GOOD.replace(">t<", ">\x00<"), ""),
    "half a message": (GOOD[:-20], ""),
    "more after the end": (GOOD + "<a/>", ""),
}


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
