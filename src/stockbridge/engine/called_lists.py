"""What settings are chosen from, of books that we call: read daily, kept as facts.

Books that call us bring their lists along (`desk/reading.py`); the screens read both in
the same place.
"""

from typing import Any

from django.db import transaction

from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.models import Connection
from stockbridge.ports import Books, OffersChoices

Lists = dict[str, list[list[Any]]]


def read_lists(books: Books) -> Lists:
    """Return the lists as they are kept; empty where the books offer none."""
    if not isinstance(books, OffersChoices):
        return {}
    return {
        "locations": [[p.external_id, p.name, p.is_active] for p in books.locations()],
        "accounts": [
            [a.external_id, a.name, a.kind, a.number] for a in books.accounts()
        ],
        **{name: [list(one) for one in rows] for name, rows in books.choices().items()},
    }


def keep_lists(connection_id: int, lists: Lists) -> None:
    """Remember what there is to choose from; nothing where nothing was read."""
    if not lists:
        return
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection_id)
        row.facts = {**row.facts, LISTS: lists}
        row.save(update_fields=["facts"])
