"""XML from outside, read without trust: no entities, no network, no document type."""

from lxml import etree

from stockbridge.domain.errors import AnswerLostError

ANSWER_BYTES_MAX = 64 * 1024 * 1024


def a_parser(
    *, encoding: str | None = None, huge_tree: bool = False
) -> "etree.XMLParser":
    """Return a parser for one message; `huge_tree` is for a text beyond 10 MB."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge_tree,
        remove_comments=True,
        remove_pis=True,
    )


def answer_root(
    answer: bytes, whose: str, *, encoding: str | None = None
) -> "etree._Element":
    """Return the root of an answer of QuickBooks; AnswerLostError where it is none.

    Without an encoding the answer's own declaration counts. `whose` names in the
    error who answered.
    """
    if not answer.strip() or len(answer) > ANSWER_BYTES_MAX:
        raise unreadable(whose, "it is empty or too large")
    try:
        root = etree.fromstring(answer, a_parser(encoding=encoding))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise unreadable(whose, "it is no XML") from error
    if root.getroottree().docinfo.doctype:
        raise unreadable(whose, "it carries a DOCTYPE")
    return root


def unreadable(whose: str, why: str) -> AnswerLostError:
    """Return the error for an answer that says nothing of what became of a request."""
    return AnswerLostError(
        f"The answer of {whose} cannot be read: {why}.",
        remedy="Nothing to do: what was sent is looked up before it is sent again.",
    )
