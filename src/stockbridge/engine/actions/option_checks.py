"""Whether options name what the books really have: locations, accounts, records."""

from collections.abc import Callable

from stockbridge.engine import links
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.fetch import CUSTOMERS, ITEMS
from stockbridge.engine.models import Bridge, Snapshot
from stockbridge.engine.options import BridgeOptions
from stockbridge.ports import Books

_RECORDS = (("fallback_item", ITEMS), ("shared_customer", CUSTOMERS))


def unknown_names(
    bridge: Bridge, before: BridgeOptions, after: BridgeOptions, act: Act
) -> list[tuple[str, str]]:
    """Return the changed options that name nothing there is, each with a message.

    The books are asked only where something changed. Raises RetryableError when they
    are out of reach then.
    """
    found = [
        (field, "The books have no such record: choose one of them.")
        for field, feed in _RECORDS
        if _is_changed(field, before, after)
        and not _is_known(bridge, feed, str(getattr(after, field)))
    ]
    asked = [field for field in _READERS if _is_changed(field, before, after)]
    if not asked:
        return found
    with links.calling():
        books = links.open_books(bridge.books, None, find=act.find)
        for field in asked:
            missing = sorted(_names(after, field) - _READERS[field](books))
            if missing:
                message = f"The books do not have {', '.join(missing)}."
                found.append((field, message))
    return found


def _is_changed(field: str, before: BridgeOptions, after: BridgeOptions) -> bool:
    return bool(_names(after, field) - _names(before, field))


def _names(options: BridgeOptions, field: str) -> set[str]:
    value = getattr(options, field)
    names = value if isinstance(value, list) else [value]
    return {name for name in names if name}


def _is_known(bridge: Bridge, feed: str, external_id: str) -> bool:
    rows = Snapshot.objects.filter(
        connection=bridge.books_id, feed=feed, external_id=external_id, deleted_at=None
    )
    return rows.exists()


def _places(books: Books) -> set[str]:
    return {place.external_id for place in books.locations() if place.is_active}


def _accounts(books: Books) -> set[str]:
    if not books.capabilities.has_accounts:
        return set()  # what it has instead are kinds of tender
    return {account.external_id for account in books.accounts()}


def _prices(books: Books) -> set[str]:
    return {name for name, _title in books.capabilities.prices}


_READERS: dict[str, Callable[[Books], set[str]]] = {
    "location": _places,
    "locations": _places,
    "rounding_account": _accounts,
    "regular_price_from": _prices,
    "sale_price_from": _prices,
}
