"""What the simulated Web Connector makes of answers that are none."""

import pytest

from stockbridge.connectors.webconnector.simulator.wire import CallFailedError, Wire
from stockbridge.connectors.webconnector.tests.desk import HonestDesk
from stockbridge.connectors.webconnector.tests.serving import served
from stockbridge.ports import Answer, Call, Desk, DeskEndpoint

XML = "text/xml; charset=utf-8"
_FAULT = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    b"<s:Fault><faultstring>No.</faultstring></s:Fault></s:Body></s:Envelope>"
)


class Saying(DeskEndpoint):
    """Gives one answer to everything, and keeps what it was asked."""

    body_bytes_max = 1000

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.calls: list[Call] = []

    def serve(self, call: Call, desk: Desk) -> Answer:
        """Give it."""
        self.calls.append(call)
        return self.answer


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(404, b"<html/>", "text/html"), "HTTP status 404"),
        (Answer(302), "HTTP status 302"),
        (Answer(200, b"<html><body>hello</body></html>", "text/html"), "text/html"),
        (Answer(200, b"<br><b>Warning</b>", XML), "not well-formed"),
        (Answer(200, b"<a/>", XML), "no result"),
        (Answer(500, _FAULT, XML), "The server said: No."),
        (Answer(500, b"Oops"), "text/plain"),
    ],
)
def test_an_answer_that_dotnet_would_not_take_fails(answer: Answer, words: str) -> None:
    with (
        served(Saying(answer), HonestDesk()) as address,
        pytest.raises(CallFailedError, match=words),
    ):
        Wire(address, 10).call("getLastError", [("ticket", "t")])


def test_a_server_that_is_not_there_fails() -> None:
    with pytest.raises(CallFailedError, match="connection"):
        Wire("http://127.0.0.1:9/", 10).call("serverVersion", [])


def test_a_call_looks_as_dotnet_makes_it() -> None:
    endpoint = Saying(Answer(404))
    with served(endpoint, HonestDesk()) as address, pytest.raises(CallFailedError):
        Wire(f"{address}?a=1", 10).call(
            "getLastError", [("ticket", "a<&\x1f"), ("b", "")]
        )

    call = endpoint.calls[0]
    assert call.headers["soapaction"] == '"http://developer.intuit.com/getLastError"'
    assert call.headers["content-type"] == "text/xml; charset=utf-8"
    assert call.headers["expect"] == "100-continue"
    assert call.query == "a=1"
    assert b"<ticket>a&lt;&amp;&#x1F;</ticket><b />" in call.body
