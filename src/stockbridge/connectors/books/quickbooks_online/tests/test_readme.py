"""The README is true: each trap has a test that exists, each module has its row."""

from pathlib import Path

from stockbridge.connectors.tests.trap_table import (
    FATES,
    modules_not_named,
    names_of_tests,
    traps_of,
)

FOLDER = Path(__file__).parents[1]
ENGINE_TESTS = FOLDER.parents[2] / "engine" / "tests"


def test_each_trap_names_a_test_that_exists() -> None:
    rows, known = traps_of(FOLDER), names_of_tests(FOLDER / "tests", ENGINE_TESTS)

    missing = [row.test for row in rows if row.test not in known]

    assert not missing
    assert len(rows) > 50


def test_each_trap_is_handled_held_refused_or_said() -> None:
    unclear = [row.trap for row in traps_of(FOLDER) if not row.fate.startswith(FATES)]

    assert not unclear


def test_every_module_is_in_the_table_of_files() -> None:
    assert not modules_not_named(FOLDER)
