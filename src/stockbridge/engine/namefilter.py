"""Masks the names of known persons in texts, in time that the texts decide."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from stockbridge.engine.redaction import redacted

MASK = "(person)"
_WORD = re.compile(r"\S+")
_EDGE = " \t\n.,;:!?()[]{}\"'«»“”…-"
_WORDS_MAX = 6


class NameFilter:
    """Knows names of at least two words; finds them as whole words, in any case.

    A window slides over each text and is looked up in a set: a hundred thousand
    names cost no more than ten.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {
            tuple(words)
            for name in names
            if 2 <= len(words := _normalised(name)) <= _WORDS_MAX
        }
        self._first = {name[0] for name in self._names}
        self._longest = max(map(len, self._names), default=0)

    def cleaned(self, value: object) -> object:
        """Return JSON data without secrets and without persons."""
        if isinstance(value, Mapping):
            return {str(key): self._field(str(key), one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.cleaned(one) for one in value]
        if isinstance(value, str):
            return self.text(value)
        return value.isoformat() if isinstance(value, date) else value

    def text(self, text: str) -> str:
        """Return one text without secrets and without persons."""
        text = redacted(text)
        found = list(_WORD.finditer(text))
        words = [match[0].strip(_EDGE).casefold() for match in found]
        parts, end, at = [], 0, 0
        while at < len(words):
            count = self._length_at(words, at)
            if count:
                first, last = found[at], found[at + count - 1]
                lead = len(first[0]) - len(first[0].lstrip(_EDGE))
                parts += [text[end : first.start() + lead], MASK]
                end = last.start() + len(last[0].rstrip(_EDGE))
            at += count or 1
        return "".join(parts) + text[end:]

    def _field(self, key: str, value: object) -> object:
        """With its name in front, a secret is known by that name."""
        if isinstance(value, str):
            masked = redacted(f"{key}={value}")[len(key) + 1 :]
            return self.text(masked)
        return self.cleaned(value)

    def _length_at(self, words: list[str], at: int) -> int:
        if words[at] not in self._first:
            return 0
        for count in range(min(self._longest, len(words) - at), 1, -1):
            if tuple(words[at : at + count]) in self._names:
                return count
        return 0


def _normalised(name: str) -> list[str]:
    return [word.strip(_EDGE).casefold() for word in name.split()]
