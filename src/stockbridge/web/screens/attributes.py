"""Attributes: which field feeds which, what each value becomes, and the styles."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.attributes import (
    AttributeRule,
    Unmapped,
    ValueTally,
    value_key,
)
from stockbridge.domain.errors import InvalidInputError, SyncError
from stockbridge.engine.actions.attributes import (
    FieldDraft,
    item_fields,
    map_values,
    set_field,
)
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.models import Bridge
from stockbridge.engine.style_preview import outlook
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import say_error
from stockbridge.web.addresses import with_connection
from stockbridge.web.choosing import bridges_of, chosen_bridge, nothing_joined
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.screens.bridge_options import find_bridge
from stockbridge.web.screens.connection_setup import act_of

MENU = (
    MenuItem(
        Section.SETUP,
        gettext_lazy("Attributes"),
        "attributes",
        order=21,
        icon="adjustments",
    ),
)
VALUES_SHOWN = 200  # of one field; a field with more is no attribute
#: What becomes of a value that is not mapped, in words.
UNMAPPED_WORDS = {
    Unmapped.AS_IS.value: gettext_lazy("goes as it is"),
    Unmapped.WAIT.value: gettext_lazy("its item waits for me"),
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of the books' items, as its line on the page shows it."""

    field: str
    title: str
    name: str
    unmapped: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """The values of one field."""

    field: str
    title: str
    name: str  # the attribute
    waits: bool  # whether items with a value that is not mapped wait
    values: tuple[ValueTally, ...]
    count: int  # of all values, shown or not
    unmapped: int


@screen(Permission.VIEW)
def attributes(request: CompanyRequest) -> HttpResponse:
    """Show which field feeds which attribute; values and styles come beside it."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Attributes"))
    return _page(request, bridge, _fields(bridge, request))


@screen(Permission.VIEW)
def attributes_part(request: CompanyRequest) -> HttpResponse:
    """Read the items, and show their values and the styles that they make."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return redirect(_address(request))
    found = outlook(bridge)
    titles = {row.field: row.title for row in _fields(bridge, request)}
    context = {
        "bridge": bridge,
        "found": found,
        "groups": _groups(found.values, rules_of(bridge), titles),
        "styles_more": found.styles_count - len(found.styles),
    }
    name = "attributes_part.html" if request.htmx else "attributes_whole.html"
    return render(request, f"web/{name}", context)


@screen(Permission.CONFIGURE)
@require_POST
def attributes_save(request: CompanyRequest, uid: str) -> HttpResponse:
    """Save the attributes of all fields; what does not fit is said beside it."""
    bridge, act = find_bridge(request, uid), act_of(request)
    known = {row.field: row for row in _fields(bridge, request)}
    shown, is_refused = [], False
    given = zip(
        request.POST.getlist("field"),
        request.POST.getlist("name"),
        request.POST.getlist("unmapped"),
        strict=False,
    )
    for field, name, unmapped in given:
        row = known.get(field)
        if row is None:
            continue
        refusal = ""
        if (row.name, row.unmapped) != (name.strip(), unmapped):
            try:
                set_field(bridge, FieldDraft(field, name, unmapped), act)
            except InvalidInputError as error:
                refusal = f"{error.message} {error.remedy}".strip()
        is_refused = is_refused or bool(refusal)
        shown.append(FieldRow(field, row.title, name, unmapped, refusal))
    if is_refused:
        return _page(request, bridge, shown, status=422)
    messages.success(request, _("Saved. It counts for products that are created."))
    return redirect(with_connection(_address(request), bridge))


@screen(Permission.CONFIGURE)
@require_POST
def attribute_values(request: CompanyRequest, uid: str, field: str) -> HttpResponse:
    """Save what the values of one field become."""
    bridge = find_bridge(request, uid)
    pairs = zip(
        request.POST.getlist("value"), request.POST.getlist("becomes"), strict=False
    )
    kept = {rule.field: rule.values for rule in rules_of(bridge)}.get(field, {})
    changed = {
        value: becomes
        for value, becomes in pairs
        if becomes.strip() != kept.get(value_key(value), "")
    }
    try:
        map_values(bridge, field, changed, act_of(request))
    except SyncError as error:
        say_error(request, error)
    else:
        text = _("Saved. Push the items again that waited for a value.")
        messages.success(request, text)
    return redirect(with_connection(_address(request), bridge))


def _fields(bridge: Bridge, request: CompanyRequest) -> list[FieldRow]:
    rules = {rule.field: rule for rule in rules_of(bridge)}
    return [
        FieldRow(field, title, rule.name, rule.unmapped.value)
        for field, title in item_fields(bridge, act_of(request))
        for rule in [rules.get(field, AttributeRule(field))]
    ]


def _groups(
    values: tuple[ValueTally, ...],
    rules: tuple[AttributeRule, ...],
    titles: dict[str, str],
) -> list[ValueGroup]:
    by_field = {rule.field: rule for rule in rules}
    found = []
    for field, tallies in groupby(values, key=lambda one: one.field):
        rows, rule = tuple(tallies), by_field[field]
        found.append(
            ValueGroup(
                field,
                titles.get(field, field),
                rule.name,
                rule.unmapped is Unmapped.WAIT,
                rows[:VALUES_SHOWN],
                len(rows),
                sum(not one.mapped for one in rows),
            )
        )
    return found


def _page(
    request: CompanyRequest, bridge: Bridge, rows: list[FieldRow], status: int = 200
) -> HttpResponse:
    context = {
        "bridge": bridge,
        "bridges": bridges_of(request.company),
        "rows": rows,
        "words": UNMAPPED_WORDS.items(),
    }
    return render(request, "web/attributes.html", context, status=status)


def _address(request: CompanyRequest) -> str:
    return reverse("attributes", kwargs={"company": request.company.slug})


urlpatterns = [
    path("attributes/", attributes, name="attributes"),
    path("attributes/found/", attributes_part, name="attributes_part"),
    path("attributes/<slug:uid>/", attributes_save, name="attributes_save"),
    path(
        "attributes/<slug:uid>/<slug:field>/", attribute_values, name="attribute_values"
    ),
]
