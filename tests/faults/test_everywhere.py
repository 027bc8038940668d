"""A part of the interruptions, in every run of the tests; all: `make faults`."""

import pytest

from tests.faults.part import tried_part_of

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("mode", ["kill", "cut"])
def test_an_interrupted_journey_ends_like_a_calm_one(mode: str) -> None:
    (report,) = tried_part_of("everywhere", "--mode", mode, every=48)

    assert report["killed"] == (report["tried"] if mode == "kill" else 0)
    assert all(report["journeys"][name] > 0 for name in ("order", "stock", "calls"))
