"""Names that a restored or cloned database makes again."""

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.identity import (
    MARKER_CHARS,
    Source,
    digest_of,
    has_marker,
    marker_of,
    match_key,
)
from stockbridge.domain.tests.builders import SCOPE, usd

TEXT = st.text(max_size=12)
SOURCES = st.builds(Source, st.sampled_from(["order", "refund"]), TEXT)


@given(
    one=st.tuples(SOURCES, st.integers(1, 30)),
    other=st.tuples(SOURCES, st.integers(1, 30)),
)
def test_two_effects_have_one_key_only_if_they_are_one(
    one: tuple[Source, int], other: tuple[Source, int]
) -> None:
    keys = [SCOPE.document_key("sale", s, generation=g) for s, g in (one, other)]

    assert (keys[0] == keys[1]) == (one == other)


@given(key=TEXT, generation=st.integers(1, 99))
def test_a_marker_is_short_and_found_only_where_it_begins(
    key: str, generation: int
) -> None:
    marker = marker_of(key, generation=generation)

    assert len(marker) == MARKER_CHARS
    assert has_marker(f"{marker} thank you", marker)
    assert not has_marker(f"see {marker}", marker)
    assert not has_marker(marker, marker[:-1])


def test_each_generation_has_a_marker_of_its_own() -> None:
    assert len({marker_of("k", generation=n) for n in range(1, 100)}) == 99


def test_codes_are_compared_without_regard_to_case_or_blanks() -> None:
    assert match_key("  Mug-\tWhite ") == match_key("mug- white")
    assert match_key("MUG") != match_key("MUG2")


def test_equal_amounts_have_one_digest_however_they_are_written() -> None:
    assert digest_of(usd("5")) == digest_of(usd("5.00"))
    assert digest_of(usd("5")) != digest_of(usd("5.01"))
