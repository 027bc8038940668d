"""A connector's README as its tests read it: the table of traps, the table of files."""

import re
from dataclasses import dataclass
from pathlib import Path

FATES = ("handled", "held", "refused", "said")
_ROW = re.compile(r"^\| (?P<trap>[^|]+) \| (?P<fate>[^|]+) \| `(?P<test>test_\w+)` \|$")


@dataclass(frozen=True, slots=True)
class Trap:
    """What the other system does, what becomes of it here, and the test."""

    trap: str
    fate: str
    test: str


def traps_of(folder: Path) -> list[Trap]:
    """Return the rows of the table of traps; each has to be whole."""
    lines = (folder / "README.md").read_text().splitlines()
    start = lines.index("| trap | what becomes of it | test |")
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        match = _ROW.match(line)
        assert match, line
        table.append(Trap(**match.groupdict()))
    return table


def names_of_tests(*folders: Path) -> set[str]:
    """Return the names of the tests in these folders."""
    return {
        name
        for folder in folders
        for path in folder.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)
    }


def modules_not_named(folder: Path) -> list[str]:
    """Return the connector's modules that its README says nothing of."""
    text = (folder / "README.md").read_text()
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    return [name for name in sorted(modules) if f"`{name}`" not in text]
