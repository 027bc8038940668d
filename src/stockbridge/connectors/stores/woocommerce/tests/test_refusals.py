"""What a store, or what stands before it, refuses with: what that means for us."""

import pytest

from stockbridge.connectors.http import HttpAnswer
from stockbridge.connectors.stores.woocommerce.answers import read_body
from stockbridge.connectors.stores.woocommerce.errors import refusal
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    RetryableError,
    SyncError,
)


def _refusal(
    status: int, page: str, content_type: str, *, is_write: bool = False
) -> SyncError | None:
    answer = HttpAnswer(
        status, {"content-type": content_type}, page.encode(), "https://shop/x"
    )
    now = RecordingWire().now()
    return refusal(answer, read_body(answer), is_write=is_write, now=now)


@pytest.mark.parametrize(
    ("status", "page", "name"),
    [
        (501, "<html>Not Implemented</html>", "ModSecurity"),
        (406, "<html>Not Acceptable!</html>", "ModSecurity"),
        (403, "<html>Wordfence blocked you. Your IP: 203.0.113.9</html>", "Wordfence"),
        (403, "<html>Attention! Cloudflare</html>", "Cloudflare"),
        (405, "<html>Nope</html>", "A firewall"),
    ],
)
def test_a_firewall_is_named_and_never_taken_for_the_store(
    status: int, page: str, name: str
) -> None:
    error = _refusal(status, page, "text/html")

    assert isinstance(error, ActionNeededError)
    assert error.code == "firewall"
    assert error.message.startswith(name)
    if "203.0.113.9" in page:
        assert "203.0.113.9" in error.remedy


def test_the_stores_own_501_is_not_taken_for_a_firewall() -> None:
    body = (
        '{"code":"woocommerce_rest_trash_not_supported",'
        '"message":"Webhooks do not support trashing.","data":{"status":501}}'
    )

    error = _refusal(501, body, "application/json")

    assert error is not None
    assert error.code != "firewall"


def test_a_user_without_rights_is_told_from_a_wrong_key() -> None:
    body = '{"code":"woocommerce_rest_cannot_view","message":"Sorry","data":{}}'

    forbidden = _refusal(403, body, "application/json")
    unknown = _refusal(401, body, "application/json")

    assert forbidden is not None
    assert unknown is not None
    assert (forbidden.code, unknown.code) == ("key_without_rights", "key_unknown")


def test_a_fatal_error_after_a_write_leaves_a_doubt_after_a_read_it_does_not() -> None:
    body = '{"code":"internal_server_error","message":"<p>Oops</p>","data":{}}'

    write = _refusal(500, body, "application/json", is_write=True)
    read = _refusal(500, body, "application/json")

    assert isinstance(write, AnswerLostError)
    assert not isinstance(read, AnswerLostError)
    assert read is not None
    assert "<p>" not in read.message


@pytest.mark.parametrize(
    ("page", "kind"),
    [("", "text/html"), ("<b>Fatal error</b>: memory", "text/html"), ("ok", "")],
)
def test_a_good_status_without_data_leaves_a_write_in_doubt(
    page: str, kind: str
) -> None:
    """PHP that dies with its output begun, or none, answers 200 all the same."""
    assert isinstance(_refusal(200, page, kind, is_write=True), AnswerLostError)


def test_a_whole_web_page_means_that_nobody_took_the_write() -> None:
    page = "<!DOCTYPE html><html><title>Example Store</title></html>"

    error = _refusal(200, page, "text/html", is_write=True)

    assert error is not None
    assert error.code == "not_json"


def test_an_answer_of_nothing_is_asked_for_again() -> None:
    error = _refusal(200, "", "application/json")

    assert isinstance(error, RetryableError)
    assert error.remedy


def test_a_call_that_was_repeated_on_the_way_is_no_wrong_key() -> None:
    body = (
        '{"code":"woocommerce_rest_authentication_error",'
        '"message":"Invalid nonce - nonce has already been used.","data":{}}'
    )

    read = _refusal(401, body, "application/json")
    write = _refusal(401, body, "application/json", is_write=True)

    assert isinstance(read, RetryableError)
    # The first of the two may have been carried out.
    assert isinstance(write, AnswerLostError)


def test_a_signature_that_does_not_match_may_be_the_address_spelt_otherwise() -> None:
    body = (
        '{"code":"woocommerce_rest_authentication_error","data":{},'
        '"message":"Invalid signature - provided signature does not match."}'
    )

    error = _refusal(401, body, "application/json")

    assert error is not None
    assert error.code == "secret_wrong"
    assert "Settings, General" in error.remedy


def test_a_body_that_the_host_finds_too_large_is_said_to_be_that() -> None:
    page = "<html><h1>413 Request Entity Too Large</h1><hr>nginx</html>"

    error = _refusal(413, page, "text/html", is_write=True)

    assert isinstance(error, ActionNeededError)
    assert error.code == "body_too_large"
