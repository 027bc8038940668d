"""A part of what can befall the way into QuickBooks Online, in every run of the tests.

All of it: `make faults`.
"""

import pytest

from tests.faults.part import tried_part_of

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("document", ["sales_receipt", "invoice"])
def test_an_interrupted_call_ends_like_a_calm_one(document: str) -> None:
    modes = ["--mode", "kill", "cut"]

    reports = tried_part_of("online", "--document", document, *modes, every=320)

    assert [report["mode"] for report in reports] == ["kill", "cut"]
    assert all(report["reached"] == report["tried"] for report in reports)
