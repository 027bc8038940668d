"""Documents are tested: a path that a text names is there."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "stockbridge"
TEXTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
]
_PATH = re.compile(r"`((?:src|docs|tests|benchmarks|scripts)/[\w./*-]+)`")
_CODE = re.compile(r"`([\w/]+\.py)`")
_TEST = re.compile(r"`(test_\w+\.py)::(\w+)`")
_PROMISE = tuple(f"| {number} " for number in range(1, 11))
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)\)")


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_every_path_and_link_leads_somewhere(text: Path) -> None:
    content = text.read_text()

    paths = [ROOT / found for found in _PATH.findall(content)]
    links = [text.parent / found for found in _LINK.findall(content)]
    missing = [
        str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
        for path in [*paths, *links]
        if not (path.exists() or list(path.parent.glob(path.name)))
    ]

    assert not missing


def test_the_tour_walks_through_the_code() -> None:
    tour = (ROOT / "docs" / "tour.md").read_text()

    assert len(_PATH.findall(tour)) >= 15


def test_every_rule_of_correctness_names_code_and_tests_that_exist() -> None:
    content = (ROOT / "docs" / "correctness.md").read_text()
    tests = _tests_by_file()

    rules = [line for line in content.splitlines() if line.startswith("| ")]
    wrong = []
    for line in rules:
        code, proof = line.split(" | ")[-2:]
        wrong += [one for one in _CODE.findall(code) if not (SOURCE / one).is_file()]
        for name, begin in _TEST.findall(proof):
            found = [one for one in tests[name] if one.startswith(f"test_{begin}")]
            wrong += [] if len(found) == 1 else [f"{name}::{begin} {found}"]
        is_heading = line.startswith(("| rule ", "| promise "))
        is_owed = proof.startswith("none yet: ") and line.startswith(_PROMISE)
        is_proven = _TEST.search(proof) is not None
        wrong += [] if is_heading or is_owed or is_proven else [f"no test: {line}"]

    assert len(rules) > 80
    assert wrong == []


def test_each_of_the_ten_promises_has_a_test() -> None:
    content = (ROOT / "docs" / "correctness.md").read_text()
    rows = [line for line in content.splitlines() if line.startswith(_PROMISE)]

    proven = {line.split()[1] for line in rows if _TEST.search(line)}

    assert proven == {str(number) for number in range(1, 11)}


def _tests_by_file() -> dict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for path in [*SOURCE.rglob("test_*.py"), *(ROOT / "tests").rglob("test_*.py")]:
        found[path.name] += re.findall(r"^def (test_\w+)", path.read_text(), re.M)
    return found
