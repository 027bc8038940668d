"""Which bytes a text is: the message's own encoding, and that of what is inside it.

A message is SOAP around a document. The document travels as text, so its own
declaration ("windows-1252" from Point of Sale) says nothing about bytes any more. We
give it on as UTF-8 and make its declaration say so: whoever parses it is right.
"""

import codecs
import re

from stockbridge.domain.errors import DefectError

_DECLARED = re.compile(rb"""<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})""")
_DECLARATION = re.compile(
    r"""(<\?xml\b[^>]{0,200}?\bencoding\s*=\s*)(?:"[^"<>]{0,40}"|'[^'<>]{0,40}')"""
)
_BLANKS = "\ufeff \t\r\n"
#: All but UTF-16 write ASCII as ASCII, so that a declaration can be read at all.
_ALLOWED = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252", "utf-16"})
_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]{1,8}|[0-9]{1,10});")
#: A stranger could have us mend for half a minute.
REPAIRS_MAX = 10_000
_MENDED = b"&#xFFFD;"
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def utf8(body: bytes, charset: str = "") -> bytes | None:
    """Return a message as UTF-8 without a mark; None where its encoding is not.

    `charset` is the header's word; a byte order mark is stronger, the declaration
    weaker.
    """
    if body.startswith(codecs.BOM_UTF8):
        return body[3:]
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _recoded(body, "utf-16")
    name = charset or _declared(body) or "utf-8"
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if codec not in _ALLOWED or codec == "utf-16":
        return None  # UTF-16 needs its mark
    return body if codec == "utf-8" else _recoded(body, codec)


def repaired(body: bytes) -> bytes | None:
    """Return UTF-8 bytes with what XML forbids replaced by U+FFFD; None: too much.

    The Web Connector writes a control character that somebody pasted into QuickBooks
    as `&#x1F;`, which no parser takes: the whole answer would be lost for ever.
    """
    if body.count(b"&#") > REPAIRS_MAX:
        return None
    return _CONTROL.sub(_MENDED, _REFERENCE.sub(_checked, body), REPAIRS_MAX)


def document_bytes(text: str) -> bytes:
    """Return the document inside a call as UTF-8; its declaration says so, too."""
    text = text.lstrip(_BLANKS)
    return _DECLARATION.sub(r'\1"utf-8"', text, count=1).encode("utf-8")


def document_text(document: bytes) -> str:
    """Return a document of ours as the text that travels.

    It is read as it declares itself. Raises DefectError where that is not true.
    """
    try:
        text = document.decode(_declared(document) or "utf-8")
    except (LookupError, ValueError) as error:
        raise DefectError("An envelope is not in its declared encoding.") from error
    if _NOT_XML.search(text):
        raise DefectError("An envelope has a character that XML forbids.")
    return text.lstrip(_BLANKS)


def clean(text: str) -> str:
    """Return a text for people with what XML forbids replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body.lstrip())
    return found.group(1).decode("ascii") if found else ""


def _recoded(body: bytes, codec: str) -> bytes | None:
    try:
        return body.decode(codec).encode("utf-8")
    except ValueError:
        return None


def _checked(found: re.Match[bytes]) -> bytes:
    digits = found.group(1)
    code = int(digits[1:], 16) if digits[:1] == b"x" else int(digits)
    is_fine = code < 0x110000 and not _NOT_XML.match(chr(code))
    return found.group(0) if is_fine else _MENDED
