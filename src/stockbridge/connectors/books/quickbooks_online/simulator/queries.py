r"""The query language: select … from … where … orderby … startposition … maxresults.

There is `and`, but no `or`, no joins, no not-equal; a quote in a text is written \'.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from stockbridge.connectors.books.quickbooks_online.simulator.refusals import (
    unparsable,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value

RESULTS_MAX = 1000
RESULTS_USUAL = 100
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<number>-?\d+(?:\.\d+)?)(?![\w])"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<sign><=|>=|[=<>(),*]))"
)
_OPERATORS = {"=", "<", ">", "<=", ">=", "in", "like"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; several values belong to `in`."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood."""

    kind: str
    fields: tuple[str, ...]  # () = all
    is_count: bool = False
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()  # field, descending
    start: int = 1
    most: int = RESULTS_USUAL


def parsed(text: str) -> Query:
    """Return what a query asks for; refuse with 4000 what cannot be read."""
    return _Reader(list(_tokens(text))).query()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    rest = text.rstrip().removesuffix(";")
    while place < len(rest):
        match = _TOKEN.match(rest, place)
        if match is None:
            raise unparsable(
                f"Invalid content. Lexical error at line 1, column {place + 1}.  "
                f'Encountered: "{rest[place : place + 1]}"'
            )
        place = match.end()
        kind = match.lastgroup or ""
        found = match[kind]
        if kind == "text":
            found = re.sub(r"\\(.)", r"\1", found[1:-1])
        yield kind, found


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._need("select")
        fields, is_count = self._fields()
        self._need("from")
        kind = self._word()
        conditions = self._conditions() if self._try("where") else ()
        order = self._order()
        start = self._limit("startposition", 1)
        most = min(self._limit("maxresults", RESULTS_USUAL), RESULTS_MAX)
        if self._at < len(self._tokens):
            raise self._unexpected()
        return Query(kind, fields, is_count, conditions, order, start, most)

    def _fields(self) -> tuple[tuple[str, ...], bool]:
        if self._try("*"):
            return (), False
        if self._try("count"):
            for sign in ("(", "*", ")"):
                self._need(sign)
            return (), True
        fields = [self._word()]
        while self._try(","):
            fields.append("*" if self._try("*") else self._word())
        return (() if "*" in fields else tuple(fields)), False

    def _conditions(self) -> tuple[Condition, ...]:
        found = [self._condition()]
        while self._try("and"):
            found.append(self._condition())
        return tuple(found)

    def _condition(self) -> Condition:
        field = self._word()
        operator = self._next()[1].lower()
        if operator not in _OPERATORS:
            self._at -= 1
            raise self._unexpected()
        if operator != "in":
            return Condition(field, operator, (self._literal(),))
        self._need("(")
        values = [self._literal()]
        while self._try(","):
            values.append(self._literal())
        self._need(")")
        return Condition(field, operator, tuple(values))

    def _literal(self) -> str:
        kind, found = self._next()
        is_truth = kind == "word" and found.lower() in {"true", "false"}
        if kind not in {"text", "number"} and not is_truth:
            self._at -= 1
            raise self._unexpected()
        return found

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if not self._try("orderby"):
            if not self._try("order"):
                return ()
            self._need("by")
        found = [self._ordering()]
        while self._try(","):
            found.append(self._ordering())
        return tuple(found)

    def _ordering(self) -> tuple[str, bool]:
        field = self._word()
        is_descending = self._try("desc")
        if not is_descending:
            self._try("asc")
        return field, is_descending

    def _limit(self, name: str, usual: int) -> int:
        if not self._try(name):
            return usual
        kind, found = self._next()
        if kind != "number" or not found.isdigit():
            self._at -= 1
            raise self._unexpected()
        return max(int(found), 1)

    def _word(self) -> str:
        kind, found = self._next()
        if kind != "word":
            self._at -= 1
            raise self._unexpected()
        return found

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise self._unexpected()
        self._at += 1
        return self._tokens[self._at - 1]

    def _try(self, wanted: str) -> bool:
        if self._at < len(self._tokens):
            kind, found = self._tokens[self._at]
            if kind in {"word", "sign"} and found.lower() == wanted:
                self._at += 1
                return True
        return False

    def _need(self, wanted: str) -> None:
        if not self._try(wanted):
            raise self._unexpected(wanted)

    def _unexpected(self, wanted: str = "") -> Exception:
        is_end = self._at >= len(self._tokens)
        found = "<EOF>" if is_end else self._tokens[self._at][1]
        hint = f'\nWas expecting:\n    "{wanted}" ...' if wanted else ""
        return unparsable(f'Encountered "{found}" at line 1, column {self._at}.{hint}')


def as_number(value: Value) -> Decimal | None:
    """Return a literal as a number, None where it is none."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
