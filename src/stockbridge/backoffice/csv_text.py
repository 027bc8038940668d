"""CSV as text: read what spreadsheets write, write what they may open safely."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stockbridge.domain.errors import InvalidInputError

FILE_BYTES_MAX = 64 * 1024 * 1024
CELL_CHARS_MAX = 20_000
#: A cell that begins so is run as a formula by spreadsheets.
_FORMULA = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("\uff1d", "\uff0b", "\uff0d", "\uff20"),  # their full-width forms
)
#: What gets an apostrophe in front; itself, too, so that reading can undo it.
_GUARDED = (*_FORMULA, "'")
_DELIMITERS = (";", ",", "\t")
_BOM = "\ufeff"

Cell = str | Decimal | date | bool | int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its column names, and how it writes decimals."""

    columns: tuple[str, ...]  # lower case, as written in the first line
    rows: Iterator[tuple[int, Mapping[str, str]]]  # line number in the file, cells
    has_decimal_comma: bool


def read_sheet(data: bytes) -> Sheet:
    """Return the rows of a CSV file, one at a time.

    UTF-8 with or without a byte order mark, else what Excel on Windows writes;
    commas, semicolons or tabs. Raises InvalidInputError for what is no table.
    """
    if len(data) > FILE_BYTES_MAX:
        raise InvalidInputError(
            f"The file is larger than {FILE_BYTES_MAX // 1024 // 1024} MB.",
            field="file",
            remedy="Split it into several files.",
        )
    text = _decoded(data)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = next(reader, [])
    except csv.Error as error:
        raise InvalidInputError("This is no CSV file.", field="file") from error
    columns = tuple(name.strip().lower() for name in names)
    if not any(columns):
        raise InvalidInputError("The file is empty.", field="file")
    for name in columns:
        if name and columns.count(name) > 1:
            raise InvalidInputError(f"Column “{name}” is there twice.", field="file")
    return Sheet(columns, _rows(reader, columns), delimiter == ";")


def write_rows(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield the lines of a CSV file, with a mark that tells Excel it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(_BOM)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def without_guard(text: str) -> str:
    """Return a cell as it was before `write_rows` guarded it."""
    is_guarded = text.startswith("'") and text[1:].startswith(_GUARDED)
    return (text[1:] if is_guarded else text).strip()


def _rows(
    reader: Iterator[list[str]], columns: tuple[str, ...]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidInputError(
                f"Line {number} cannot be read: {error}.", field="file"
            ) from error
        if any(cell.strip() for cell in cells):
            pairs = zip(columns, map(without_guard, cells), strict=False)
            yield number, {name: cell for name, cell in pairs if name}


def _decoded(data: bytes) -> str:
    if b"\0" in data[:4096]:
        raise InvalidInputError(
            "This is no CSV file.",
            field="file",
            remedy="Save the spreadsheet as CSV (UTF-8).",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case Decimal():
            text = f"{cell.normalize():f}"
            return text if text != "-0" else "0"
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
    text = cell[:CELL_CHARS_MAX]
    return f"'{text}" if text.startswith(_GUARDED) else text
