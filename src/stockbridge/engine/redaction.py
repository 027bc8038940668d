"""Keeps secrets out of every log: known values exactly, unknown ones by their shape.

Connectors redact what they hand over; this is the second net, under all of it.
"""

import logging
import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from django.conf import settings

from stockbridge.connectors.redaction import redacted_text

MASK = "***"
_KNOWN_CHARS_MIN = 8  # a shorter text would be masked in ordinary words, too
_known: set[str] = set()
#: How secrets look, and the signs of which one is in every text that has such a
#: secret, in small letters: to look for them costs a small part of the shape itself.
_SHAPES = (
    (
        ("bearer", "basic"),
        # A digit or a capital in it tells base64 from an English word.
        r"\b(?P<kept>(?:[Bb]earer|[Bb]asic)\s+)(?=\S*[\dA-Z=+/])[\w+/=.~-]{6,}",
    ),
    (
        ("authorization", "cookie", "x-wc-webhook-signature", "x-auth-token"),
        r"(?i)(?P<kept>[\"']?(?:authorization|cookie|set-cookie|x-wc-webhook-signature"
        r"|proxy-authorization|x-auth-token)[\"']?\s*[:=]\s*[\"']?)[^\s\"',}][^\"'\n}]*",
    ),
    (
        ("password", "passwd", "secret", "token", "api_key", "consumer_key"),
        r"(?i)(?P<kept>[\"']?\b(?:[a-z_]*(?:password|passwd|secret|token|api_key)"
        r"|consumer_key)[\"']?\s*[:=]\s*[\"']?)[^\s\"',&}]+",
    ),
    (("sb_",), r"(?P<kept>\bsb_)[\w-]{20,}"),  # our own API tokens
    (("gaaaa",), r"(?P<kept>\bgAAAA)[\w=-]{20,}"),  # Fernet
    (("://",), r"(?P<kept>://[^/\s:@]+:)[^/\s@]+(?=@)"),  # user:password@host
)
_PATTERNS = tuple((signs, re.compile(shape)) for signs, shape in _SHAPES)


def remember(secrets: Iterable[str]) -> None:
    """Mask these very values from now on, wherever they turn up."""
    _known.update(text for text in secrets if len(text) >= _KNOWN_CHARS_MIN)


def redacted(text: str) -> str:
    """Return the text without secrets and without the names of persons."""
    if not text:
        return text
    for secret in _known.union(_own()):
        if secret in text:
            text = text.replace(secret, MASK)
    small = text.lower()
    for signs, pattern in _PATTERNS:
        if any(sign in small for sign in signs):
            text = pattern.sub(rf"\g<kept>{MASK}", text)
    return redacted_text(text)


def redact_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    """Redact a structured log line (a processor of structlog)."""
    return {key: _deep(key, value) for key, value in event.items()}


class RedactingFormatter(logging.Formatter):
    """Wraps a formatter: whatever it makes, traceback included, is redacted."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without secrets."""
        return redacted(self._inner.format(record))


def _deep(key: str, value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): _deep(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [_deep(key, one) for one in value]
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        # With its name in front, a secret is known by that name.
        return redacted(f"{key}={value}")[len(key) + 1 :]
    return value


def _own() -> set[str]:
    return {settings.SECRET_KEY, *settings.VAULT_KEYS}
