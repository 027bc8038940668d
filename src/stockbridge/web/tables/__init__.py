"""Tables over Django querysets: search, filters, sort, pages, selection, CSV.

A screen declares its table once and shows it with one call. A whole example:

    ORDERS = Table(
        key="orders",                       # unique: names the parts of the page
        caption=_("Orders in the store"),   # read to those who do not see the page
        columns=(
            Column("number", _("Order"), sort="number", link=order_address),
            Column("placed", _("Placed"), value="placed_at", sort="placed_at",
                   format=cells.moment),
            Column("customer", _("Customer"), value="customer.name"),
            Column("total", _("Total"), sort="total", align="end",
                   format=cells.money),
            Column("note", _("Note"), is_hidden=True),   # offered under "Columns"
        ),
        sort="-placed",                     # a column's key; "-": descending
        search=("number__istartswith", "customer_name__icontains"),
        filters=(
            ChoiceFilter("status", _("Status"), choices=Status.choices),
            DateFilter("placed", _("Placed"), field="placed_at"),
        ),
        actions=(
            BulkAction("import", _("Import"), url="orders_import",
                       permission=Permission.IMPORT_ORDERS, icon="file-import"),
        ),
        empty=Empty(icon="shopping-cart", sentence=_("No orders have been read yet."),
                    action=_("Connect a store"), url="connection_add"),
    )

    @screen(Permission.VIEW)
    def orders(request: CompanyRequest) -> HttpResponseBase:
        rows = StoreOrder.objects.filter(company=request.company)
        return show_table(request, ORDERS, rows, "web/orders.html")

    @screen(Permission.IMPORT_ORDERS)
    @require_POST
    def orders_import(request: CompanyRequest) -> HttpResponse:
        rows = StoreOrder.objects.filter(company=request.company)
        chosen = resolve_selection(request, ORDERS, rows)   # a queryset
        ...

`web/orders.html` extends `web/base.html` and says `{% include "web/table.html" %}`
where the table belongs; `show_table` takes further context as its last argument. The
same address answers with the whole page, with the rows alone (htmx) and with the CSV
file (`?export=csv`). What differs per company (choices, addresses with more parts) is
given by building the table in the view: `dataclasses.replace(ORDERS, filters=…)`.

What keeps 100,000 rows fast, and what the screen has to do for it:

- Rows are found by id first and read afterwards: 50 rows are read, whatever the page.
  Give the sorted fields an index that begins with what the screen filters by (company).
- Counts stop at 10,000 ("10,000+").
- What no query gives (a count from elsewhere) is added by `prepare` for a page at once.
- Say `select_related` for each relation that a column shows.

"Select all" posts `selection=all` and the filters; the rows are found again on the
server. Acting on them is the view's: count them and let the person confirm.
"""

from stockbridge.web.tables.columns import Align, Column
from stockbridge.web.tables.filters import (
    ChoiceFilter,
    DateFilter,
    Filter,
    NumberFilter,
    TextFilter,
    YesNoFilter,
)
from stockbridge.web.tables.selection import resolve_selection
from stockbridge.web.tables.table import BulkAction, Empty, Table
from stockbridge.web.tables.view import show_table

__all__ = [
    "Align",
    "BulkAction",
    "ChoiceFilter",
    "Column",
    "DateFilter",
    "Empty",
    "Filter",
    "NumberFilter",
    "Table",
    "TextFilter",
    "YesNoFilter",
    "resolve_selection",
    "show_table",
]
