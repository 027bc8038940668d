"""Acting on selected items: import, export, sync stock, send prices; dry first."""

from collections.abc import Callable, Mapping

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Binding, Bridge, Run, Snapshot
from stockbridge.engine.runs.parameters import ACCOUNT_ROLES
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.choosing import bridges_of, chosen_bridge
from stockbridge.web.model_forms import Choices
from stockbridge.web.screens.bridge_options import books_lists
from stockbridge.web.screens.items import (
    books_items_table,
    items_in_books,
    items_in_store,
    store_items_table,
)
from stockbridge.web.starting import SELECTED_MAX, start_and_show
from stockbridge.web.tables import Table, resolve_selection

ROLES = {
    "income": gettext_lazy("Income account"),
    "asset": gettext_lazy("Asset (inventory) account"),
    "cogs": gettext_lazy("Cost of goods sold account"),
    "expense": gettext_lazy("Expense account"),
    "purchase_variance": gettext_lazy("Purchase variance account"),
}


class AccountsForm(forms.Form):
    """The accounts that imported items get; those of the books by default."""

    def __init__(self, accounts: Choices, locations: Choices, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        by_default = [("", _("As the books have it by default"))]
        for role in ACCOUNT_ROLES:
            self.fields[role] = forms.ChoiceField(
                label=ROLES[role], choices=[*by_default, *accounts], required=False
            )
        if locations:
            self.fields["location"] = forms.ChoiceField(
                label=_("Location of the first quantity"),
                choices=[*by_default, *locations],
                required=False,
            )

    @property
    def accounts(self) -> dict[str, str]:
        """The chosen accounts, by role."""
        given = self.cleaned_data
        return {role: given[role] for role in ACCOUNT_ROLES if given.get(role)}


@screen(Permission.IMPORT_ITEMS)
@require_POST
def items_import(request: CompanyRequest) -> HttpResponse:
    """Ask for the accounts, then preview the import of the selected items."""
    bridge = chosen_bridge(request)
    back = _list(request, "store_items")
    if bridge is None:
        return redirect(back)
    ids = request.POST.getlist("item") or _ids(
        request, store_items_table, items_in_store
    )
    if not ids:
        return redirect(back)
    lists = books_lists(request, bridge)
    is_asked = "asked" in request.POST
    data = request.POST if is_asked else None
    form = AccountsForm(lists.accounts, lists.locations, data)
    if is_asked and form.is_valid():
        chosen = {
            "items": ids,
            "accounts": form.accounts,
            "location": form.cleaned_data.get("location", ""),
        }
        return start_and_show(request, bridge, (Run.Kind.IMPORT_ITEMS, chosen), back)
    context = {"bridge": bridge, "form": form, "ids": ids, "back": back}
    status = 422 if form.errors else 200
    return render(request, "web/items_import.html", context, status=status)


@screen(Permission.EXPORT_ITEMS)
@require_POST
def items_export(request: CompanyRequest) -> HttpResponse:
    """Preview creating and updating the selected items in the store."""
    chosen = {"marked_only": False}
    selected = (books_items_table, items_in_books)
    return _start(request, Run.Kind.EXPORT_ITEMS, "books_items", selected, chosen)


@screen(Permission.SYNC_STOCK)
@require_POST
def items_stock(request: CompanyRequest) -> HttpResponse:
    """Preview bringing the selected store items' quantities in line."""
    selected = (store_items_table, items_in_store)
    return _start(request, Run.Kind.PUSH_STOCK, "store_items", selected)


@screen(Permission.EXPORT_ITEMS)
@require_POST
def items_prices(request: CompanyRequest) -> HttpResponse:
    """Preview sending the books' prices of the selected store items."""
    selected = (store_items_table, items_in_store)
    return _start(request, Run.Kind.PUSH_PRICES, "store_items", selected)


@screen(Permission.SYNC_STOCK)
@require_POST
def items_books_stock(request: CompanyRequest) -> HttpResponse:
    """Preview bringing in line what the selected items of the books stand for."""
    bridge = chosen_bridge(request)
    back = _list(request, "books_items")
    ids = _ids(request, books_items_table, items_in_books)
    if bridge is None or not ids:
        return redirect(back)
    linked = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="item",
        books_id__in=ids,
    )
    store_ids = list(linked.values_list("store_id", flat=True).distinct())
    if not store_ids:
        text = _("None of the selected items is linked to an item in the store.")
        messages.warning(request, text)
        return redirect(back)
    wanted = (Run.Kind.PUSH_STOCK, {"items": store_ids})
    return start_and_show(request, bridge, wanted, back)


Selected = tuple[
    Callable[[list[Bridge], Bridge], Table], Callable[[Bridge], QuerySet[Snapshot]]
]


def _start(
    request: CompanyRequest,
    kind: str,
    face: str,
    selected: Selected,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    bridge = chosen_bridge(request)
    back = _list(request, face)
    ids = _ids(request, *selected)
    if bridge is None or not ids:
        return redirect(back)
    return start_and_show(request, bridge, (kind, {"items": ids, **(more or {})}), back)


def _ids(
    request: CompanyRequest,
    table: Callable[[list[Bridge], Bridge], Table],
    rows: Callable[[Bridge], QuerySet[Snapshot]],
) -> list[str]:
    """Return the ids of the selected items; none, with the reason said, if too many."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return []
    known = table(bridges_of(request.company), bridge)
    chosen = resolve_selection(request, known, rows(bridge)).order_by("pk")
    ids = list(chosen.values_list("external_id", flat=True)[: SELECTED_MAX + 1])
    if not ids:
        messages.warning(request, _("Select some items first."))
    if len(ids) > SELECTED_MAX:
        text = _("That are more than %(count)s. Filter the list, and take a part.")
        messages.warning(request, text % {"count": f"{SELECTED_MAX:,}"})
        return []
    return ids


def _list(request: CompanyRequest, face: str) -> str:
    return reverse(face, kwargs={"company": request.company.slug})


urlpatterns = [
    path("items/import/", items_import, name="items_import"),
    path("items/export/", items_export, name="items_export"),
    path("items/stock/", items_stock, name="items_stock"),
    path("items/prices/", items_prices, name="items_prices"),
    path("items/books/stock/", items_books_stock, name="items_books_stock"),
]
