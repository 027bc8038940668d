"""The one HTTP client, against servers that behave as the internet does."""

import gzip
import socket
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from stockbridge.connectors.addresses import IpAddress
from stockbridge.connectors.http import (
    BUSY_S,
    HttpAnswer,
    HttpClient,
    HttpRequest,
    raise_if_busy,
    retry_after_s,
)
from stockbridge.connectors.tests.servers import RawServer, ok
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    NotSentError,
    RetryableError,
    SyncError,
)

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SECRET = "cs_fedcba9876543210"


def _get(server: RawServer, path: str = "/", **more: Any) -> HttpRequest:
    return HttpRequest("GET", f"http://127.0.0.1:{server.port}{path}", **more)


def test_an_answer_comes_with_status_headers_and_body() -> None:
    with RawServer([ok(b'{"a":1}', "X-WP-Total: 7", status="201 Created")]) as server:
        answer = HttpClient(RecordingWire()).send(_get(server))

    assert (answer.status, answer.body) == (201, b'{"a":1}')
    assert answer.headers["x-wp-total"] == "7"


def test_calls_in_a_row_use_one_connection() -> None:
    client = HttpClient(RecordingWire())

    with RawServer([ok(), ok(), ok()]) as server:
        for _ in range(3):
            client.send(_get(server))

    assert server.connections == 1


def test_a_compressed_answer_is_unpacked() -> None:
    packed = gzip.compress(b"[1, 2]")

    with RawServer([ok(packed, "Content-Encoding: gzip")]) as server:
        answer = HttpClient(RecordingWire()).send(_get(server))

    assert answer.body == b"[1, 2]"


def test_the_wire_is_asked_before_each_call_and_told_after_it() -> None:
    wire = RecordingWire()

    with RawServer([ok()]) as server:
        HttpClient(wire).send(_get(server, timeout_s=7))

    assert wire.asked == [7]
    assert [exchange.status for exchange in wire.exchanges] == [200]


def test_a_call_that_the_wire_forbids_never_leaves() -> None:
    wire = RecordingWire()
    wire.is_closed = True

    with RawServer([ok()]) as server, pytest.raises(RetryableError, match="budget"):
        HttpClient(wire).send(_get(server))

    assert server.connections == 0


def test_where_nothing_listens_the_request_was_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(NotSentError) as caught:
        HttpClient(RecordingWire()).send(
            HttpRequest("POST", f"http://127.0.0.1:{port}/", body=b"{}")
        )

    assert caught.value.code == "refused"


def test_a_server_that_hangs_up_on_a_write_leaves_a_doubt() -> None:
    with RawServer([None]) as server, pytest.raises(AnswerLostError):
        HttpClient(RecordingWire()).send(
            HttpRequest("POST", f"http://127.0.0.1:{server.port}/", body=b"{}")
        )

    assert len(server.requests) == 1


def test_an_answer_that_ends_early_is_a_lost_one() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2"

    with RawServer([cut, None]) as server, pytest.raises(AnswerLostError):
        HttpClient(RecordingWire()).send(_get(server))


def test_a_kept_connection_that_died_is_replaced_for_a_read() -> None:
    closing = ok(b"{}")
    client = HttpClient(RecordingWire())

    with RawServer([closing, None, ok(b"[]")]) as server:
        client.send(_get(server))
        answer = client.send(_get(server))

    assert answer.body == b"[]"


def test_a_kept_connection_that_died_is_not_replaced_for_a_write() -> None:
    client = HttpClient(RecordingWire())

    with RawServer([ok(), None, ok()]) as server:
        client.send(_get(server))
        with pytest.raises(AnswerLostError):
            client.send(
                HttpRequest("POST", f"http://127.0.0.1:{server.port}/", body=b"{}")
            )


def test_a_server_that_drips_does_not_hold_a_call_for_ever() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    with listener, pytest.raises(AnswerLostError) as caught:
        HttpClient(RecordingWire()).send(
            HttpRequest("GET", f"http://127.0.0.1:{port}/", timeout_s=0.2)
        )

    assert caught.value.code == "timeout"


def test_an_answer_beyond_the_limit_is_not_read_to_its_end() -> None:
    client = HttpClient(RecordingWire(), answer_bytes_max=1000)

    with (
        RawServer([ok(b"x" * 5000)]) as server,
        pytest.raises(AnswerLostError) as caught,
    ):
        client.send(_get(server))

    assert caught.value.code == "answer_too_large"


def test_a_small_answer_that_unpacks_beyond_the_limit_is_refused() -> None:
    bomb = gzip.compress(b"0" * 1_000_000)
    client = HttpClient(RecordingWire(), answer_bytes_max=10_000)

    with (
        RawServer([ok(bomb, "Content-Encoding: gzip")]) as server,
        pytest.raises(AnswerLostError),
    ):
        client.send(_get(server))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]"])
def test_a_private_address_is_refused_unless_allowed(host: str) -> None:
    wire = RecordingWire(allows_private=False)

    with RawServer([ok()]) as server, pytest.raises(ActionNeededError) as caught:
        HttpClient(wire).send(HttpRequest("GET", f"http://{host}:{server.port}/"))

    assert caught.value.code == "private_address"
    assert server.connections == 0


def test_the_connection_goes_to_the_very_address_that_was_judged() -> None:
    asked = []

    def resolver(host: str, port: int) -> list[IpAddress]:
        asked.append(host)
        return [ip_address("127.0.0.1")]

    with RawServer([ok()]) as server:
        address = f"http://shop.example.com:{server.port}/"
        HttpClient(RecordingWire(), resolver=resolver).send(HttpRequest("GET", address))

    assert asked == ["shop.example.com"]
    assert b"Host: shop.example.com" in server.requests[0]


def test_a_name_that_changes_its_mind_is_judged_anew() -> None:
    answers = [[ip_address("127.0.0.1")], [ip_address("169.254.169.254")]]

    def rebinding(host: str, port: int) -> list[IpAddress]:
        return list(answers.pop(0))

    client = HttpClient(RecordingWire(), resolver=rebinding)
    with RawServer([ok(b"{}", "Connection: close")]) as server:
        request = HttpRequest("GET", f"http://rebind.example.com:{server.port}/")
        client.send(request)

        with pytest.raises(ActionNeededError) as caught:
            client.send(request)

    assert caught.value.code == "private_address"


def test_a_name_without_an_address_is_explained() -> None:
    def unknown(host: str, port: int) -> list[IpAddress]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(NotSentError) as caught:
        HttpClient(RecordingWire(), resolver=unknown).send(
            HttpRequest("GET", "http://shop.example.com/")
        )

    assert caught.value.code == "address_unknown"


def test_a_name_server_out_of_reach_means_no_internet() -> None:
    def offline(host: str, port: int) -> list[IpAddress]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    with pytest.raises(NotSentError) as caught:
        HttpClient(RecordingWire(), resolver=offline).send(
            HttpRequest("GET", "http://shop.example.com/")
        )

    assert caught.value.code == "no_internet"


def test_a_read_follows_a_redirect_on_the_same_host() -> None:
    moved = ok(b"", "Location: /there", status="301 Moved")

    with RawServer([moved, ok(b"found")]) as server:
        answer = HttpClient(RecordingWire()).send(_get(server, redirects_max=2))

    assert answer.body == b"found"
    assert answer.address.endswith("/there")


def test_a_redirect_to_another_host_is_named_not_followed() -> None:
    moved = ok(b"", "Location: http://10.0.0.5/admin", status="302 Found")

    with RawServer([moved]) as server, pytest.raises(ActionNeededError) as caught:
        HttpClient(RecordingWire()).send(_get(server, redirects_max=2))

    assert caught.value.code == "redirected"
    assert "10.0.0.5" in caught.value.remedy


@pytest.mark.parametrize(
    "target",
    ["http://[::1", "http://127.0.0.1:99999/", "http://127.0.0.1:x/", "/\xe9", "/a b"],
)
def test_a_redirect_to_what_is_no_address_is_refused_in_words(target: str) -> None:
    reply = ok(b"", f"Location: {target}", status="302 Found")

    with RawServer([reply]) as server, pytest.raises(ActionNeededError) as caught:
        HttpClient(RecordingWire()).send(_get(server, redirects_max=3))

    assert caught.value.code == "bad_address"


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.example.com:99999/",
        "https://shop.example.com:x/",
        "https://shop.example.com/\u00fc",
        "https://\u00fc.example.com/",
        "https://a..example.com/",
        f"https://{'a' * 64}.example.com/",
        "https://shop.example.com/\r\nX: y",
        "https:///orders",
        "ftp://shop.example.com/",
    ],
)
def test_what_is_no_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(ActionNeededError) as caught:
        HttpClient(RecordingWire()).send(HttpRequest("GET", address))

    assert caught.value.code == "bad_address"


def test_a_write_never_follows_a_redirect() -> None:
    moved = ok(b"", "Location: /there", status="307 Moved")

    with RawServer([moved, ok()]) as server:
        answer = HttpClient(RecordingWire()).send(
            HttpRequest(
                "POST",
                f"http://127.0.0.1:{server.port}/",
                body=b"{}",
                redirects_max=2,
            )
        )

    assert answer.status == 307
    assert len(server.requests) == 1


def test_no_secret_reaches_the_log_or_an_error() -> None:
    wire = RecordingWire()
    path = f"/?consumer_secret={SECRET}"

    with RawServer([None, None]) as server, pytest.raises(SyncError) as caught:
        HttpClient(wire).send(
            HttpRequest(
                "POST",
                f"http://127.0.0.1:{server.port}{path}",
                headers={"Authorization": f"Basic {SECRET}"},
                body=f'{{"secret": "{SECRET}"}}'.encode(),
            )
        )

    assert SECRET not in wire.log_text
    assert SECRET not in f"{caught.value!r}{caught.value.__cause__!r}"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("600", 600.0),
        ("Mon, 05 Jan 2026 12:01:00 GMT", 60.0),
        ("Mon, 05 Jan 2026 11:00:00 GMT", 0.0),
        ("99999999", 86_400.0),
        ("soon", None),
        ("", None),
    ],
)
def test_the_wish_to_wait_is_understood(text: str, seconds: float | None) -> None:
    answer = HttpAnswer(503, {"retry-after": text}, b"", "")

    assert retry_after_s(answer, NOW) == seconds


def test_too_many_requests_means_wait() -> None:
    with pytest.raises(RetryableError) as caught:
        raise_if_busy(HttpAnswer(429, {"retry-after": "5"}, b"", ""), NOW)

    assert caught.value.retry_after_s == 5


@pytest.mark.parametrize(
    ("header", "seconds"), [("Retry-After: 5", 5.0), ("X-Nothing: 1", BUSY_S)]
)
def test_who_is_told_to_slow_down_tells_the_wire_for_how_long(
    header: str, seconds: float
) -> None:
    wire = RecordingWire()
    busy = ok(b"{}", header, status="429 Too Many Requests")

    with RawServer([busy]) as server:
        HttpClient(wire).send(_get(server))

    assert [exchange.closed_s for exchange in wire.exchanges] == [seconds]
