"""Naming records as people know them: by number, SKU, e-mail, or by id."""

from collections.abc import Sequence

from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.models import Snapshot


def ids_of(connection_id: int, feed: str, names: Sequence[str]) -> list[str]:
    """Return the ids of what was named; InvalidInputError where there is none such.

    An id wins over a number, and a number that several have means all of them.
    """
    known = Snapshot.objects.filter(
        connection=connection_id, feed=feed, deleted_at=None
    )
    found: list[str] = []
    for name in names:
        own = known.filter(external_id=name).values_list("external_id", flat=True)
        named = known.filter(key=name).values_list("external_id", flat=True)
        ids = list(own) or list(named)
        if not ids:
            raise InvalidInputError(
                f"There is no {name} among the {feed}, or it has not been read yet.",
                field=feed,
                remedy="Read anew with `stockbridge fetch`, then try again.",
            )
        found += [one for one in ids if one not in found]
    return found
