"""The READMEs are true: each trap has a test that exists, each module has its row."""

from pathlib import Path

import pytest

from stockbridge.connectors.tests.trap_table import (
    FATES,
    modules_not_named,
    names_of_tests,
    traps_of,
)

BOOKS = Path(__file__).parents[1] / "books"
ENGINE_TESTS = BOOKS.parents[1] / "engine" / "tests"
LEAST = {"quickbooks_desktop": 30, "quickbooks_pos": 40, "quickbooks_online": 50}


def written_tests(connector: str) -> set[str]:
    more = [ENGINE_TESTS] if connector == "quickbooks_online" else []
    return names_of_tests(BOOKS / connector / "tests", *more)


@pytest.mark.parametrize(("connector", "least"), LEAST.items())
def test_each_trap_names_a_test_that_exists(connector: str, least: int) -> None:
    rows, known = traps_of(BOOKS / connector), written_tests(connector)

    missing = [row.test for row in rows if row.test not in known]

    assert not missing
    assert len(rows) > least


@pytest.mark.parametrize("connector", LEAST)
def test_each_trap_is_handled_held_refused_or_said(connector: str) -> None:
    rows = traps_of(BOOKS / connector)

    unclear = [row.trap for row in rows if not row.fate.startswith(FATES)]

    assert not unclear


@pytest.mark.parametrize("connector", LEAST)
def test_every_module_is_in_the_table_of_files(connector: str) -> None:
    assert not modules_not_named(BOOKS / connector)
