"""The options of a connection: what flows between a store and its books, and how."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.domain.errors import SyncError
from stockbridge.engine import links
from stockbridge.engine.actions import bridges as actions
from stockbridge.engine.actions.mappings import for_money
from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge
from stockbridge.engine.sales_once import partners_of
from stockbridge.ports import BooksCapabilities
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.bridge_forms import BooksLists, OptionsForm
from stockbridge.web.model_forms import Choices
from stockbridge.web.option_words import STOCK_OWNER_EXPLAINED
from stockbridge.web.rule_lists import named_accounts
from stockbridge.web.screens.connection_setup import act_of


@screen(Permission.VIEW, post=Permission.CONFIGURE)
def bridge(request: CompanyRequest, uid: str) -> HttpResponse:
    """Show and save all options, together."""
    row = find_bridge(request, uid)
    data = request.POST if request.method == "POST" else None
    form = OptionsForm(row, options_of(row), books_lists(request, row), data)
    if form.is_valid() and _may_switch_on(form) and _saved(request, form):
        if "run" in request.POST and row.is_enabled:
            actions.run_now(row, act_of(request).now)
        return redirect("bridge", company=request.company.slug, uid=uid)
    context = {
        "bridge": row,
        "form": form,
        "owner_explained": STOCK_OWNER_EXPLAINED,
        "awaits_lists": awaits_lists(row),
        "partner": next(iter(partners_of(row)), None),
        "is_under_way": actions.is_under_way(row),
        "warnings": actions.warnings_of(form.before),
        "cursor": row.store.cursors.filter(feed="orders").first(),
    }
    status = 422 if form.errors else 200
    return render(request, "web/bridge.html", context, status=status)


@screen(Permission.CONFIGURE)
@require_POST
def bridge_switch(request: CompanyRequest, uid: str) -> HttpResponse:
    """Start, or stop at the next step."""
    row, act = find_bridge(request, uid), act_of(request)
    try:
        if row.is_enabled:
            actions.disable(row, act)
            messages.success(
                request, _("Stopped. What is under way ends at its next step.")
            )
        else:
            actions.enable(row, act)
            messages.success(request, _("Started: both sides are looked at now."))
    except SyncError as error:
        messages.error(request, f"{error.message} {error.remedy}")
    return redirect("bridge", company=request.company.slug, uid=uid)


@screen(Permission.VIEW, post=Permission.SYNC_STOCK)
@require_POST
def bridge_run(request: CompanyRequest, uid: str) -> HttpResponse:
    """Look at both sides now."""
    row = find_bridge(request, uid)
    if row.is_enabled:
        actions.run_now(row, act_of(request).now)
        messages.success(request, _("Both sides are looked at now."))
    else:
        messages.warning(request, _("It is switched off. Start it first."))
    return redirect("bridge", company=request.company.slug, uid=uid)


def find_bridge(request: CompanyRequest, uid: str) -> Bridge:
    """Return the company's bridge; Http404 for any other."""
    rows = Bridge.objects.select_related("company", "store", "books")
    rows = rows.select_related("store__company", "books__company")
    row = rows.filter(company=request.company, uid=uid).first()
    if row is None:
        raise Http404
    return row


def is_caller(row: Bridge) -> bool:
    """Whether the books call us: their own settings say where money goes."""
    return registry.get(row.books.connector).translator is not None


def awaits_lists(row: Bridge) -> bool:
    """Whether the books call us, and have not been read yet."""
    return is_caller(row) and LISTS not in row.books.facts


def books_lists(request: CompanyRequest, row: Bridge) -> BooksLists:
    """Return the books' locations and accounts, empty where they do not answer."""
    try:
        with links.calling():
            books = links.open_books(row.books, None)
            places = [one for one in books.locations() if one.is_active]
            able, found = books.capabilities, books.accounts()
    except SyncError as error:
        messages.warning(
            request,
            _("%(name)s does not answer, so its lists are not here: %(why)s")
            % {"name": row.books.name, "why": error.message},
        )
        return BooksLists([], [])
    return BooksLists(
        [(one.external_id, one.name) for one in places],
        named_accounts(found),
        _prices(row, able),
        named_accounts(for_money(found, able)),
        able.has_accounts,
    )


def _prices(row: Bridge, books: BooksCapabilities) -> Choices:
    """Return an item's further prices, as the company names them where it does."""
    lists = row.books.facts.get(LISTS)
    rows = lists.get("price_levels", []) if isinstance(lists, dict) else []
    own = {str(one[0]): str(one[1]) for one in rows}
    return [(name, own.get(name, title)) for name, title in books.prices]


def _may_switch_on(form: OptionsForm) -> bool:
    """Ask before orders are imported automatically for the first time."""
    given = form.cleaned_data
    is_new = given["orders_enabled"] and not form.before.orders_enabled
    if not is_new or given["sure"] or actions.was_imported_by_hand(form.bridge):
        return True
    form.ask_first()
    return False


def _saved(request: CompanyRequest, form: OptionsForm) -> bool:
    try:
        saved = actions.save_options(form.bridge, form.changes, act_of(request))
    except actions.OptionsRefusedError as refusal:
        form.refuse(refusal)
        return False
    text = _("Saved.")
    if saved.is_under_way:
        text = _("Saved. Work is under way: this takes effect at its next step.")
    messages.success(request, text)
    for warning in saved.warnings:
        messages.warning(request, warning)
    return True


urlpatterns = [
    path("connections/joined/<slug:uid>/", bridge, name="bridge"),
    path("connections/joined/<slug:uid>/switch/", bridge_switch, name="bridge_switch"),
    path("connections/joined/<slug:uid>/run/", bridge_run, name="bridge_run"),
]
