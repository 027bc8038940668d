"""Which rows a person selected: some by their ids, or all that fit the filters."""

from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, QueryDict

from stockbridge.web.tables.filters import Rows
from stockbridge.web.tables.table import Table

ALL = "all"
ROW_ID_MAX = 2**63 - 1  # no database has larger ones, and looking would be an error


def resolve_selection(request: HttpRequest, table: Table, rows: Rows) -> Rows:
    """Return the selected ones of `rows`, which the view has narrowed to its company.

    "All" means all over all pages that fit the filters that were posted along. Raises
    BadRequest (answered by 400) for filters or ids that do not parse: rather nothing
    than too much. Empty if nothing was selected.
    """
    chosen = request.POST.getlist("selection")
    if ALL in chosen:
        query = QueryDict(request.POST.get("query", ""))
        if not table.form(query).is_valid():
            raise BadRequest("The filters of the selection do not parse.")
        return table.narrow(rows, query)
    key = rows.model._meta.pk
    assert key is not None
    try:
        ids = [key.to_python(one) for one in chosen]
    except ValidationError as refusal:
        raise BadRequest("The selected rows do not parse.") from refusal
    if any(isinstance(one, int) and not 0 < one <= ROW_ID_MAX for one in ids):
        raise BadRequest("The selected rows do not parse.")
    return rows.filter(pk__in=ids)
