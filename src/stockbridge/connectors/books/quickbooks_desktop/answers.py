"""One message set of answers, found by requestID."""

from collections.abc import Iterable
from dataclasses import dataclass

from stockbridge.connectors.books.quickbooks_desktop.errors import (
    FOUND_NOTHING,
    Status,
)
from stockbridge.connectors.books.quickbooks_desktop.naming import request_id
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    WHOSE,
    Element,
    parsed,
)
from stockbridge.connectors.webconnector.untrusted import unreadable


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request: its status, and the records that came with it."""

    status: Status
    element: Element

    @property
    def records(self) -> tuple[Element, ...]:
        """The records; empty where nothing was found."""
        return tuple(child for child in self.element if str(child.tag).endswith("Ret"))

    @property
    def first(self) -> Element | None:
        """The first record, None where there is none."""
        return next(iter(self.records), None)

    @property
    def is_answered(self) -> bool:
        """Whether a query was carried out, be it that it found nothing."""
        return not self.status.is_error or self.status.code == FOUND_NOTHING


@dataclass(frozen=True, slots=True)
class Replies:
    """All answers of one envelope."""

    set_status: int | None  # messageSetStatusCode
    by_id: dict[str, Reply]

    def part(self, attempt_id: str, number: int = 1) -> Reply | None:
        """Return the answer to one part of an attempt; None where it is missing."""
        return self.by_id.get(request_id(attempt_id, number))

    def parts(self, attempt_id: str, numbers: Iterable[int]) -> list[Reply | None]:
        """Return the answers to several parts."""
        return [self.part(attempt_id, number) for number in numbers]


def replies_of(answer: bytes) -> Replies:
    """Return what came back; AnswerLostError where it cannot be read."""
    messages = parsed(answer)
    code = messages.get("messageSetStatusCode", "")
    try:
        set_status = int(code) if code else None
        found = {
            child.get("requestID", ""): Reply(_status(child), child)
            for child in messages
            if isinstance(child.tag, str)
        }
    except ValueError as error:
        raise unreadable(WHOSE, "a status in it is no number") from error
    return Replies(set_status, found)


def _status(element: Element) -> Status:
    code = element.get("statusCode", "")
    return Status(int(code), element.get("statusMessage", ""))
