"""The shape of the code: small files that say what they are about."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 400
TEST_LINES_MAX = 700  # a list of sentences may be longer
BANNED = {"utils", "helpers", "common", "misc", "base", "manager"}
NAMED_BY_DJANGO = {ROOT / "tests/postgresql/base.py"}  # where a database backend is
SOURCES = [
    path
    for path in [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")]
    if "migrations" not in path.parts
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_small_and_says_what_it_is_about(path: Path) -> None:
    text = path.read_text()
    module = ast.parse(text)

    limit = TEST_LINES_MAX if "tests" in path.parts else LINES_MAX
    assert len(text.splitlines()) <= limit
    assert path.stem not in BANNED or path in NAMED_BY_DJANGO
    if text.strip() and "tests" not in path.parts:
        assert ast.get_docstring(module), "the first line says what the module is for"


def test_the_lock_names_no_registry_but_the_public_one() -> None:
    lock = (ROOT / "uv.lock").read_text()

    hosts = set(re.findall(r"https?://([^/\"]+)", lock))

    assert hosts <= {"pypi.org", "files.pythonhosted.org"}


def test_every_connector_has_the_same_file_names() -> None:
    wanted = {"__init__.py", "settings.py", "decode.py", "encode.py", "errors.py"}
    wanted |= {"quality.yaml", "README.md"}
    folders = [
        path.parent
        for kind in ("stores", "books")
        for path in (ROOT / "src/stockbridge/connectors" / kind).glob("*/__init__.py")
        if path.parent.name != "tests"
    ]

    missing = {
        folder.name: wanted - {path.name for path in folder.iterdir()}
        for folder in folders
    }

    assert folders
    assert not {name: gone for name, gone in missing.items() if gone}
