"""Saying things: tables for people, one JSON document for programs.

With `--json` standard output holds the document and nothing else; all that people
read along the way goes to standard error.
"""

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from django.core.serializers.json import DjangoJSONEncoder
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

WIDTH = 100  # where nobody sees a window
NOTHING = "–"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the key in each row, and what stands above."""

    key: str
    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command says what it says."""

    out: TextIO
    err: TextIO
    is_json: bool

    def say(self, text: str) -> None:
        """Tell a person something on the way."""
        stream = self.err if self.is_json else self.out
        stream.write(self._drawn(stream, escape(text)))

    def warn(self, text: str) -> None:
        """Tell a person of something that is not right."""
        self.err.write(self._drawn(self.err, f"[yellow]{escape(text)}[/]"))

    def document(self, data: object) -> None:
        """Give the JSON document; nothing where people read."""
        if self.is_json:
            text = json.dumps(data, indent=2, cls=DjangoJSONEncoder, ensure_ascii=False)
            self.out.write(f"{text}\n")

    def table(self, rows: Rows, columns: Sequence[Column], empty: str = "") -> None:
        """Show rows, for people only."""
        if self.is_json:
            return
        if not rows:
            self.say(empty or "There is nothing.")
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for one in columns:
            side = "right" if one.is_number else "left"
            table.add_column(one.title, justify=side, overflow="fold")  # type: ignore[arg-type]
        for row in rows:
            table.add_row(*(escape(text_of(row.get(one.key))) for one in columns))
        self._print(table)

    def facts(self, record: Mapping[str, Any]) -> None:
        """Show one record, for people only; what is empty is left out."""
        if self.is_json:
            return
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for key, value in record.items():
            if (text := text_of(value)) != NOTHING:
                table.add_row(key.replace("_", " "), escape(text))
        self._print(table)

    def is_watched(self) -> bool:
        """Return whether a person looks on, so that a progress bar makes sense."""
        return not self.is_json and self.err.isatty()

    def _print(self, table: Table) -> None:
        """Print a table, without the blanks that fill its last column."""
        for line in self._drawn(self.out, table).splitlines():
            self.out.write(f"{line.rstrip()}\n")

    def _drawn(self, stream: TextIO, what: RenderableType) -> str:
        """Return something as the stream shows it: in colour where people look."""
        is_seen = stream.isatty()
        paper = io.StringIO()
        console = Console(
            file=paper,
            force_terminal=is_seen,
            width=None if is_seen else WIDTH,
            highlight=False,
        )
        console.print(what, soft_wrap=isinstance(what, str))
        return paper.getvalue()


def text_of(value: object) -> str:
    """Return a value as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        pairs = (f"{key} {text_of(one)}" for key, one in value.items())
        return ", ".join(pairs) or NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(text_of(one) for one in value) or NOTHING
    text = str(value)
    return f"{text[:10]} {text[11:19]} UTC" if MOMENT.fullmatch(text) else text
