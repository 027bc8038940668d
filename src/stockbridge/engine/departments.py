"""A bridge's categories and departments: what a person mapped, and the books' names."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.domain.departments import category_of
from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.mapping_kinds import CATEGORY, DEPARTMENT
from stockbridge.engine.models import Bridge, Mapping


@dataclass(frozen=True, slots=True)
class Departments:
    """Both directions of one bridge."""

    chosen: dict[str, str] = field(default_factory=dict)  # category → department's id
    ids: dict[str, str] = field(default_factory=dict)  # folded name or code → id
    names: dict[str, str] = field(default_factory=dict)  # id → name

    def category(self, department: str) -> str:
        """Return the store's category of an item, "" where it has no department."""
        found = self.ids.get(department.strip().casefold(), department)
        return category_of(found, self.chosen, self.names) if department else ""


def departments_of(bridge: Bridge) -> Departments:
    """Return the bridge's; empty where its books have no departments."""
    lists = bridge.books.facts.get(LISTS)
    rows = lists if isinstance(lists, dict) else {}
    return Departments(
        mapped_departments(bridge),
        {
            str(name).strip().casefold(): str(record)
            for name, record in rows.get("department_names", [])
        },
        {str(record): str(name) for record, name in rows.get("departments", [])},
    )


def mapped_departments(bridge: Bridge) -> dict[str, str]:
    """Return the department that a person chose for each category."""
    rows = _categories(bridge.pk)
    return {row.store_key: str(row.value.get(DEPARTMENT, "")) for row in rows}


@prepared
def _categories(bridge_id: int) -> QuerySet[Mapping]:
    return Mapping.objects.filter(bridge=bridge_id, kind=CATEGORY)
