"""Posting rules: which orders are booked otherwise, listed in the order they count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions.posting_rules import (
    RuleDraft,
    drafts_of,
    set_rules,
    try_rules,
)
from stockbridge.engine.models import Bridge
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import say_error
from stockbridge.web.choosing import bridges_of, chosen_bridge, nothing_joined
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.rule_forms import RuleForm, initial_of
from stockbridge.web.rule_lists import RuleLists, names_in, rule_lists
from stockbridge.web.rule_words import changes, conditions
from stockbridge.web.screens.bridge_options import books_lists, find_bridge
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.trial_rows import TrialPage, trial_page

MENU = (
    MenuItem(
        Section.SETUP, gettext_lazy("Rules"), "rules", order=25, icon="list-check"
    ),
)
Moves = Callable[[list[RuleDraft], int], None]
DraftsAct = Callable[[Bridge, "_Edited", list[RuleDraft]], HttpResponse]


@screen(Permission.VIEW)
def rules(request: CompanyRequest) -> HttpResponse:
    """Show the rules, and a form for one more, or to change one."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Rules"))
    lists = _lists(request, bridge)
    edited = _edited(bridge, lists, None, request.GET.get("rule", ""))
    return _page(request, bridge, edited)


@screen(Permission.CONFIGURE)
@require_POST
def rule_save(request: CompanyRequest, uid: str) -> HttpResponse:
    """Add a rule at the end, or change one where it stands."""

    def save(bridge: Bridge, edited: _Edited, drafts: list[RuleDraft]) -> HttpResponse:
        set_rules(bridge, drafts, act_of(request))
        messages.success(request, _("Saved. Orders that wait are planned anew."))
        return redirect(_address(bridge))

    return _with_drafts(request, uid, save)


@screen(Permission.CONFIGURE)
@require_POST
def rule_try(request: CompanyRequest, uid: str) -> HttpResponse:
    """Show what the rules would make of past orders, if this one were saved."""

    def attempt(
        bridge: Bridge, edited: _Edited, drafts: list[RuleDraft]
    ) -> HttpResponse:
        trial = try_rules(bridge, drafts, act_of(request))
        return _page(request, bridge, edited, trial_page(trial, edited.lists))

    return _with_drafts(request, uid, attempt)


def _with_drafts(request: CompanyRequest, uid: str, act: DraftsAct) -> HttpResponse:
    """Act on the rules as they would be with what was sent, or say what is wrong."""
    bridge = find_bridge(request, uid)
    lists = _lists(request, bridge)
    edited = _edited(bridge, lists, request.POST, request.POST.get("rule", ""))
    drafts = edited.drafts()
    if drafts is None:
        return _page(request, bridge, edited)
    try:
        return act(bridge, edited, drafts)
    except SyncError as error:
        edited.refuse(error)
        return _page(request, bridge, edited)


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


@dataclass(slots=True)
class _Edited:
    """The rules as they are kept, and the one that the form is about."""

    lists: RuleLists
    kept: list[RuleDraft]
    place: int | None  # None: one more
    form: RuleForm

    def drafts(self) -> list[RuleDraft] | None:
        """Return all rules with the form's; None where that does not fit."""
        draft = self.form.draft()
        if draft is None:
            return None
        if self.place is None:
            return [*self.kept, draft]
        return [*self.kept[: self.place], draft, *self.kept[self.place + 1 :]]

    def refuse(self, error: SyncError) -> None:
        """Say beside the field what is wrong with it."""
        field = str(getattr(error, "field", ""))
        message = f"{error.message} {error.remedy}".strip()
        self.form.add_error(field if field in self.form.fields else None, message)


def _edited(
    bridge: Bridge, lists: RuleLists, data: QueryDict | None, name: str
) -> _Edited:
    kept = drafts_of(bridge)
    place = _place(name, kept)
    initial = initial_of(kept[place]) if place is not None else {}
    return _Edited(lists, kept, place, RuleForm(bridge, lists, data, initial))


def _page(
    request: CompanyRequest,
    bridge: Bridge,
    edited: _Edited,
    trial: TrialPage | None = None,
) -> HttpResponse:
    names = names_in(edited.kept, edited.lists)
    context = {
        "bridge": bridge,
        "bridges": bridges_of(request.company),
        "form": edited.form,
        "changed": edited.kept[edited.place] if edited.place is not None else None,
        "rows": [
            {"rule": one, "fits": conditions(one), "then": changes(one, names)}
            for one in edited.kept
        ],
        "trial": trial,
    }
    status = 422 if edited.form.is_bound and trial is None else 200
    return render(request, "web/rules.html", context, status=status)


def _place(name: str, drafts: list[RuleDraft]) -> int | None:
    """Return where the rule with this name stands; names are told apart."""
    names = [one.name for one in drafts]
    return names.index(name) if name in names else None


def _lists(request: CompanyRequest, bridge: Bridge) -> RuleLists:
    return rule_lists(bridge, books_lists(request, bridge).accounts)


def _address(bridge: Bridge) -> str:
    parts = {"company": bridge.company.slug}
    return f"{reverse('rules', kwargs=parts)}?connection={bridge.uid}"


urlpatterns = [
    path("rules/", rules, name="rules"),
    path("rules/<slug:uid>/", rule_save, name="rule_save"),
    path("rules/<slug:uid>/try/", rule_try, name="rule_try"),
    path("rules/<slug:uid>/<slug:act>/", rule_move, name="rule_move"),
]
