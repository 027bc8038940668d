"""Sorted structures, so that a page of 100,000 records costs no walk over them.

Moving one of 100,000 entries shifts memory for some ten microseconds: a plain list
kept in order is faster than any tree in Python. Moves are kept back until somebody
reads, and done all at once if there are many.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

Entry = tuple[int, int]  # (second or other key, id)
_MANY = 200  # from so many moves on, sorting anew is cheaper


class IdList(Sequence[int]):
    """The ids of a slice of entries, without making a list of them."""

    __slots__ = ("_entries",)

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[int]:
        return (entry[1] for entry in self._entries)

    @overload
    def __getitem__(self, at: int) -> int: ...

    @overload
    def __getitem__(self, at: slice) -> "IdList": ...

    def __getitem__(self, at: int | slice) -> "int | IdList":
        if isinstance(at, slice):
            return IdList(self._entries[at])
        return self._entries[at][1]


class SortedIndex:
    """Ids ordered by a whole number that changes, mostly a time in seconds."""

    __slots__ = ("_entries", "_keys", "_moved")

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._keys: dict[int, int] = {}  # where each id belongs
        self._moved: dict[int, int | None] = {}  # where it still stands; None: nowhere

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, record_id: int, key: int) -> None:
        """Add an id, or move it to another key."""
        old = self._keys.get(record_id)
        if old == key:
            return
        self._moved.setdefault(record_id, old)
        self._keys[record_id] = key

    def drop(self, record_id: int) -> None:
        """Remove an id; an unknown one is no error."""
        old = self._keys.pop(record_id, None)
        if old is not None:
            self._moved.setdefault(record_id, old)

    def fill(self, entries: Iterable[Entry]) -> None:
        """Add many new entries at once."""
        self._settle()
        self._entries.extend(entries)
        self._entries.sort()
        self._keys = {record_id: key for key, record_id in self._entries}

    def key(self, record_id: int) -> int:
        """Return where an id belongs; KeyError if it is not there."""
        return self._keys[record_id]

    def bounds(self, after: int | None, before: int | None) -> tuple[int, int]:
        """Return the slice of entries strictly between both keys."""
        self._settle()
        low = 0 if after is None else bisect_right(self._entries, (after, 1 << 62))
        high = (
            len(self._entries)
            if before is None
            else bisect_left(self._entries, (before, 0))
        )
        return low, max(low, high)

    def ids(self, low: int, high: int) -> IdList:
        """Return the ids of a slice, in rising order of key, then id."""
        self._settle()
        return IdList(self._entries[low:high])

    def _settle(self) -> None:
        moved, self._moved = self._moved, {}
        if len(moved) >= _MANY:
            self._entries = sorted((key, id_) for id_, key in self._keys.items())
            return
        for record_id, old in moved.items():
            if old is not None:
                del self._entries[bisect_left(self._entries, (old, record_id))]
            if record_id in self._keys:
                insort(self._entries, (self._keys[record_id], record_id))


class TextIndex:
    """Ids by a text whose case does not matter, such as a SKU."""

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[str, list[int]] = {}

    def add(self, text: str, record_id: int) -> None:
        """Add an id under `text`; an empty text is not kept."""
        if text:
            self._ids.setdefault(text.casefold(), []).append(record_id)

    def remove(self, text: str, record_id: int) -> None:
        """Remove an id from under `text`."""
        found = self._ids.get(text.casefold(), [])
        if record_id in found:
            found.remove(record_id)
            if not found:
                del self._ids[text.casefold()]

    def find(self, text: str) -> Sequence[int]:
        """Return the ids under exactly this text."""
        return tuple(self._ids.get(text.casefold(), ()))

    def containing(self, part: str) -> list[int]:
        """Return the ids whose text contains `part`."""
        part = part.casefold()
        return [id_ for text, ids in self._ids.items() if part in text for id_ in ids]
