"""What the Web Connector is told about its own version."""

import pytest

from stockbridge.connectors.webconnector.versions import (
    VersionPolicy,
    version_answer,
    version_words,
)

STRICT = VersionPolicy(needed="2.1", warned_before="2.3.0.215", refused=("2.2.0.34",))


@pytest.mark.parametrize("version", ["2.0.0.139", "2.2.0.71", "2.3.0.215", "34.0.1"])
def test_versions_that_were_seen_at_work_go_on_without_a_word(version: str) -> None:
    assert version_answer(version, VersionPolicy()) == ""


@pytest.mark.parametrize("version", ["", "newest", "2.x", "E:1", "1" * 500, "²"])
def test_a_version_that_is_none_stops_nobody(version: str) -> None:
    assert version_answer(version, STRICT) == ""
    assert version_words(version) == ""


def test_one_that_is_too_old_hears_which_is_needed() -> None:
    assert version_answer("1.5.0.1", VersionPolicy()) == "O:2.0"


def test_a_warning_and_a_refusal_are_told_apart_by_their_letter() -> None:
    assert version_answer("2.2.0.71", STRICT).startswith("W:Version 2.2.0.71 ")
    assert version_answer("2.2.0.34", STRICT).startswith("E:Version 2.2.0.34 ")
    assert version_answer("2.10", STRICT) == ""
