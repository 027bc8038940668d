"""Finds the connectors: each folder below `stores` and `books` declares one.

There is no list to edit. The engine and the screens reach connectors only here.
"""

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from stockbridge.connectors import books as books_package
from stockbridge.connectors import stores as stores_package
from stockbridge.domain.errors import DefectError
from stockbridge.ports import Connector


def stores() -> tuple[Connector, ...]:
    """Return all connectors to stores, by slug."""
    return _found(stores_package)


def books() -> tuple[Connector, ...]:
    """Return all connectors to books, by slug."""
    return _found(books_package)


def get(slug: str) -> Connector:
    """Return the connector with this slug; DefectError when there is none."""
    for connector in (*stores(), *books()):
        if connector.slug == slug:
            return connector
    raise DefectError(f"There is no connector {slug!r}.")


@cache
def _found(package: ModuleType) -> tuple[Connector, ...]:
    found = []
    for info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{info.name}")
        if info.ispkg and hasattr(module, "CONNECTOR"):
            found.append(_declared(module))
    return tuple(sorted(found, key=lambda connector: connector.slug))


def _declared(module: ModuleType) -> Connector:
    connector = module.CONNECTOR
    if not isinstance(connector, Connector):
        raise DefectError(f"{module.__name__}.CONNECTOR is no Connector.")
    if connector.slug != module.__name__.rpartition(".")[2]:
        raise DefectError(f"{module.__name__} calls itself {connector.slug!r}.")
    return connector
