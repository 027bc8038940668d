"""Each of QuickBooks' codes means one thing: again, a person, or a defect of ours."""

import json

import pytest

from stockbridge.connectors.books.quickbooks_online.answers import (
    Refusal,
    read_body,
    refusal_in,
)
from stockbridge.connectors.books.quickbooks_online.errors import (
    Effect,
    effect_of,
    error_of,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    CONTRACTS,
    contract,
    needs_contracts,
)
from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    RetryableError,
    SignInError,
)


@needs_contracts
def test_every_code_of_the_table_has_a_class_and_every_person_a_remedy() -> None:
    for code, told in contract("qbo-error-codes.json")["codes"].items():
        error = error_of(Refusal(code, told["meaning"]))
        assert isinstance(error, ActionNeededError | RetryableError | DefectError)
        assert told["meaning"] in error.message
        if isinstance(error, ActionNeededError):
            assert error.remedy, code


@needs_contracts
def test_what_the_table_calls_transient_is_tried_again() -> None:
    codes = contract("qbo-error-codes.json")["codes"]
    transient = [c for c, told in codes.items() if "transient" in told["treat_as"]]

    assert transient
    for code in transient:
        assert isinstance(error_of(Refusal(code)), RetryableError), code
        assert effect_of(Refusal(code)) in {Effect.NONE_YET, Effect.UNKNOWN}


@needs_contracts
def test_what_the_table_calls_permanent_is_never_sent_again_by_itself() -> None:
    codes = contract("qbo-error-codes.json")["codes"]
    permanent = [c for c, told in codes.items() if told["treat_as"].startswith("perm")]

    wrong = [c for c in permanent if effect_of(Refusal(c)) is not Effect.NONE]

    assert set(wrong) <= {"130", "3100", "3202"}  # a sign-in for another place


@pytest.mark.parametrize("code", ["100", "120", "3100", "3200"])
def test_a_sign_in_that_is_over_asks_for_a_person(code: str) -> None:
    error = error_of(Refusal(code))

    assert isinstance(error, SignInError)
    assert "Connect to QuickBooks" in error.remedy


@needs_contracts
def test_both_shapes_of_a_refusal_are_read() -> None:
    gateway = read_body((CONTRACTS / "gateway-fault.sample.json").read_bytes())
    name = "samples-json/batch-02-sample-batch-request-response.json"
    rows = contract(name)["BatchItemResponse"]

    assert gateway is not None
    told = refusal_in(gateway)
    assert told is not None
    assert (told.code, "AuthenticationFailed" in told.message) == ("3200", True)
    assert [r and r.code for r in map(refusal_in, rows)] == [
        "6240",
        "610",
        "5010",
        None,
    ]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b'{"a":NaN}', b"[" * 5000, b"\xff\xfe"]
)
def test_a_body_that_is_no_object_is_none(body: bytes) -> None:
    assert read_body(body) is None


def test_a_refusal_without_a_reason_is_still_one() -> None:
    told = refusal_in(json.loads('{"Fault": {"Error": []}}'))

    assert told is not None
    assert told.code == "0"


def test_words_that_repeat_themselves_are_said_once() -> None:
    told = Refusal("610", "Object Not Found", "Object Not Found : It is gone.")

    assert told.words == "Object Not Found : It is gone."
