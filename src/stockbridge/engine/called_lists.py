"""The lists of books that we call, kept as those of books that call us are."""

from typing import Any

from stockbridge.engine.desk.lists import LISTS
from stockbridge.ports import Books, OffersChoices


def lists_fact(books: Books) -> dict[str, Any]:
    """Return, as a connection's fact, what its settings are chosen from.

    Empty for books without such settings. Raises SyncError where they do not answer.
    """
    if not isinstance(books, OffersChoices):
        return {}
    lists = {
        "locations": [[p.external_id, p.name, p.is_active] for p in books.locations()],
        "accounts": [
            [one.external_id, one.name, one.kind, one.number]
            for one in books.accounts()
        ],
        **{name: [list(one) for one in rows] for name, rows in books.choices().items()},
    }
    return {LISTS: lists}
