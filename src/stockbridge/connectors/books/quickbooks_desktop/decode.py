"""Turns an answer of QuickBooks into one result per request. Pure."""

from collections.abc import Mapping, Sequence

from stockbridge.connectors.books.quickbooks_desktop import recovery
from stockbridge.connectors.books.quickbooks_desktop.answers import (
    Replies,
    replies_of,
)
from stockbridge.connectors.books.quickbooks_desktop.company import checked
from stockbridge.connectors.books.quickbooks_desktop.errors import error_of
from stockbridge.connectors.books.quickbooks_desktop.lookups import (
    looked_up,
    prepared,
)
from stockbridge.connectors.books.quickbooks_desktop.outcomes import write_result
from stockbridge.connectors.books.quickbooks_desktop.pages import page_of
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.errors import AnswerLostError, InvalidInputError
from stockbridge.ports import (
    CheckCompany,
    CompanyChecked,
    DeskRequest,
    DeskResult,
    LookUp,
    LookUpOutcome,
    LookUpResult,
    NotDone,
    Prepare,
    Read,
    Recover,
    Release,
    Write,
)


def decoded(
    requests: Sequence[DeskRequest],
    answer: bytes,
    settings: QuickBooksDesktopSettings,
    facts: Mapping[str, str],
) -> tuple[DeskResult, ...]:
    """Return the results; a write that is not answered gets none."""
    replies = replies_of(answer)
    asks = [one for one in requests if isinstance(one, Recover)]
    writes = [one for one in requests if isinstance(one, Write)]
    if asks:
        return tuple(recovery.recovered(a, writes, replies, settings) for a in asks)
    if writes:
        recovery.refuse_defects(replies)
    found = [_result(one, replies, settings, facts) for one in requests]
    return tuple(result for result in found if result is not None)


def _result(
    one: DeskRequest,
    replies: Replies,
    settings: QuickBooksDesktopSettings,
    facts: Mapping[str, str],
) -> DeskResult | None:
    try:
        match one:
            case Write():
                return write_result(one, replies, settings)
            case LookUp():
                return looked_up(one, replies, settings)
            case Prepare():
                return prepared(one, replies, settings)
            case Read():
                return page_of(one, replies, settings)
            case Release():
                return recovery.released(one, replies)
            case CheckCompany():
                return _company(one, replies, settings, facts)
            case _:
                return None
    except (InvalidInputError, ValueError) as error:
        return _unreadable(one, str(error))


def _company(
    ask: CheckCompany,
    replies: Replies,
    settings: QuickBooksDesktopSettings,
    facts: Mapping[str, str],
) -> CompanyChecked | NotDone:
    host, company = replies.parts(ask.attempt_id, (1, 2))
    for reply in (host, company):
        if reply is None:
            raise AnswerLostError("QuickBooks did not say which company is open.")
        if not reply.is_answered:
            error = error_of(reply.status)
            return NotDone(ask.attempt_id, error.message, error.remedy)
    return checked(
        ask,
        host.first if host else None,
        company.first if company else None,
        settings,
        facts,
    )


def _unreadable(one: DeskRequest, reason: str) -> DeskResult | None:
    """Return what an answer means that came, and cannot be understood."""
    match one:
        case Write():
            return None  # it may be stored: look it up
        case LookUp():
            return LookUpResult(one.attempt_id, LookUpOutcome.UNCLEAR)
        case _:
            return NotDone(one.attempt_id, reason)
