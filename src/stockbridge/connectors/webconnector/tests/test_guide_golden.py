"""The setup guide tells every number that a person can meet, as our tables do."""

import os
from collections.abc import Iterable
from pathlib import Path

from stockbridge.connectors.webconnector.error_codes import ERROR_CODES
from stockbridge.connectors.webconnector.hresults import HRESULTS, Who

GUIDE = Path(__file__).resolve().parents[5] / "docs" / "quickbooks.md"
_ACTORS = {
    Who.US: "whoever runs Stockbridge",
    Who.NOBODY: "nobody",
    Who.PERSON: "whoever sits at QuickBooks",
    Who.COMPUTER: "whoever looks after the computer",
    Who.READ: "read the words beside it",
}


def test_the_guide_tells_every_number_of_the_web_connector() -> None:
    rows = ((one.code, one.meaning, one.remedy) for one in ERROR_CODES.values())

    wanted = _table(("number", "what it means", "what to do"), rows)

    assert _golden("numbers", wanted) == wanted


def test_the_guide_tells_everything_that_quickbooks_says_through_it() -> None:
    rows = (
        (one.code, one.meaning, one.remedy, _ACTORS[one.who])
        for one in HRESULTS.values()
    )

    wanted = _table(("code", "what it means", "what to do", "who acts"), rows)

    assert _golden("hresults", wanted) == wanted


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    told = sorted(rows)
    lines = [heads, tuple("---" for _ in heads), *told]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _golden(name: str, wanted: str) -> str:
    """Return what stands in the guide; `make golden` writes it anew."""
    before, begin, rest = GUIDE.read_text().partition(f"<!-- begin: {name} -->\n")
    found, end, after = rest.partition(f"<!-- end: {name} -->\n")
    assert begin, f"the guide has no place for {name}"
    assert end, f"the place for {name} has no end"
    if os.environ.get("STOCKBRIDGE_GOLDEN") == "write":
        GUIDE.write_text("".join((before, begin, wanted, end, after)))
        return wanted
    return found
