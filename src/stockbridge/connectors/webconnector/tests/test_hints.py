"""Every code that a person can meet is explained, in our words."""

from itertools import chain

import pytest

from stockbridge.connectors.webconnector.error_codes import ERROR_CODES
from stockbridge.connectors.webconnector.hints import explained
from stockbridge.connectors.webconnector.hresults import (
    HRESULTS,
    Who,
    hresult_hint,
    spelt,
)
from stockbridge.connectors.webconnector.tests.contract_files import (
    codes,
    needs_contracts,
)

CLASSES = {
    "permanent: our message is wrong": Who.US,
    "environment": None,  # a person's or the computer's
    "transient": Who.NOBODY,
    "transient, needs a person": Who.PERSON,
    "needs a person": Who.PERSON,
    "read text": Who.READ,
}


@needs_contracts
def test_every_number_of_the_web_connector_is_explained() -> None:
    assert set(ERROR_CODES) == set(codes("qbwc-error-codes.json"))


@needs_contracts
def test_every_hresult_is_explained_and_says_who_acts() -> None:
    known = codes("hresults.json")

    assert set(HRESULTS) == set(known)
    for code, row in known.items():
        wanted = CLASSES[row["class"]]
        assert HRESULTS[code].who in (
            {wanted} if wanted else {Who.PERSON, Who.COMPUTER}
        )


@needs_contracts
def test_the_words_are_our_own() -> None:
    theirs = {
        text.lower()
        for text in chain(
            codes("qbwc-error-codes.json").values(),
            (row["meaning"] for row in codes("hresults.json").values()),
        )
    }

    ours = [row.meaning for row in ERROR_CODES.values()]
    ours += [row.meaning for row in HRESULTS.values()]

    assert not [text for text in ours if text.lower().rstrip(".") in theirs]


@pytest.mark.parametrize("code", [*ERROR_CODES, *HRESULTS])
def test_each_has_a_remedy_and_no_word_of_ours_that_nobody_knows(code: str) -> None:
    finding = explained(code)

    assert finding.code == code
    assert finding.message.endswith(".")
    assert finding.remedy.endswith(".")
    said = f"{finding.message} {finding.remedy}".lower()
    for word in (
        "hresult",
        "soap",
        "xml",
        "endpoint",
        "exception",
        "ticket",
        "bridge ",
    ):
        assert word not in said.replace("stockbridge ", "")


@pytest.mark.parametrize(
    "spelling", ["0x80040400", "0X80040400", "80040400", " 0x80040400 ", "-2147220480"]
)
def test_an_hresult_may_be_spelt_in_many_ways(spelling: str) -> None:
    assert spelt(spelling) == "0x80040400"
    assert hresult_hint(spelling).who is Who.US


@pytest.mark.parametrize("code", ["", "0x12345678", "hello", "qbwc9999", "QBWC1047"])
def test_a_code_that_nobody_knows_still_has_a_remedy(code: str) -> None:
    assert explained(code).remedy
