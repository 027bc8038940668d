"""What a message must look like before a parser may see it.

A stranger can send what he likes, up to the size limit. Sixteen megabytes of tags or
attributes would make a parser allocate a gigabyte; a DOCTYPE can do worse. A real
message has a few dozen short tags and one long escaped text. So its tags are counted
and measured first, in one pass that allocates nothing.
"""

import re

TAGS_MAX = 200
TAG_BYTES_MAX = 4096
_TAG = re.compile(rb"""</?[^<>"'!?]++(?:"[^<"]*+"[^<>"']*+|'[^<']*+'[^<>"']*+)*+>""")
_SKIPPED = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))


def objection(body: bytes) -> str:
    """Return why a parser should not see these bytes (ASCII-compatible), or ""."""
    at = body.find(b"<")
    count = 0
    while at >= 0:
        count += 1
        if count > TAGS_MAX:
            return "The message has too many parts."
        end = _end_of_markup(body, at)
        if end < 0:
            return "The message has a DOCTYPE, or a tag that is broken or too long."
        at = body.find(b"<", end)
    return ""


def _end_of_markup(body: bytes, at: int) -> int:
    """Return where the markup that begins at `at` ends; -1: refused."""
    for opening, closing in _SKIPPED:
        if body.startswith(opening, at):
            end = body.find(closing, at + len(opening))
            return -1 if end < 0 else end + len(closing)
    found = _TAG.match(body, at, at + TAG_BYTES_MAX)
    return found.end() if found else -1
