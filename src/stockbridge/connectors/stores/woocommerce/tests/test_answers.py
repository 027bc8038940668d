"""Bodies of answers: JSON, JSON behind noise, and everything else."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.http import HttpAnswer
from stockbridge.connectors.stores.woocommerce.answers import (
    BodyKind,
    noise_note,
    read_body,
)

SAMPLES = Path(__file__).parent / "samples"
JSON = "application/json; charset=UTF-8"


def _answer(body: bytes, content_type: str = JSON) -> HttpAnswer:
    return HttpAnswer(200, {"content-type": content_type}, body, "https://shop/x")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"[]", BodyKind.JSON),
        (b'\xef\xbb\xbf{"a": 1}', BodyKind.JSON),
        (b'<br />\n<b>Warning</b>: x [3] in /x.php\n[{"id": 1}]', BodyKind.NOISY_JSON),
        (b'Notice: {x} on line 1\n{"id": 1}', BodyKind.NOISY_JSON),
        (b"<b>Deprecated</b>\n[]", BodyKind.NOISY_JSON),
        (b'[{"id": 1}]\n<!-- cached -->', BodyKind.NOISY_JSON),
        (b'{"id": 1}<br />\n<b>Notice</b>: [x] at shutdown', BodyKind.NOISY_JSON),
        (b'{"debug": 1}\n[{"id": 2}]', BodyKind.NOISY_JSON),
        (b'[22-Nov-2026 01:00:00 UTC] PHP Notice: x\n[{"id": 1}]', BodyKind.NOISY_JSON),
        (b"[1] and more", BodyKind.TRUNCATED),
        (b'[{"id": 1}, {"id"', BodyKind.TRUNCATED),
        (b'{"id": 1', BodyKind.TRUNCATED),
        (b'{"total": NaN}', BodyKind.TRUNCATED),
        (b"<!DOCTYPE html><html></html>", BodyKind.HTML),
        (b"", BodyKind.EMPTY),
        (b"  \n", BodyKind.EMPTY),
    ],
)
def test_a_body_is_what_it_is(body: bytes, kind: BodyKind) -> None:
    assert read_body(_answer(body)).kind is kind


@pytest.mark.parametrize("is_list", [True, False])
def test_a_body_that_is_cut_anywhere_is_never_taken_for_a_whole_one(
    is_list: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """A cut right behind an inner list leaves an end that is JSON by itself."""
    order = json.loads((SAMPLES / "order.json").read_text())
    body = json.dumps([order, order] if is_list else order).encode()

    for noise in (b"", b"Notice: [x] in {y}\n"):
        cuts = [noise + body[:end] for end in range(1, len(body))]
        assert [cut for cut in cuts if read_body(_answer(cut)).is_json] == []
        assert read_body(_answer(noise + body)).is_json


def test_a_page_that_happens_to_end_with_a_bracket_is_no_data() -> None:
    page = b"<html><script>var x = [3]</script> see [1]"

    assert not read_body(_answer(page, "text/html")).is_json


def test_numbers_are_exact_never_floats() -> None:
    body = read_body(_answer(b'{"price": 19.576666666666664, "n": 3}'))

    assert body.data == {"price": Decimal("19.576666666666664"), "n": 3}


def test_noise_is_noted_and_good_answers_are_not() -> None:
    assert noise_note(_answer(b'<b>x</b>\n[{"id": 1}]'))
    assert noise_note(_answer(b'[{"id": 1}]\n<b>x</b>'))
    assert not noise_note(_answer(b'[{"id": 1}]'))
    assert not noise_note(_answer(b"<html></html>", "text/html"))


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b"<b>x</b>\n["])
def test_a_body_nested_beyond_all_reason_is_no_data(opening: bytes) -> None:
    assert not read_body(_answer(opening * 200_000 + b"]")).is_json


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    read_body(_answer(body))
    noise_note(_answer(body))
