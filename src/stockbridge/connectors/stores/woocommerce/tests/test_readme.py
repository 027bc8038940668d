"""The table of traps in the README is true: each has a test, and the test exists."""

import re
from pathlib import Path

import pytest

from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    CONTRACTS,
    ROOT,
    needs_contracts,
)
from stockbridge.connectors.stores.woocommerce.tests.observed_traps import (
    NO_TRAPS,
    TRAPS_OF_FACTS,
    TRAPS_OF_OBSERVED,
)

FOLDER = Path(__file__).parents[1]
_ROW = re.compile(r"^\| (?P<trap>[^|]+) \| (?P<fate>[^|]+) \| `(?P<test>test_\w+)` \|$")
_FATES = ("handled", "held", "refused", "said")


def _rows() -> list[re.Match[str]]:
    lines = (FOLDER / "README.md").read_text().splitlines()
    start = lines.index("| trap | what becomes of it | test |")
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        match = _ROW.match(line)
        assert match, line
        table.append(match)
    return table


def _known_tests() -> set[str]:
    folders = [
        FOLDER / "tests",
        ROOT / "tests" / "contracts",
        ROOT / "tests" / "journeys",
        ROOT / "src" / "stockbridge" / "domain" / "tests",
    ]
    files = [path for folder in folders for path in folder.glob("test_*.py")]
    return {
        name
        for path in files
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)
    }


def test_each_trap_names_a_test_that_exists() -> None:
    rows, known = _rows(), _known_tests()

    missing = [row["test"] for row in rows if row["test"] not in known]

    assert not missing
    assert len(rows) > 60


def test_each_trap_is_handled_held_refused_or_said() -> None:
    unclear = [row["trap"] for row in _rows() if not row["fate"].startswith(_FATES)]

    assert not unclear


@pytest.mark.contracts
@needs_contracts
def test_every_line_of_what_was_observed_is_a_trap_of_the_table() -> None:
    lines = (CONTRACTS / "OBSERVED.md").read_text().splitlines()
    observed = [line.removeprefix("- ") for line in lines if line.startswith("- ")]

    unmapped = [
        line
        for line in observed
        if not any(line.startswith(start) for start in TRAPS_OF_OBSERVED)
    ]

    assert unmapped == []
    assert len(observed) == len(TRAPS_OF_OBSERVED)


@pytest.mark.contracts
@needs_contracts
def test_every_trap_of_the_facts_is_one_of_the_table() -> None:
    facts = (CONTRACTS.parent / "FACTS.md").read_text()
    section = facts.partition("\n## 4.")[2].partition("\n## 5.")[0]

    unmapped = [
        line
        for line in section.splitlines()[1:]
        if line.strip(" -")
        and not any(line.startswith(start) for start in TRAPS_OF_FACTS)
    ]

    assert unmapped == []


def test_what_was_observed_leads_to_rows_that_there_are() -> None:
    traps = [row["trap"] for row in _rows()]
    named = [
        trap
        for mapping in (TRAPS_OF_OBSERVED, TRAPS_OF_FACTS)
        for found in mapping.values()
        for trap in found
        if trap not in NO_TRAPS
    ]

    missing = [start for start in named if not any(t.startswith(start) for t in traps)]

    assert missing == []


def test_every_module_is_in_the_table_of_files() -> None:
    text = (FOLDER / "README.md").read_text()
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "store"}

    missing = [name for name in sorted(modules) if f"`{name}`" not in text]

    assert not missing
