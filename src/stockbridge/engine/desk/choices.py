"""What a setting can be chosen from: the lists and records of the books as last read.

Nothing here reaches the books. `Offer.is_complete` says whether all that there is was
read: only then an unknown id is no id of theirs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.models import Connection, Cursor, Snapshot
from stockbridge.ports import ChosenFrom
from stockbridge.ports.choosing import CUSTOMERS, ITEMS

RECORDS = frozenset({ITEMS, CUSTOMERS})
_TENDER = "tender"  # a kind that says nothing


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry: its id in the books, and what a bookkeeper calls it.

    One that does not fit is not offered, and known all the same; `why_not` says why
    it cannot be used, "" where it can.
    """

    id: str
    name: str
    fits: bool = True
    why_not: str = ""


class _Source(Protocol):
    """One list, or the records of one feed."""

    @property
    def is_read(self) -> bool: ...  # anything at all
    @property
    def is_complete(self) -> bool: ...  # all that there is

    def find(self, text: str, limit: int) -> list[Choice]: ...
    def known(self, ids: Iterable[str]) -> dict[str, Choice]: ...
    def named(self, text: str) -> list[Choice]: ...


@dataclass(frozen=True, slots=True)
class Offer:
    """All that one setting can be chosen from."""

    how: ChosenFrom
    sources: Sequence[_Source]
    aliases: dict[str, str]  # folded other name → id
    figures: dict[str, str]  # id → what stands beside it by default

    @property
    def is_read(self) -> bool:
        """Whether there is something to choose from."""
        return any(source.is_read for source in self.sources)

    @property
    def is_complete(self) -> bool:
        """Whether what is not here does not exist in the books."""
        return all(source.is_complete for source in self.sources)

    def find(self, text: str = "", *, limit: int) -> list[Choice]:
        """Return what fits and contains the text, by name."""
        found = [one for s in self.sources for one in s.find(text, limit)]
        return found[:limit]

    def known(self, ids: Iterable[str]) -> dict[str, Choice]:
        """Return what these ids name, fitting or not; by the id as it was given."""
        given = {one: self.aliases.get(one.casefold(), one) for one in ids}
        found: dict[str, Choice] = {}
        for source in self.sources:
            found |= source.known(given.values())
        return {one: found[real] for one, real in given.items() if real in found}

    def named(self, text: str) -> list[Choice]:
        """Return what is called exactly so."""
        return [one for source in self.sources for one in source.named(text)]


def offer_of(
    connection: Connection, how: ChosenFrom, *, among: frozenset[str] | None = None
) -> Offer:
    """Return what a setting of a connection can be chosen from.

    `among` leaves of the lists only these ids; records stay as they are.
    """
    lists: dict[str, list[list[Any]]] = connection.facts.get(LISTS, {})
    sources: list[_Source] = [
        _Records(connection, name, is_uncounted=how.is_uncounted and name == ITEMS)
        if name in RECORDS
        else _List(name in lists, _among(_rows(name, lists.get(name, []), how), among))
        for name in how.lists
    ]
    aliases = {str(name).casefold(): str(i) for name, i in lists.get(how.aliases, [])}
    figures = {str(i): str(figure) for i, figure in lists.get(how.figures, [])}
    return Offer(how, sources, aliases, figures)


# ── lists ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _List:
    """A list that was read as a whole."""

    is_read: bool
    rows: list[Choice]

    @property
    def is_complete(self) -> bool:
        return self.is_read

    def find(self, text: str, limit: int) -> list[Choice]:
        wanted = text.casefold()
        found = [r for r in self.rows if r.fits and wanted in r.name.casefold()]
        return sorted(found, key=lambda one: one.name.casefold())[:limit]

    def known(self, ids: Iterable[str]) -> dict[str, Choice]:
        wanted = set(ids)
        return {row.id: row for row in self.rows if row.id in wanted}

    def named(self, text: str) -> list[Choice]:
        folded = text.casefold()
        return [row for row in self.rows if row.name.casefold() == folded]


def _rows(name: str, rows: list[list[Any]], how: ChosenFrom) -> list[Choice]:
    if name == "accounts":
        return [_account(row, how) for row in rows]
    if name == "locations":
        return [
            Choice(str(i), str(words), fits=bool(active), why_not="not active")
            for i, words, active in rows
        ]
    return [Choice(str(i), str(words) or str(i)) for i, words in rows]


def _among(rows: list[Choice], ids: frozenset[str] | None) -> list[Choice]:
    return rows if ids is None else [row for row in rows if row.id in ids]


def _account(row: list[Any], how: ChosenFrom) -> Choice:
    """Return an account as QuickBooks shows it: number, name, and kind in doubt."""
    external_id, name, kind, number = map(str, row)
    words = f"{number} · {name}" if number else name
    said = _spaced(kind)
    if kind != _TENDER and len(how.kinds) != 1:
        words = f"{words} ({said})"
    fits = not how.kinds or kind in how.kinds
    must_fit = len(how.kinds) == 1  # else QuickBooks may take another kind, too
    why_not = f"an account of kind {said}" if must_fit else ""
    return Choice(external_id, words, fits=fits, why_not=why_not)


def _spaced(kind: str) -> str:
    """Return OtherCurrentAsset, or Other Current Asset, as words."""
    apart = "".join(f" {c.lower()}" if c.isupper() else c for c in kind)
    return " ".join(apart.split())


# ── records ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Records:
    """Items or customers: too many for a list, so they are searched."""

    connection: Connection
    feed: str
    is_uncounted: bool

    @property
    def is_read(self) -> bool:
        return self._rows().exists()

    @property
    def is_complete(self) -> bool:
        cursors = Cursor.objects.filter(connection=self.connection, feed=self.feed)
        return cursors.filter(caught_up_at__isnull=False).exists()

    def find(self, text: str, limit: int) -> list[Choice]:
        rows = self._rows()
        if self.feed == ITEMS:  # customers are not said to be active
            rows = rows.filter(data__is_active=True)
        if self.is_uncounted:
            rows = rows.filter(data__is_tracked=False)
        if text:
            rows = rows.filter(Q(name__icontains=text) | Q(key__icontains=text))
        return self._told(rows.order_by("name", "external_id")[:limit])

    def known(self, ids: Iterable[str]) -> dict[str, Choice]:
        rows = self._rows().filter(external_id__in=list(ids))
        return {one.id: one for one in self._told(rows)}

    def named(self, text: str) -> list[Choice]:
        for column in ("key__iexact", "name__iexact"):
            found = self._told(self._rows().filter(**{column: text})[:2])
            if found:
                return found
        return []

    def _rows(self) -> QuerySet[Snapshot]:
        rows = Snapshot.objects.filter(
            connection=self.connection, feed=self.feed, deleted_at=None
        )
        return rows.exclude(name="", key="")

    def _told(self, rows: QuerySet[Snapshot]) -> list[Choice]:
        columns = ("external_id", "name", "key", "data__is_active", "data__is_tracked")
        return [self._choice(*row) for row in rows.values_list(*columns)]

    def _choice(
        self,
        external_id: str,
        name: str,
        key: str,
        is_active: bool | None,  # noqa: FBT001 – a row
        is_tracked: bool | None,  # noqa: FBT001
    ) -> Choice:
        is_said = not key or key.casefold() in name.casefold()
        words = name if is_said else f"{name} ({key})" if name else key
        found = Choice(external_id, words)
        if is_active is False:
            return replace(found, fits=False, why_not="inactive")
        if self.is_uncounted and is_tracked:
            return replace(found, fits=False, why_not="counted in stock")
        return found
