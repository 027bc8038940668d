"""Customers of the store: who they are in the books, and importing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.engine.fetch import CUSTOMERS
from stockbridge.engine.models import Binding, Bridge, Run, Snapshot
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.addresses import books_address
from stockbridge.web.choosing import (
    ConnectionFilter,
    bridges_of,
    chosen_bridge,
    nothing_joined,
)
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.starting import SELECTED_MAX, start_and_show
from stockbridge.web.tables import (
    BulkAction,
    Column,
    Empty,
    Table,
    resolve_selection,
    show_table,
)
from stockbridge.web.tables.filters import Rows, yes_no_field
from stockbridge.web.tables.selection import ALL

MENU = (MenuItem(Section.RECORDS, _("Customers"), "customers", order=30, icon="users"),)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer of the store, and who that is in the books."""

    snapshot: Snapshot
    address: str
    linked_name: str
    linked_address: str
    matched_by: str
    books_id: str = ""

    @property
    def pk(self) -> int:
        """The id of its row."""
        return self.snapshot.pk

    def __str__(self) -> str:
        return self.snapshot.name or self.snapshot.key or self.snapshot.external_id

    @property
    def data(self) -> dict[str, Any]:
        """The customer as last read."""
        return self.snapshot.data or {}

    @property
    def place(self) -> str:
        """Where the customer lives, in a line."""
        billing: dict[str, str] = self.data.get("billing") or {}
        parts = [billing.get(name, "") for name in ("postcode", "city", "country")]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class LinkedFilter:
    """Whether a customer is known in the books."""

    bridge: Bridge
    key: str = "linked"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box of all, yes, no."""
        return {self.key: yes_no_field(_("Linked"))}

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the linked ones, or the others."""
        wanted = given.get(self.key)
        if not wanted:
            return rows
        links = Exists(_links(self.bridge).filter(store_id=OuterRef("external_id")))
        return rows.filter(links if wanted == "yes" else ~links)


CUSTOMERS_TABLE = Table(
    key="customers",
    caption=_("Customers in the store"),
    columns=(
        Column(
            "name",
            _("Name"),
            value="snapshot.name",
            sort="name",
            link=lambda row: row.address,
        ),
        Column("email", _("E-mail"), value="snapshot.key", sort="key"),
        Column("company", _("Company"), value=lambda r: r.data.get("company", "")),
        Column("phone", _("Phone"), value=lambda r: r.data.get("phone", "")),
        Column("place", _("Place"), value="place"),
        Column(
            "linked",
            _("Linked to"),
            value="linked_name",
            link=lambda row: row.linked_address,
        ),
    ),
    sort="name",
    search=("name__icontains", "key__istartswith"),
    search_hint=_("Search by name or e-mail"),
    actions=(
        BulkAction(
            "import",
            _("Import"),
            "customers_import",
            Permission.IMPORT_CUSTOMERS,
            icon="file-import",
        ),
    ),
    empty=Empty(
        _(
            "No customer of this store has been read yet. Guests are not listed: they "
            "come with their orders."
        ),
        icon="users",
        action=_("See how the connection stands"),
        url="connections",
    ),
)


def _links(bridge: Bridge) -> QuerySet[Binding]:
    return Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="customer",
    )


def customers_in_store(bridge: Bridge) -> QuerySet[Snapshot]:
    """Return the customers who have an account in the store."""
    return Snapshot.objects.filter(
        connection=bridge.store_id, feed=CUSTOMERS, deleted_at=None
    )


def customers_table(bridges: Sequence[Bridge], bridge: Bridge) -> Table:
    """Return the table of one store's customers."""

    def prepare(rows: Sequence[Any]) -> Sequence[Any]:
        return customer_rows(bridge, rows)

    filters = (ConnectionFilter(bridges, bridge), LinkedFilter(bridge))
    return replace(CUSTOMERS_TABLE, prepare=prepare, filters=filters)


def customer_rows(bridge: Bridge, rows: Sequence[Snapshot]) -> list[CustomerRow]:
    """Return customers with who they are in the books."""
    ids = [row.external_id for row in rows]
    links = {one.store_id: one for one in _links(bridge).filter(store_id__in=ids)}
    known = Snapshot.objects.filter(
        connection=bridge.books_id,
        feed=CUSTOMERS,
        external_id__in=[one.books_id for one in links.values()],
    )
    names = dict(known.values_list("external_id", "name"))
    found = []
    for row in rows:
        link = links.get(row.external_id)
        books_id = link.books_id if link else ""
        found.append(
            CustomerRow(
                row,
                reverse(
                    "customer_link",
                    kwargs={
                        "company": bridge.company.slug,
                        "uid": bridge.uid,
                        "customer": row.external_id,
                    },
                ),
                names.get(books_id, books_id),
                books_address(bridge.books, "customer", books_id) if link else "",
                link.matched_by if link else "",
                books_id,
            )
        )
    return found


@screen(Permission.VIEW)
def customers(request: CompanyRequest) -> HttpResponseBase:
    """List the customers of a store."""
    bridges, bridge = bridges_of(request.company), chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Customers"))
    table = customers_table(bridges, bridge)
    rows = customers_in_store(bridge)
    return show_table(request, table, rows, "web/customers.html", {"bridge": bridge})


class DuplicatesForm(forms.Form):
    """What makes a customer of the store one whom the books have already."""

    match_by = forms.MultipleChoiceField(
        label=_("A customer of the books is the same person if equal is"),
        choices=[
            ("email", _("the e-mail address")),
            ("name_and_phone", _("the name and the phone number")),
            ("name", _("the name")),
            ("phone", _("the phone number")),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=["email"],
        required=False,
        help_text=_(
            "Tried in this order. Who is found is linked, not created twice. Where "
            "several fit, nobody is guessed: the preview says so."
        ),
    )


@screen(Permission.IMPORT_CUSTOMERS)
@require_POST
def customers_import(request: CompanyRequest) -> HttpResponse:
    """Ask what makes a duplicate, then preview the import."""
    bridge = chosen_bridge(request)
    back = reverse("customers", kwargs={"company": request.company.slug})
    if bridge is None:
        return redirect(back)
    is_asked = "asked" in request.POST
    chosen = _chosen(request, bridge)
    if chosen is None:
        return redirect(back)
    form = DuplicatesForm(request.POST if is_asked else None)
    if is_asked and form.is_valid():
        wanted = {**chosen, "match_by": form.cleaned_data["match_by"]}
        kind = Run.Kind.IMPORT_CUSTOMERS
        return start_and_show(request, bridge, (kind, wanted), back)
    context = {"bridge": bridge, "form": form, "chosen": chosen, "back": back}
    status = 422 if form.errors else 200
    return render(request, "web/customers_import.html", context, status=status)


def _chosen(request: CompanyRequest, bridge: Bridge) -> dict[str, Any] | None:
    """Return which customers, as an import keeps it; None where nobody was."""
    if request.POST.get("everybody"):
        return {"all": True}
    if ids := request.POST.getlist("customer"):
        return {"customers": ids}
    table = customers_table(bridges_of(request.company), bridge)
    rows = resolve_selection(request, table, customers_in_store(bridge))
    found = rows.order_by("pk").values_list("external_id", flat=True)
    ids = list(found[: SELECTED_MAX + 1])
    if not ids:
        messages.warning(request, _("Select some customers first."))
        return None
    if len(ids) > SELECTED_MAX:
        is_all = ALL in request.POST.getlist("selection")
        if is_all and not request.POST.get("query"):
            return {"all": True}
        messages.warning(request, _("Filter the list, and take a part."))
        return None
    return {"customers": ids}


urlpatterns = [
    path("customers/", customers, name="customers"),
    path("customers/import/", customers_import, name="customers_import"),
]
