"""The Web Connector's calls at a desk, byte by byte."""

from typing import Any

import pytest

from stockbridge.connectors.webconnector import WebConnectorEndpoint, soap
from stockbridge.connectors.webconnector.tests.contract_files import (
    assert_valid,
    needs_contracts,
)
from stockbridge.connectors.webconnector.tests.desk import PASSWORD, USER, HonestDesk
from stockbridge.connectors.webconnector.tests.messages import (
    a_call,
    a_message,
    result,
    results,
)
from stockbridge.connectors.webconnector.versions import VersionPolicy
from stockbridge.domain.errors import DefectError
from stockbridge.ports import Answer, Call, Fault, SignedIn, Verdict

ENDPOINT = WebConnectorEndpoint()
ENVELOPE = b'<?xml version="1.0" encoding="utf-8"?><A n="1"/>'
NOTICE = {
    "strHCPResponse": "<facts/>",
    "strCompanyFileName": "C:\\Books\\Shop.qbw",
    "qbXMLCountry": "US",
    "qbXMLMajorVers": "16",
    "qbXMLMinorVers": "0",
}


def asked(desk: HonestDesk, method: str, /, **parameters: str) -> Answer:
    return ENDPOINT.serve(a_call(a_message(method, **parameters)), desk)


def signed_in(desk: HonestDesk) -> list[str]:
    return results(asked(desk, "authenticate", strUserName=USER, strPassword=PASSWORD))


def a_desk(**changes: Any) -> HonestDesk:
    return HonestDesk(**{"envelopes": [ENVELOPE, b"<B/>"], **changes})


def at_work(desk: HonestDesk) -> str:
    """Sign in and take the first envelope; return the ticket."""
    ticket = signed_in(desk)[0]
    asked(desk, "sendRequestXML", ticket=ticket, **NOTICE)
    return ticket


def test_a_whole_conversation() -> None:
    desk = a_desk()

    assert result(asked(desk, "serverVersion")) == "Stockbridge"
    assert result(asked(desk, "clientVersion", strVersion="2.3.0.215")) == ""
    ticket, company, *rest = signed_in(desk)
    first = result(asked(desk, "sendRequestXML", ticket=ticket, **NOTICE))
    half = result(asked(desk, "receiveResponseXML", ticket=ticket, response="<a/>"))
    second = result(asked(desk, "sendRequestXML", ticket=ticket, **NOTICE))
    all_ = result(asked(desk, "receiveResponseXML", ticket=ticket, response="<b/>"))
    bye = result(asked(desk, "closeConnection", ticket=ticket))

    assert (company, rest) == ("", ["", "60"])
    assert (first, second) == (ENVELOPE.decode(), "<B/>")
    assert (half, all_, bye) == ("50", "100", "Done.")
    assert desk.answers == [b"<a/>", b"<b/>"]
    assert desk.notes == ["2.3.0.215"]
    assert desk.notices[0].facts == "<facts/>"
    assert desk.notices[0].company_path == "C:\\Books\\Shop.qbw"
    assert (desk.notices[0].major_version, desk.notices[0].country) == ("16", "US")


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        (SignedIn(Verdict.OPEN, "t"), ["t", ""]),
        (SignedIn(Verdict.OPEN, "t", "C:\\a.qbw"), ["t", "C:\\a.qbw"]),
        (SignedIn(Verdict.OPEN, "t", "", None, 600), ["t", "", "", "600"]),
        (SignedIn(Verdict.NOTHING, "t"), ["t", "none"]),
        (SignedIn(Verdict.NOTHING, "t", "", 300), ["t", "none", "300"]),
        (SignedIn(Verdict.NOTHING, "t", "", 300, 60), ["t", "none", "300", "60"]),
        (SignedIn(Verdict.BUSY, "t", "", None, 60), ["t", "busy", "", "60"]),
        (SignedIn(Verdict.INVALID, "t", "secret", 300, 60), ["t", "nvu"]),
    ],
)
def test_each_verdict_has_its_word(said: SignedIn, texts: list[str]) -> None:
    assert signed_in(HonestDesk(sign_in_as=said)) == texts


def test_an_update_that_has_work_is_never_held_back() -> None:
    desk = HonestDesk(sign_in_as=SignedIn(Verdict.OPEN, "t", "", 300, 60))

    assert signed_in(desk) == ["t", "", "", "60"]


def test_who_gets_no_ticket_still_gets_a_text_in_its_place() -> None:
    wrong = results(asked(a_desk(), "authenticate", strUserName="x"))

    assert len(wrong[0]) == 36
    assert wrong[1:] == ["nvu"]


def test_a_second_conversation_is_busy_while_the_first_is_open() -> None:
    desk = a_desk()
    signed_in(desk)

    assert signed_in(desk)[1] == "busy"


def test_an_answer_counts_even_if_an_error_comes_with_it() -> None:
    desk = a_desk()
    ticket = at_work(desk)

    asked(desk, "receiveResponseXML", ticket=ticket, response="<a/>", hresult="0x1")

    assert desk.answers == [b"<a/>"]
    assert desk.doubted == []


@pytest.mark.parametrize(
    "silence", [{"hresult": " 0x80040402 ", "message": "no"}, {"response": " \r\n"}, {}]
)
def test_no_answer_is_a_lost_answer_and_getlasterror_explains(
    silence: dict[str, str],
) -> None:
    desk = a_desk()
    ticket = at_work(desk)

    percent = result(asked(desk, "receiveResponseXML", ticket=ticket, **silence))
    why = result(asked(desk, "getLastError", ticket=ticket))

    assert percent == "-1"
    assert desk.doubted == [ENVELOPE]
    assert desk.faults[0].message == silence.get("message", "")
    assert desk.faults[0].remedy in why


def test_an_answer_is_given_on_as_utf8_that_says_so() -> None:
    desk = a_desk()
    ticket = at_work(desk)
    inside = '<?xml version="1.0" encoding="windows-1252"?><A>Café</A>'

    asked(desk, "receiveResponseXML", ticket=ticket, response=inside)

    assert desk.answers == [inside.replace("windows-1252", "utf-8").encode()]


def test_a_company_that_cannot_be_opened_is_tried_elsewhere_then_given_up() -> None:
    desk = a_desk(paths=["C:\\a.qbw", "C:\\b.qbw", "C:\\c.qbw"])
    ticket = signed_in(desk)[0]

    told = [
        result(asked(desk, "connectionError", ticket=ticket, hresult="0x80040408"))
        for _ in range(4)
    ]

    assert told == ["C:\\a.qbw", "C:\\b.qbw", "done", "done"]
    assert desk.faults[0].hresult == "0x80040408"


def test_the_desk_hears_a_code_in_words() -> None:
    desk = a_desk()
    ticket = at_work(desk)

    asked(
        desk,
        "receiveResponseXML",
        ticket=ticket,
        hresult="-2147220460",
        message="Close  the\r\ndialog box.",
    )

    assert desk.faults == [
        Fault(
            "0x80040414",
            "Close the dialog box.",
            "A window in QuickBooks waits for an answer and blocks everything else.",
            "Go to QuickBooks and close the open window or message.",
        )
    ]


def test_nothing_yet_is_noop_and_then_there_is_something() -> None:
    desk = a_desk(idle_asks=1)
    ticket = signed_in(desk)[0]

    nothing = result(asked(desk, "sendRequestXML", ticket=ticket, **NOTICE))
    why = result(asked(desk, "getLastError", ticket=ticket))
    then = result(asked(desk, "sendRequestXML", ticket=ticket, **NOTICE))

    assert (nothing, why, then) == ("", "NoOp", ENVELOPE.decode())


def test_a_replayed_answer_does_nothing_a_second_time() -> None:
    desk = a_desk()
    ticket = at_work(desk)
    answer = {"ticket": ticket, "response": "<a/>"}

    first = result(asked(desk, "receiveResponseXML", **answer))
    again = result(asked(desk, "receiveResponseXML", **answer))

    assert (first, again) == ("50", "-1")
    assert desk.answers == [b"<a/>"]
    assert desk.late == [b"<a/>"]


def test_an_error_window_is_never_blank() -> None:
    desk = a_desk()
    ticket = at_work(desk)
    asked(desk, "receiveResponseXML", ticket=ticket)
    desk.said = ""

    assert len(result(asked(desk, "getLastError", ticket=ticket))) > 20


def test_the_interactive_methods_are_answered_though_never_asked_for() -> None:
    desk = a_desk()

    assert result(asked(desk, "getInteractiveURL", wcTicket="t", sessionID="s")) == ""
    assert result(asked(desk, "interactiveDone", wcTicket="t")) == "Done"
    assert result(asked(desk, "interactiveRejected", wcTicket="t", reason="r")) == ""


def test_a_percentage_never_leaves_its_bounds() -> None:
    class Odd(HonestDesk):
        def take_answer(self, ticket: str, answer: bytes) -> int:
            return int(answer)

    told = [
        result(asked(Odd(), "receiveResponseXML", ticket="t", response=text))
        for text in ("-2147483649", "0", "99", "101")
    ]

    assert told == ["-1", "0", "99", "100"]


def test_the_version_policy_is_the_connectors_own() -> None:
    endpoint = WebConnectorEndpoint(VersionPolicy(needed="99"))
    desk = HonestDesk()

    call = a_call(a_message("clientVersion", strVersion="2.3.0.215"))

    assert result(endpoint.serve(call, desk)) == "O:99"


def test_a_stranger_cannot_write_what_he_likes_into_the_log() -> None:
    desk = HonestDesk()

    asked(desk, "clientVersion", strVersion="2.3\nThe cashier confessed.")

    assert desk.notes == []


def test_an_envelope_of_ours_that_cannot_travel_is_a_defect() -> None:
    desk = HonestDesk(envelopes=[b"<a>\xff</a>"])
    ticket = signed_in(desk)[0]

    with pytest.raises(DefectError):
        asked(desk, "sendRequestXML", ticket=ticket, **NOTICE)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_looks_at_the_address_is_told_what_it_is_for(method: str) -> None:
    answer = ENDPOINT.serve(Call(method, "", {}, b""), HonestDesk())

    assert answer.status == 200
    assert answer.content_type.startswith("text/html")
    assert b"QuickBooks Web Connector" in answer.body


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "wsdl=1", "wsdl&x=1"])
def test_the_description_is_where_tools_look_for_it(query: str) -> None:
    call = Call("GET", "", {}, b"", query=query, address="https://shop.example.com/qb/")

    answer = ENDPOINT.serve(call, HonestDesk())

    assert answer.content_type.startswith("text/xml")
    assert b'location="https://shop.example.com/qb/"' in answer.body


def test_other_verbs_are_refused() -> None:
    assert ENDPOINT.serve(Call("PUT", "", {}, b""), HonestDesk()).status == 405


def test_answers_may_be_larger_than_a_webhook() -> None:
    assert ENDPOINT.body_bytes_max == soap.BODY_BYTES_MAX > 16 * 1024 * 1024


@needs_contracts
def test_what_the_desk_says_is_as_in_the_wsdl() -> None:
    desk = a_desk()
    ticket = at_work(desk)

    for method in ("getLastError", "receiveResponseXML", "closeConnection"):
        answer = asked(desk, method, ticket=ticket)
        assert_valid(answer.body, "qbwc-soap-body.xsd")
