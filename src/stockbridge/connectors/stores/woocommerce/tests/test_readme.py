"""The table of traps in the README is true: each has a test, and the test exists."""

from pathlib import Path

from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    CONTRACTS,
    needs_contracts,
)
from stockbridge.connectors.stores.woocommerce.tests.observed_traps import (
    NO_TRAPS,
    TRAPS_OF_FACTS,
    TRAPS_OF_OBSERVED,
)
from stockbridge.connectors.tests.shared_contracts import ROOT
from stockbridge.connectors.tests.trap_table import (
    FATES,
    modules_not_named,
    names_of_tests,
    traps_of,
)

FOLDER = Path(__file__).parents[1]
TESTS = (
    FOLDER / "tests",
    ROOT / "tests" / "contracts",
    ROOT / "tests" / "journeys",
    ROOT / "src" / "stockbridge" / "domain" / "tests",
)


def test_each_trap_names_a_test_that_exists() -> None:
    rows, known = traps_of(FOLDER), names_of_tests(*TESTS)

    missing = [row.test for row in rows if row.test not in known]

    assert not missing
    assert len(rows) > 60


def test_each_trap_is_handled_held_refused_or_said() -> None:
    unclear = [row.trap for row in traps_of(FOLDER) if not row.fate.startswith(FATES)]

    assert not unclear


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
    traps = [row.trap for row in traps_of(FOLDER)]
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
    assert not modules_not_named(FOLDER)
