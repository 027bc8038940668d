"""Which department of the books a store's category is, and the way back."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

NO_DEPARTMENTS: Mapping[str, str] = MappingProxyType({})


def department_of(categories: Sequence[str], chosen: Mapping[str, str]) -> str:
    """Return the department of an item that is in these categories.

    The first that a person mapped decides; without one the first category's name is
    the department's.
    """
    for category in categories:
        if found := chosen.get(category):
            return found
    return categories[0] if categories else ""


def category_of(
    department: str, chosen: Mapping[str, str], names: Mapping[str, str]
) -> str:
    """Return the category of a product whose item is in this department.

    `department` is as items name it, `names` says what it is called. Of several
    categories that were mapped to it the one of its own name is taken, else the first
    by alphabet; without any the department's name, not its code.
    """
    name = names.get(department, department)
    mapped = [category for category, one in chosen.items() if one == department]
    own = [one for one in mapped if one.casefold() == name.casefold()]
    return next(iter([*own, *sorted(mapped, key=str.casefold)]), name)
