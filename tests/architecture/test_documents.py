"""Documents are tested: a path that a text names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
]
_PATH = re.compile(r"`((?:src|docs|tests|benchmarks|scripts)/[\w./*-]+)`")
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
