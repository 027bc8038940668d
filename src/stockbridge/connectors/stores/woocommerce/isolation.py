"""One record that breaks the store itself blocks only itself.

A plugin that dies over one order makes the store answer 500 to every page that holds
it, for ever. Such a page is asked for in halves until the record stands alone; its id
can still be had, because so little of it is then looked at. Where not even ids can be
had the store is down, and nobody is isolated.
"""

from collections.abc import Mapping

from stockbridge.connectors.stores.woocommerce.feeds import Lister, Listing, Row
from stockbridge.domain.errors import RetryableError

#: Marks a row of which only id and dates could be had.
BROKEN = "_broken_in_store"
FATAL = "internal_server_error"  # WordPress' code for a plugin that died
_BROKEN_MAX = 5  # in one page; beyond, the store has a fault of its own
_LITTLE = "id,date_modified_gmt,date_created_gmt"


def isolating(list_rows: Lister) -> Lister:
    """Return a lister that survives a few records over which the store dies."""

    def list_around(query: Mapping[str, str]) -> Listing:
        try:
            return list_rows(query)
        except RetryableError as error:
            if error.code != FATAL:
                raise
            return _Search(list_rows, query, error).listing()

    return list_around


class _Search:
    """Looks for the broken records of one page."""

    def __init__(
        self, list_rows: Lister, query: Mapping[str, str], error: RetryableError
    ) -> None:
        self._list_rows = list_rows
        self._query = query
        self._error = error
        self._broken = 0

    def listing(self) -> Listing:
        """Return the page with its broken rows marked.

        Raises the page's own error where the store is down or much of it is broken.
        """
        offset = int(self._query.get("offset", "0"))
        count = int(self._query.get("per_page", "1"))
        # Where not even this little can be had the store is down.
        first = self._page(offset, 1, _fields=_LITTLE)
        if first is None:
            raise self._error
        left = (first.total or count + offset) - offset
        rows = self._rows(offset, max(1, min(count, left)))
        return Listing(rows, first.store_time, first.total)

    def _rows(self, offset: int, count: int) -> list[Row]:
        page = self._page(offset, count)
        if page is not None:
            return list(page.rows)
        if count > 1:
            half = count // 2
            return [
                *self._rows(offset, half),
                *self._rows(offset + half, count - half),
            ]
        self._broken += 1
        lone = self._page(offset, 1, _fields=_LITTLE)
        if lone is None or self._broken > _BROKEN_MAX:
            raise self._error
        return [{**row, BROKEN: True} for row in lone.rows]

    def _page(self, offset: int, count: int, **more: str) -> Listing | None:
        bounds = {"offset": str(offset), "per_page": str(count)}
        try:
            return self._list_rows({**self._query, **bounds, **more})
        except RetryableError as error:
            if error.code != FATAL:
                raise
            return None
