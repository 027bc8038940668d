"""Needs you: what waits for a person, what to do about it, and doing it right here."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Issue
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.issue_cards import (
    GROUPS,
    ORDERS_GROUP,
    Card,
    cards,
    group_of,
)
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import Column, DateFilter, Empty, Table, show_table
from stockbridge.web.tables.paging import page_number
from stockbridge.web.text import Text

CARDS_OF_ALL, CARDS_OF_ONE = 5, 50


def open_issues(company: Company) -> int:
    """Return how much waits for a person."""
    return Issue.objects.filter(company=company, resolved_at=None).count()


MENU = (
    MenuItem(
        Section.WORK,
        _("Needs you"),
        "issues",
        order=10,
        icon="alert-triangle",
        badge=open_issues,
    ),
)


@dataclass(slots=True)
class Group:
    """Issues of one kind, the first of them as cards."""

    title: Text
    codes: list[str]
    count: int
    waiting: int = 0
    cards: list[Card] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What names it in the address."""
        return self.codes[0]

    @property
    def can_retry(self) -> bool:
        """Whether looking again at all of them makes sense."""
        return not self.key.startswith("limit_") and self.count > 1


def of_company(company: Company) -> QuerySet[Issue]:
    """Return what is open."""
    rows = Issue.objects.filter(company=company, resolved_at=None)
    return rows.select_related(
        "company", "bridge__company", "bridge__store", "bridge__books", "connection"
    ).order_by("-opened_at", "-pk")


@screen(Permission.VIEW)
def issues(request: CompanyRequest) -> HttpResponse:
    """Show what needs a person, by kind; `?kind=…` shows all of one kind."""
    groups = groups_of(request.company)
    wanted = request.GET.get("kind", "")
    chosen = next((one for one in groups if wanted in one.codes), None)
    context: dict[str, Any] = {"groups": groups, "chosen": chosen, "here": request.path}
    if chosen is not None:
        number = page_number(request.GET.get("page", "1"))
        start = (number - 1) * CARDS_OF_ONE
        rows = of_company(request.company).filter(code__in=chosen.codes)
        chosen.cards = cards(rows[start : start + CARDS_OF_ONE], request.membership)
        context["groups"] = [chosen]
        context["here"] = request.get_full_path()
        context["previous"] = number - 1 if number > 1 else 0
        context["next_page"] = number + 1 if chosen.count > start + CARDS_OF_ONE else 0
    else:
        for group in groups:
            rows = of_company(request.company).filter(code__in=group.codes)
            group.cards = cards(rows[:CARDS_OF_ALL], request.membership)
    return render(request, "web/issues.html", context)


def groups_of(company: Company) -> list[Group]:
    """Return the kinds of what is open, in the order of `GROUPS`."""
    rows = Issue.objects.filter(company=company, resolved_at=None).order_by()
    codes: Counter[tuple[str, str]] = Counter()
    waiting: Counter[str] = Counter()
    for code, kind, count in rows.values_list("code", "subject_kind", "waiting_count"):
        codes[code, kind] += 1
        waiting[code] += count
    found: dict[str, Group] = {}
    for (code, kind), number in sorted(codes.items()):
        title = group_of(code, kind)
        group = found.setdefault(str(title), Group(title, [], 0))
        if code not in group.codes:
            group.codes.append(code)
            group.waiting += waiting[code]
        group.count += number
    places = [str(title) for _code, title in GROUPS]
    places += [str(ORDERS_GROUP)]
    last = len(places)
    return sorted(
        found.values(),
        key=lambda one: (
            places.index(str(one.title)) if str(one.title) in places else last
        ),
    )


SETTLED = Table(
    key="settled",
    caption=_("What was settled"),
    columns=(
        Column("title", _("What"), value="title"),
        Column("by", _("By"), value=lambda row: row.resolved_by or _("itself")),
        Column(
            "opened", _("Opened"), value="opened_at", sort="pk", format=cells.moment
        ),
        Column("settled", _("Settled"), value="resolved_at", format=cells.moment),
        Column("message", _("Message"), is_hidden=True),
    ),
    sort="-opened",
    search=("title__icontains",),
    search_hint=_("Search"),
    filters=(DateFilter("settled", _("Settled"), field="resolved_at"),),
    empty=Empty(_("Nothing has needed you yet."), icon="circle-check"),
)


@screen(Permission.VIEW)
def issues_settled(request: CompanyRequest) -> HttpResponseBase:
    """List what needed a person before."""
    rows = Issue.objects.filter(~Q(resolved_at=None), company=request.company)
    return show_table(request, SETTLED, rows, "web/issues_settled.html")


urlpatterns = [
    path("needs-you/", issues, name="issues"),
    path("needs-you/settled/", issues_settled, name="issues_settled"),
]
