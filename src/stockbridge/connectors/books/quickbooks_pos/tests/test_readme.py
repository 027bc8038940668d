"""The table of traps in the README is true: each has a test, and the test exists."""

import re
from pathlib import Path

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
    return {
        name
        for path in (FOLDER / "tests").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)
    }


def test_each_trap_names_a_test_that_exists() -> None:
    rows, known = _rows(), _known_tests()

    missing = [row["test"] for row in rows if row["test"] not in known]

    assert not missing
    assert len(rows) > 40


def test_each_trap_is_handled_held_refused_or_said() -> None:
    unclear = [row["trap"] for row in _rows() if not row["fate"].startswith(_FATES)]

    assert not unclear


def test_every_module_is_in_the_table_of_files() -> None:
    text = (FOLDER / "README.md").read_text()
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}

    missing = [name for name in sorted(modules) if f"`{name}`" not in text]

    assert not missing
