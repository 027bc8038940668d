"""What QuickBooks answers is read without trust, whichever QuickBooks it is."""

import pytest

from stockbridge.connectors.webconnector.untrusted import (
    ANSWER_BYTES_MAX,
    answer_root,
)
from stockbridge.domain.errors import AnswerLostError


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b" \n", "it is empty or too large"),
        (b"<a/>" + b" " * ANSWER_BYTES_MAX, "it is empty or too large"),
        (b"<a>" * 300 + b"</a>" * 300, "it is no XML"),
        (b"<a>&unknown;</a>", "it is no XML"),
        (b"<!DOCTYPE a><a/>", "it carries a DOCTYPE"),
    ],
    ids=["empty", "too large", "too deep", "an unknown entity", "a document type"],
)
def test_what_no_parser_should_chew_on_is_a_lost_answer(
    answer: bytes, why: str
) -> None:
    with pytest.raises(AnswerLostError) as lost:
        answer_root(answer, "QuickBooks")

    assert lost.value.message == f"The answer of QuickBooks cannot be read: {why}."
    assert lost.value.remedy


def test_an_answer_of_many_megabytes_is_read() -> None:
    answer = b"<a>" + b"<b>words of a record</b>" * 500_000 + b"</a>"

    assert len(answer_root(answer, "QuickBooks")) == 500_000
