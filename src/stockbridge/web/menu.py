"""The menu: each screen says where it belongs; the page only draws it.

    MENU = (MenuItem(Section.WORK, _("Queue"), "queue", icon="send", order=10),)

in a screen module is all it takes. `url` is the name of an address below
`/c/<company>/` without further parts. Who lacks `permission` does not see the entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import Company, Membership
from stockbridge.companies.permissions import Permission
from stockbridge.web.screens import screen_modules
from stockbridge.web.text import Text


class Section(Enum):
    """A part of the menu, in its order on the page; the value is its heading."""

    OVERVIEW = ""
    RECORDS = _("Store and books")  # orders, items, customers, stock
    WORK = _("Work")  # queue, needs you, runs, store = books, logs
    SETUP = _("Set-up")  # connections, mappings, rules, checklists, users
    BACK_OFFICE = _("Back office")


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu."""

    section: Section
    label: Text
    url: str
    permission: Permission = Permission.VIEW
    order: int = 100  # within its section, small first
    icon: str = "point"  # a name in the sprite
    badge: Callable[[Company], int] | None = None  # a number beside it; 0 hides it


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as one person sees it now."""

    label: Text
    address: str
    icon: str
    badge: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The entries below one heading."""

    heading: Text
    entries: tuple[Entry, ...]


def items() -> tuple[MenuItem, ...]:
    """Return the entries of all screens, sorted."""
    places = {section: place for place, section in enumerate(Section)}
    found = [
        item for module in screen_modules() for item in getattr(module, "MENU", ())
    ]
    return tuple(
        sorted(found, key=lambda i: (places[i.section], i.order, str(i.label)))
    )


def menu(membership: Membership, path: str) -> tuple[Group, ...]:
    """Return what this person may open, with the entry of `path` marked."""
    company = membership.company
    allowed = [item for item in items() if membership.may(item.permission)]
    addresses = {
        item: reverse(item.url, kwargs={"company": company.slug}) for item in allowed
    }
    # The longest address that the path begins with: /c/shop/ begins them all.
    above = [address for address in addresses.values() if path.startswith(address)]
    current = max(above, key=len, default="")
    groups = []
    for section in Section:
        entries = tuple(
            Entry(
                label=item.label,
                address=addresses[item],
                icon=item.icon,
                badge=item.badge(company) if item.badge else 0,
                is_current=addresses[item] == current,
            )
            for item in allowed
            if item.section is section
        )
        if entries:
            groups.append(Group(section.value, entries))
    return tuple(groups)
