"""Reads the body of an answer: JSON, JSON behind noise, or something else.

A WordPress site may print a notice of some plugin before the JSON, answer a page of
HTML with status 200 (plain permalinks, a firewall's challenge), or stop half-way.
The content type alone proves nothing; the body decides.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from stockbridge.connectors.http import HttpAnswer

NOISE_NOTE = "Text that some plugin printed beside the JSON was cut off."
_NOISE_CHARS_MAX = 64 * 1024
_STARTS_TRIED_MAX = 50


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


class BodyKind(StrEnum):
    """What a body turned out to be."""

    JSON = "json"
    NOISY_JSON = "noisy_json"  # with text before it, or a page's text after it
    TRUNCATED = "truncated"  # it began as JSON
    HTML = "html"  # a whole page: nobody has looked at what was asked
    OTHER = "other"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Body:
    """A body as read; `data` only for JSON. Numbers are exact decimals."""

    kind: BodyKind
    data: Any = None
    text: str = ""  # the beginning of what is not JSON

    @property
    def is_json(self) -> bool:
        """Whether there is data."""
        return self.kind in {BodyKind.JSON, BodyKind.NOISY_JSON}


def read_body(answer: HttpAnswer) -> Body:
    """Return what the body is; never raises."""
    text = answer.body.decode("utf-8", errors="replace").lstrip("\ufeff").strip()
    if not text:
        return Body(BodyKind.EMPTY)
    try:
        return Body(BodyKind.JSON, _parsed(text))
    except ValueError:
        pass
    found = _behind_noise(text) or _before_noise(text)
    if found is not None:
        return found
    if text[0] in "[{":
        return Body(BodyKind.TRUNCATED, text=text[:2000])
    is_html = "<html" in text[:4000].lower() or "<!doctype" in text[:4000].lower()
    if is_html:
        return Body(BodyKind.HTML, text=text[:20000])
    is_cut = answer.content_type == "application/json"
    kind = BodyKind.TRUNCATED if is_cut else BodyKind.OTHER
    return Body(kind, text=text[:20000])


def noise_note(answer: HttpAnswer) -> str:
    """Return the remark for the log when noise was cut off, else nothing."""
    whole = answer.body.strip()
    is_plain = whole[:1] in {b"[", b"{"} and whole[-1:] in {b"]", b"}"}
    if is_plain or answer.content_type != "application/json":
        return ""
    return NOISE_NOTE if read_body(answer).kind is BodyKind.NOISY_JSON else ""


def _behind_noise(text: str) -> Body | None:
    """Return the JSON that begins somewhere in the text and ends with it."""
    if text[-1] not in "]}":
        return None
    starts = re.finditer(r"[\[{]", text[:_NOISE_CHARS_MAX])
    for tried, match in enumerate(starts):
        if tried > _STARTS_TRIED_MAX:
            return None
        rest = text[match.start() :]
        try:
            data = _parsed(rest)
        except json.JSONDecodeError as error:
            if error.pos >= len(rest):
                return None  # good up to its end: an answer that was cut off
            continue
        except ValueError:
            continue
        if isinstance(data, dict) and data:
            return Body(BodyKind.NOISY_JSON, data)
        # `[]` or `[3]` may end any page of text: only lists of records count.
        if isinstance(data, list) and _is_list_of_records(data, text, match.start()):
            return Body(BodyKind.NOISY_JSON, data)
    return None


def _before_noise(text: str) -> Body | None:
    """Return the JSON that ends where a page's text begins: tags, or a new line.

    Plugins print at the end of a request, too. A body that was cut off has no end.
    """
    if text[0] not in "[{":
        return None
    try:
        data, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    rest = text[end:]
    is_noise = rest[:1] == "<" or rest.lstrip(" \t")[:1] in {"\r", "\n"}
    return Body(BodyKind.NOISY_JSON, data) if is_noise else None


def _is_list_of_records(data: list[Any], text: str, start: int) -> bool:
    if data:
        return all(isinstance(row, dict) for row in data)
    return text[start - 1] in "\n>"


def _parsed(text: str) -> object:
    """Return the data; ValueError for what is none, or is nested without end."""
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("is nested too deep") from error
