"""The README tells what is: the picture is the table's, the tests are there."""

import re
from pathlib import Path

from stockbridge.connectors.webconnector.conversation import picture

PACKAGE = Path(__file__).parents[1]
README = (PACKAGE / "README.md").read_text(encoding="utf-8")


def test_the_picture_is_drawn_from_the_table() -> None:
    assert picture() in README


def test_every_test_that_it_names_is_there() -> None:
    tests = "".join(p.read_text() for p in PACKAGE.glob("tests/test_*.py"))

    named = set(re.findall(r"`(test_\w+)`", README))

    assert len(named) >= 10
    assert not {name for name in named if f"def {name}(" not in tests}


def test_every_module_is_explained() -> None:
    modules = {p.stem for p in PACKAGE.glob("*.py")} - {"__init__"}

    assert {name for name in modules if f"`{name}`" not in README} == set()
