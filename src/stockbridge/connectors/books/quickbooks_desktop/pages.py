"""What the answer to a page's query says."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from stockbridge.connectors.books.quickbooks_desktop import naming, stored
from stockbridge.connectors.books.quickbooks_desktop.answers import Replies, Reply
from stockbridge.connectors.books.quickbooks_desktop.cursors import Cursor, cursor_of
from stockbridge.connectors.books.quickbooks_desktop.errors import (
    ITERATOR_GONE,
    error_of,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import Element, text_of
from stockbridge.connectors.books.quickbooks_desktop.reads import (
    DELETED,
    QUANTITIES,
    days_of,
    phases,
    setup_queries,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.catalog import Location
from stockbridge.domain.errors import ActionNeededError, SyncError
from stockbridge.ports import (
    BooksAccount,
    NotDone,
    PageRead,
    Read,
    ReadFeed,
    Unreadable,
)

_FILE = "The company file"
Told = TypeVar("Told")


def page_of(
    read: Read, replies: Replies, settings: QuickBooksDesktopSettings
) -> PageRead | NotDone:
    """Return the records of a page; one that cannot be read blocks only itself."""
    if read.feed is ReadFeed.SETUP:
        return _setup(read, replies, settings)
    reply = replies.part(read.attempt_id)
    if reply is None:
        return NotDone(read.attempt_id, "QuickBooks did not answer this query.")
    cursor = cursor_of(read.cursor)
    if reply.status.code == ITERATOR_GONE:
        again = cursor.restarted().dumped()
        return PageRead(read.attempt_id, again, is_last=False)
    if not reply.is_answered:
        error = error_of(reply.status)
        needs_person = isinstance(error, ActionNeededError)
        return NotDone(read.attempt_id, error.message, error.remedy, not needs_person)
    return _Reading(read, settings, cursor, reply).page()


class _Reading:
    """Reads the records of one page."""

    def __init__(
        self,
        read: Read,
        settings: QuickBooksDesktopSettings,
        cursor: Cursor,
        reply: Reply,
    ) -> None:
        self._read, self._settings = read, settings
        self._cursor, self._reply = cursor, reply
        self._unreadable: list[Unreadable] = []

    def page(self) -> PageRead:
        """Return the page and where the next one begins."""
        left = int(self._reply.element.get("iteratorRemainingCount", "0"))
        kinds = phases(self._read.feed, self._settings, self._cursor)
        is_phase_over = left == 0
        is_last = is_phase_over and self._cursor.phase + 1 == len(kinds)
        page = PageRead(
            self._read.attempt_id,
            self._next(is_phase_over=is_phase_over, is_last=is_last).dumped(),
            is_last=is_last,
            remaining=left if self._cursor.phase + 1 == len(kinds) else None,
        )
        return replace(self._filled(page), unreadable=tuple(self._unreadable))

    def _next(self, *, is_phase_over: bool, is_last: bool) -> Cursor:
        moments = [text_of(row, "TimeModified") for row in self._reply.records]
        cursor = self._cursor
        if self._read.feed is not ReadFeed.DOCUMENTS:
            cursor = cursor.having_seen(moments)
        elif not cursor.days:  # a page later it could be another day
            first, last = days_of(cursor, self._read)
            cursor = replace(cursor, days=f"{first}/{last}")
        if is_last:
            return cursor.finished()
        if is_phase_over:
            return replace(cursor, phase=cursor.phase + 1, iterator="")
        return replace(cursor, iterator=self._reply.element.get("iteratorID", ""))

    def _filled(self, page: PageRead) -> PageRead:
        began, settings = self._read.began_at, self._settings
        if self._read.feed is ReadFeed.CUSTOMERS:
            return replace(page, customers=self._all(stored.customer_of))
        kind = phases(self._read.feed, settings, self._cursor)[self._cursor.phase]
        if kind == DELETED:
            names = self._all(_name_of_deleted)
            return replace(page, gone=names)
        if self._read.feed is ReadFeed.DOCUMENTS:
            rows = self._all(lambda row: stored.statement_row(row, settings))
            return replace(page, documents=rows)
        if kind == "ItemSites":
            levels = self._all(lambda row: stored.site_level_of(row, began))
            return replace(page, levels=levels)
        if kind in QUANTITIES:
            levels = self._all(lambda row: stored.level_of(row, began))
            return replace(page, levels=levels)
        items = self._all(lambda row: stored.item_of(row, settings))
        if settings.uses_sites:
            return replace(page, items=items)
        levels = self._all(lambda row: stored.level_of(row, began))
        return replace(page, items=items, levels=levels)

    def _all(self, tell: Callable[[Element], Told | None]) -> tuple[Told, ...]:
        found = [self._told(tell, row) for row in self._reply.records]
        return tuple(one for one in found if one is not None)

    def _told(
        self, tell: Callable[[Element], Told | None], row: Element
    ) -> Told | None:
        try:
            return tell(row)
        except (SyncError, ValueError) as error:
            name = text_of(row, "ListID") or text_of(row, "TxnID")
            self._unreadable.append(Unreadable(name, str(error)))
            return None


def _name_of_deleted(row: Element) -> str | None:
    kind, txn_id = text_of(row, "TxnDelType"), text_of(row, "TxnID")
    return str(naming.Txn(kind, txn_id)) if kind and txn_id else None


def _setup(
    read: Read, replies: Replies, settings: QuickBooksDesktopSettings
) -> PageRead | NotDone:
    """Return the lists to choose from; one that QuickBooks has not is empty."""
    lists: dict[str, tuple[Element, ...]] = {}
    for part, (name, _) in enumerate(setup_queries(settings), start=1):
        reply = replies.part(read.attempt_id, part)
        if reply is None:
            return NotDone(read.attempt_id, f"QuickBooks did not say its {name}.")
        lists[name] = reply.records if reply.is_answered else ()
    accounts = lists.pop("accounts")
    sites = lists.pop("locations", ())
    return PageRead(
        read.attempt_id,
        cursor="",
        is_last=True,
        accounts=tuple(_account(row) for row in accounts),
        locations=tuple(_site(row) for row in sites)
        or (Location(stored.MAIN_LOCATION, _FILE),),
        choices={
            **{
                name: tuple(_choice(name, row) for row in rows)
                for name, rows in lists.items()
            },
            "tax_rates": _rates(lists["tax_items"], lists["tax_groups"]),
        },
    )


def _account(row: Element) -> BooksAccount:
    return BooksAccount(
        external_id=text_of(row, "ListID"),
        name=text_of(row, "FullName"),
        kind=text_of(row, "AccountType"),
        number=text_of(row, "AccountNumber"),
    )


def _site(row: Element) -> Location:
    is_active = text_of(row, "IsActive") != "false"
    return Location(text_of(row, "ListID"), text_of(row, "Name"), is_active=is_active)


def _rates(
    items: Iterable[Element], groups: Iterable[Element]
) -> tuple[tuple[str, str], ...]:
    """Return the percent of each tax item, and those of each group, beside their ids.

    A group of which a part is not told has no rates: a person types them.
    """
    known = {text_of(row, "ListID"): text_of(row, "TaxRate") or "0" for row in items}
    found = list(known.items())
    for row in groups:
        parts = [text_of(one, "ListID") for one in row.findall("ItemSalesTaxRef")]
        if parts and all(part in known for part in parts):
            rates = "+".join(known[part] for part in parts)
            found.append((text_of(row, "ListID"), rates))
    return tuple(found)


def _choice(name: str, row: Element) -> tuple[str, str]:
    """Return the id and the words of a choice; tax codes are named, not numbered."""
    words = text_of(row, "FullName") or text_of(row, "Name") or text_of(row, "Initial")
    if name == "tax_codes":
        return text_of(row, "Name"), text_of(row, "Desc") or words
    if name == "tax_items":
        return text_of(row, "ListID"), f"{words} ({text_of(row, 'TaxRate') or '0'} %)"
    return text_of(row, "ListID"), words
