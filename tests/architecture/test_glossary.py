"""The glossary knows every module of the domain and every table of the engine."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = ROOT / "src" / "stockbridge" / "domain"
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
NAMES = frozenset(re.findall(r"`([A-Za-z_]+)`", GLOSSARY))
MODULES = sorted(path.stem for path in DOMAIN.glob("*.py") if path.stem != "__init__")
MODELS = sorted(model.__name__ for model in apps.get_app_config("engine").get_models())


@pytest.mark.parametrize("module", MODULES)
def test_every_module_of_the_domain_is_explained(module: str) -> None:
    assert module in NAMES


@pytest.mark.parametrize("model", MODELS)
def test_every_table_of_the_engine_is_explained(model: str) -> None:
    assert model in NAMES


def test_nothing_is_explained_that_is_gone() -> None:
    gone = NAMES - set(MODULES) - set(MODELS)

    assert gone == set()


def test_no_word_is_explained_twice() -> None:
    words = re.findall(
        r"^\| \*\*([^*]+)\*\*", GLOSSARY.split("## On the screen")[0], re.M
    )

    assert sorted(words) == sorted(set(words))
