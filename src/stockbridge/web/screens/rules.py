"""Posting rules: which orders are booked otherwise, listed in the order they count."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.actions.posting_rules import RuleDraft, drafts_of, set_rules
from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.models import Bridge
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import say_error
from stockbridge.web.choosing import bridges_of, chosen_bridge, nothing_joined
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.model_forms import Choices
from stockbridge.web.rule_forms import FORMS, RuleForm, changes, conditions, initial_of
from stockbridge.web.screens.bridge_options import books_lists, find_bridge
from stockbridge.web.screens.connection_setup import act_of

MENU = (
    MenuItem(
        Section.SETUP, gettext_lazy("Rules"), "rules", order=25, icon="list-check"
    ),
)
Moves = Callable[[list[RuleDraft], int], None]


@screen(Permission.VIEW)
def rules(request: CompanyRequest) -> HttpResponse:
    """Show the rules, and a form for one more, or to change one."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Rules"))
    drafts, lists = drafts_of(bridge), _lists(request, bridge)
    place = _place(request.GET.get("rule", ""), drafts)
    initial = initial_of(drafts[place]) if place is not None else {}
    return _page(request, bridge, RuleForm(lists, None, initial), place)


@screen(Permission.CONFIGURE)
@require_POST
def rule_save(request: CompanyRequest, uid: str) -> HttpResponse:
    """Add a rule at the end, or change one where it stands."""
    bridge = find_bridge(request, uid)
    drafts = drafts_of(bridge)
    place = _place(request.POST.get("rule", ""), drafts)
    form = RuleForm(_lists(request, bridge), request.POST, None)
    draft = form.draft()
    if draft is None:
        return _page(request, bridge, form, place)
    if place is None:
        drafts.append(draft)
    else:
        drafts[place] = draft
    try:
        set_rules(bridge, drafts, act_of(request))
    except SyncError as error:
        field = str(getattr(error, "field", ""))
        form.add_error(field if field in form.fields else None, error.message)
        return _page(request, bridge, form, place)
    messages.success(request, _("Saved. Orders that wait are planned anew."))
    return redirect(_address(bridge))


@screen(Permission.CONFIGURE)
@require_POST
def rule_move(request: CompanyRequest, uid: str, act: str) -> HttpResponse:
    """Let a rule be tried earlier or later, or take it away."""
    bridge = find_bridge(request, uid)
    drafts = drafts_of(bridge)
    place = _place(request.POST.get("rule", ""), drafts)
    if act not in _MOVES:
        raise Http404
    if place is not None:
        _MOVES[act](drafts, place)
        try:
            set_rules(bridge, drafts, act_of(request))
        except SyncError as error:
            say_error(request, error)
    return redirect(_address(bridge))


def _earlier(drafts: list[RuleDraft], place: int) -> None:
    drafts.insert(max(place - 1, 0), drafts.pop(place))


def _later(drafts: list[RuleDraft], place: int) -> None:
    drafts.insert(place + 1, drafts.pop(place))


def _away(drafts: list[RuleDraft], place: int) -> None:
    drafts.pop(place)


_MOVES: Mapping[str, Moves] = {"up": _earlier, "down": _later, "remove": _away}


def _page(
    request: CompanyRequest, bridge: Bridge, form: RuleForm, place: int | None
) -> HttpResponse:
    drafts, lists = drafts_of(bridge), _lists(request, bridge)
    context = {
        "bridge": bridge,
        "bridges": bridges_of(request.company),
        "form": form,
        "changed": drafts[place] if place is not None else None,
        "rows": [
            {"rule": one, "fits": conditions(one), "then": changes(one, lists)}
            for one in drafts
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "web/rules.html", context, status=status)


def _place(name: str, drafts: list[RuleDraft]) -> int | None:
    """Return where the rule with this name stands; names are told apart."""
    names = [one.name for one in drafts]
    return names.index(name) if name in names else None


def _lists(request: CompanyRequest, bridge: Bridge) -> dict[str, Choices]:
    """Return what the form offers; nothing where the books have no such list."""
    books = capabilities_of(bridge.books)
    read = bridge.books.facts.get(LISTS)
    classes = read.get("classes", []) if isinstance(read, dict) else []
    forms = books.sale_forms if books.can_choose_form else ()
    return {
        "form": [(one.value, FORMS.get(one, one.value)) for one in forms],
        "account_id": books_lists(request, bridge).accounts,
        "class_id": [(str(one[0]), str(one[1])) for one in classes],
    }


def _address(bridge: Bridge) -> str:
    parts = {"company": bridge.company.slug}
    return f"{reverse('rules', kwargs=parts)}?connection={bridge.uid}"


urlpatterns = [
    path("rules/", rules, name="rules"),
    path("rules/<slug:uid>/", rule_save, name="rule_save"),
    path("rules/<slug:uid>/<slug:act>/", rule_move, name="rule_move"),
]
