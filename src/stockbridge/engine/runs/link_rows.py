"""One order's line in the preview of links: the documents that it may be, and why."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from stockbridge.domain.adoption import (
    Candidate,
    Fit,
    Match,
    Offer,
    Part,
    Sought,
    differences,
)
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money
from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.plan import Planning
from stockbridge.engine.runs.steps import CHANGE, HOLD, SKIP

Details = Mapping[str, Any]
_WORDS = {Part.NUMBER: "its number", Part.DAY: "its date", Part.TOTAL: "its total"}


def offers_row(run: Run, planning: Planning, match: Match, *, refusal: str) -> RunRow:
    """Return the line of an order, with all that may be it; `refusal` says why none."""
    sought = match.sought
    return RunRow(
        run=run,
        subject_kind="order",
        subject_id=sought.order_id,
        label=f"{sought.number} · {planning.snapshot.name}"[:300],
        action=SKIP,
        reason=refusal,
        details={
            "refusal": refusal,
            "number": sought.number,
            "date": sought.day.isoformat(),
            **_money(sought.total),
            "offers": [_told(offer.candidate) for offer in match.offers],
            "document": "",
        },
    )


def settled_row(row: RunRow, match: Match, chosen: str) -> None:
    """Say on the line what came of comparing all orders; `chosen` is a person's."""
    row.details = {
        **row.details,
        "fit": match.fit.value,
        "offers": [_shown(offer) for offer in match.offers],
        "document": "",
    }
    row.action, row.digest = HOLD, ""
    offer = match.offer(chosen) if chosen else None
    if offer is None and match.fit is Fit.FITS:
        offer = match.offers[0]
    if offer is not None:
        row.action = CHANGE
        row.reason = describe(offer)
        row.digest = link_digest(match.sought, offer.candidate)
        row.details = {**row.details, "document": offer.candidate.books_id}
    elif match.fit is Fit.NONE:
        row.action, row.reason = SKIP, "The books have nothing that may be it."
    elif match.fit is Fit.SEVERAL:
        row.reason = f"{len(match.offers)} documents may be it: choose one."
    else:
        row.reason = f"{describe(match.offers[0])} Choose it if it is the same sale."


def describe(offer: Offer) -> str:
    """Return a document in words, and in what it differs from its order."""
    one = offer.candidate
    kind = one.books_id.partition(":")[0] if ":" in one.books_id else "Sale"
    who = f" for {one.customer}" if one.customer else ""
    text = f"{kind} {one.number or 'without a number'} of {one.day} over {one.total}"
    if not offer.differs:
        return f"{text}{who}: number, date and total are the same."
    words = [_WORDS[part] for part in offer.differs]
    return f"{text}{who}: {' and '.join(words)} differ{'s' * (len(words) == 1)}."


def link_digest(sought: Sought, document: Candidate) -> str:
    """Return what an approval of a link names: the order, and the document as read."""
    both = [sought.order_id, sought.number, str(sought.total), _told(document)]
    return digest_of([*both, sought.day.isoformat()])


def sought_in(row: RunRow) -> Sought:
    """Return the order of a line."""
    told = row.details
    day = date.fromisoformat(told["date"])
    return Sought(row.subject_id, told["number"], day, _money_in(told))


def candidate_in(told: Details) -> Candidate:
    """Return a document of a line."""
    return Candidate(
        books_id=told["id"],
        number=told["number"],
        day=date.fromisoformat(told["date"]),
        total=_money_in(told),
        customer=told["customer"],
    )


def text_of(row: RunRow, told: Details) -> str:
    """Return a document of a line in words."""
    candidate = candidate_in(told)
    return describe(Offer(candidate, differences(sought_in(row), candidate)))


def _shown(offer: Offer) -> dict[str, Any]:
    differs = [part.value for part in offer.differs]
    return {**_told(offer.candidate), "differs": differs}


def _told(one: Candidate) -> dict[str, Any]:
    return {
        "id": one.books_id,
        "number": one.number,
        "date": one.day.isoformat(),
        "customer": one.customer,
        **_money(one.total),
    }


def _money(total: Money) -> dict[str, str]:
    return {"total": f"{total.amount:f}", "currency": total.currency}


def _money_in(told: Details) -> Money:
    return Money(Decimal(told["total"]), told["currency"])
