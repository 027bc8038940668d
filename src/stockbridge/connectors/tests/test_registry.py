"""Connectors are found by their folders, and each folder is complete."""

from pathlib import Path
from types import ModuleType

import pytest

from stockbridge.connectors import books, registry, stores
from stockbridge.domain.errors import DefectError

STORE_FILES = {
    "__init__.py",
    "README.md",
    "client.py",
    "decode.py",
    "encode.py",
    "endpoint.py",
    "errors.py",
    "quality.yaml",
    "settings.py",
    "simulator",
    "store.py",
    "tests",
}


def _folders(package: ModuleType) -> list[Path]:
    (root,) = package.__path__
    return [p for p in Path(root).iterdir() if (p / "__init__.py").is_file()]


def test_every_store_folder_declares_a_connector_that_opens_stores() -> None:
    found = {connector.slug: connector for connector in registry.stores()}

    assert set(found) == {folder.name for folder in _folders(stores)}
    assert all(connector.open_store for connector in found.values())


def test_what_the_registry_finds_for_books_opens_them_or_translates() -> None:
    folders = {folder.name for folder in _folders(books)}

    assert {connector.slug for connector in registry.books()} <= folders
    for connector in registry.books():
        assert bool(connector.open_books) != bool(connector.translator), connector.slug
        assert connector.capabilities, connector.slug


@pytest.mark.parametrize("folder", _folders(stores), ids=lambda folder: folder.name)
def test_a_store_folder_has_the_same_files_as_its_neighbours(folder: Path) -> None:
    missing = STORE_FILES - {path.name for path in folder.iterdir()}

    assert not missing


def test_each_setting_and_secret_has_words_for_its_form() -> None:
    for connector in (*registry.stores(), *registry.books()):
        for form in (connector.settings, connector.secrets):
            for name, field in form.model_fields.items():
                assert field.title, name
                assert field.description, name


def test_an_unknown_connector_is_a_defect_not_a_none() -> None:
    with pytest.raises(DefectError, match="no connector 'nothing'"):
        registry.get("nothing")
