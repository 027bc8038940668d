"""A part of what can befall a visit of the Web Connector, in every run of the tests.

All of it: `make faults`.
"""

import pytest

from tests.faults.part import tried_part_of

pytestmark = pytest.mark.faults


#: Longer journeys have more points; each takes seconds.
EVERY = {"receipts": 384, "orders": 640, "parts": 1024}


@pytest.mark.parametrize("journey", EVERY)
@pytest.mark.parametrize("books", ["pos", "desktop"])
def test_an_interrupted_visit_ends_like_a_calm_one(books: str, journey: str) -> None:
    chosen = ["--books", books, "--journey", journey, "--mode", "kill", "mishap"]

    reports = tried_part_of("quickbooks", *chosen, every=EVERY[journey])

    assert [report["mode"] for report in reports] == ["kill", "mishap"]
