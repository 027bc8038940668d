"""Reading the Web Connector's calls and writing the answers."""

from dataclasses import fields

import pytest

from stockbridge.connectors.webconnector import soap
from stockbridge.connectors.webconnector.methods import (
    METHODS,
    Authenticate,
    MethodCall,
    ReceiveResponse,
    Result,
    SendRequest,
    ServerVersion,
    Shape,
)
from stockbridge.connectors.webconnector.tests.contract_files import (
    assert_valid,
    needs_contracts,
)
from stockbridge.connectors.webconnector.tests.messages import (
    QBWC,
    SOAP_11,
    SOAP_12,
    a_message,
    an_envelope,
)

IN_THE_WSDL = [name for name in METHODS if "nteractive" not in name]
SAMPLES: dict[Shape, Result] = {
    Shape.TEXT: "a < b & c",
    Shape.NUMBER: -1,
    Shape.TEXTS: ("ticket", "", "", "60"),
}


def heard(message: str | bytes, content_type: str = "") -> MethodCall:
    body = message.encode() if isinstance(message, str) else message
    found = soap.hear(body, content_type)
    assert isinstance(found, soap.Heard), found
    return found.call


def full_message(name: str, version: str = SOAP_11) -> str:
    parameters = METHODS[name].parameters
    return a_message(name, version, **{p.name: "7" for p in parameters})


@pytest.mark.parametrize("version", [SOAP_11, SOAP_12])
@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_read_with_all_its_parameters(name: str, version: str) -> None:
    call = heard(full_message(name, version))

    assert type(call) is METHODS[name].value
    assert [getattr(call, f.name) for f in fields(call)] == ["7"] * len(fields(call))


def test_the_real_first_call_is_an_empty_element() -> None:
    call = heard(an_envelope(f'<serverVersion xmlns="{QBWC}" />'))

    assert call == ServerVersion()


def test_a_text_that_is_missing_or_nil_is_empty() -> None:
    missing = heard(a_message("receiveResponseXML", ticket="t", response="<a/>"))
    nil = heard(
        an_envelope(
            f'<receiveResponseXML xmlns="{QBWC}"><ticket>t</ticket>'
            '<response xsi:nil="true"/></receiveResponseXML>'
        )
    )

    assert missing == ReceiveResponse("t", "<a/>", "", "")
    assert nil == ReceiveResponse("t", "", "", "")


def test_a_document_inside_arrives_letter_by_letter() -> None:
    inside = '<?xml version="1.0"?>\n<a b="&amp;">é “x” ]]&gt; 中 \U0001f600</a>'

    call = heard(a_message("receiveResponseXML", ticket="t", response=inside))

    assert isinstance(call, ReceiveResponse)
    assert call.response == inside


def test_a_document_in_a_cdata_section_is_the_same() -> None:
    call = heard(
        an_envelope(
            f'<receiveResponseXML xmlns="{QBWC}"><ticket>t</ticket><response>'
            "<![CDATA[<a><b/></a>]]></response></receiveResponseXML>"
        )
    )

    assert call == ReceiveResponse("t", "<a><b/></a>", "", "")


def test_a_long_answer_is_one_text() -> None:
    inside = "<a>" + "<b>0123456789</b>" * 1_000_000 + "</a>"

    call = heard(a_message("receiveResponseXML", ticket="t", response=inside))

    assert isinstance(call, ReceiveResponse)
    assert call.response == inside


def test_a_control_character_does_not_cost_the_whole_answer() -> None:
    message = a_message("receiveResponseXML", ticket="t", response="Mug@Blue#")

    found = [
        heard(message.replace("@", "&#x1F;").replace("#", "#")),
        heard(message.replace("@", "&#31;")),
        heard(message.replace("@", "\x1f")),
        heard(message.replace("@", "&#xD83D;")),
    ]

    assert found == [ReceiveResponse("t", "Mug\ufffdBlue#", "", "")] * 4


@pytest.mark.parametrize(
    ("codec", "content_type", "mark"),
    [
        ("utf-8", "text/xml; charset=utf-8", ""),
        ("utf-8", 'text/xml; charset="UTF-8"', ""),
        ("utf-8", "", "\ufeff"),
        ("utf-16", "text/xml", ""),
        ("iso-8859-1", "text/xml; charset=ISO-8859-1", ""),
        ("cp1252", 'application/soap+xml; charset=windows-1252; action="x"', ""),
    ],
)
def test_a_message_may_be_in_any_common_encoding(
    codec: str, content_type: str, mark: str
) -> None:
    message = mark + a_message("authenticate", strUserName="José", strPassword="é")

    call = heard(message.encode(codec), content_type)

    assert call == Authenticate("José", "é")


def test_the_declared_encoding_counts_where_the_header_says_nothing() -> None:
    message = a_message("authenticate", strUserName="José").replace(
        "utf-8", "iso-8859-1"
    )

    assert heard(message.encode("iso-8859-1"), "text/xml") == Authenticate("José")


def test_a_password_is_not_in_what_is_printed() -> None:
    assert "geheim" not in repr(Authenticate("shop", "geheim"))
    assert "geheim" not in repr(ReceiveResponse("t", "geheim"))


def test_only_what_quickbooks_says_may_be_long() -> None:
    long = "x" * 2_000_000
    names = ("ticket", "response", "hresult", "message")

    call = heard(a_message("receiveResponseXML", **dict.fromkeys(names, long)))

    assert isinstance(call, ReceiveResponse)
    assert len(call.response) == 2_000_000
    assert {len(call.ticket), len(call.hresult), len(call.message)} == {1000}


def test_numbers_are_kept_as_they_were_written() -> None:
    call = heard(full_message("sendRequestXML").replace(">7<", "> 3 <"))

    assert isinstance(call, SendRequest)
    assert (call.major_version, call.minor_version) == ("3", "3")


@needs_contracts
@pytest.mark.parametrize("name", IN_THE_WSDL)
def test_our_own_test_messages_are_as_in_the_wsdl(name: str) -> None:
    assert_valid(full_message(name).encode(), "qbwc-soap-body.xsd")


@needs_contracts
@pytest.mark.parametrize("name", IN_THE_WSDL)
def test_every_answer_is_as_in_the_wsdl(name: str) -> None:
    call = soap.hear(full_message(name).encode())
    assert isinstance(call, soap.Heard)

    answer = soap.answer(call, SAMPLES[METHODS[name].shape])

    assert_valid(answer, "qbwc-soap-body.xsd")


@needs_contracts
def test_any_text_for_people_can_travel() -> None:
    call = soap.hear(a_message("getLastError", ticket="t").encode())
    assert isinstance(call, soap.Heard)

    answer = soap.answer(call, "a\x00b\x1fc\ud800d ]]> <e/> \r\n ü")

    assert_valid(answer, "qbwc-soap-body.xsd")
    assert "a\ufffdb\ufffdc\ufffdd" in answer.decode()
