"""The README is true: each trap has a test, each module has its row."""

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


def test_each_trap_names_a_test_that_exists_and_what_becomes_of_it() -> None:
    tests = "\n".join(one.read_text() for one in FOLDER.glob("tests/test_*.py"))
    known = set(re.findall(r"^def (test_\w+)\(", tests, re.MULTILINE))

    rows = _rows()

    assert len(rows) > 30
    assert not [row["test"] for row in rows if row["test"] not in known]
    assert not [row["trap"] for row in rows if not row["fate"].startswith(_FATES)]


def test_every_module_is_in_the_table_of_files() -> None:
    text = (FOLDER / "README.md").read_text()
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}

    assert not [name for name in sorted(modules) if f"`{name}`" not in text]
