"""Which documents that are in the books already may be an order's own.

Somebody typed them in, or another program did. A number, a day and a total tell: where
all three agree, and of one document only, it fits. Where one of them differs, or more
than one fit, a person chooses. A document that fits one order is offered to no other.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from stockbridge.domain.identity import match_key
from stockbridge.domain.money import Money

#: How many days a document may be away from its order's own and still be looked at.
DAYS_APART = timedelta(days=5)
_PREFIX = re.compile(r"^[^0-9]*")


@dataclass(frozen=True, slots=True)
class Sought:
    """An order that is not in the books, as its document would say it."""

    order_id: str
    number: str
    day: date  # the business date
    total: Money


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sale that the books have, and that no order here is known to be."""

    books_id: str
    number: str
    day: date
    total: Money
    customer: str = ""


class Fit(StrEnum):
    """How sure it is that an order is in the books already."""

    FITS = "fits"  # one document with its number, day and total
    NEARLY = "nearly"  # one document that differs in something
    SEVERAL = "several"  # more than one may be it
    NONE = "none"


class Part(StrEnum):
    """What is compared of both."""

    NUMBER = "number"
    DAY = "date"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that is offered to an order, and in what the two differ."""

    candidate: Candidate
    differs: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What the books may have of one order, the likeliest document first."""

    sought: Sought
    fit: Fit
    offers: tuple[Offer, ...] = ()

    def offer(self, books_id: str) -> Offer | None:
        """Return the offer of this document, if it is among them."""
        found = (one for one in self.offers if one.candidate.books_id == books_id)
        return next(found, None)


def matches(
    sought: Sequence[Sought], candidates: Sequence[Candidate]
) -> dict[str, Match]:
    """Return what may be each order's document, by the order's id."""
    offered = {one.order_id: _offers(one, candidates) for one in sought}
    takers: dict[str, set[str]] = defaultdict(set)
    for order_id, offers in offered.items():
        for offer in offers:
            if not offer.differs:
                takers[offer.candidate.books_id].add(order_id)
    return {
        one.order_id: _match(one, _left_for(one, offered[one.order_id], takers))
        for one in sought
    }


def differences(sought: Sought, candidate: Candidate) -> tuple[Part, ...]:
    """Return in what an order and a document differ; nothing: it fits to the cent."""
    found = []
    if not is_same_number(sought.number, candidate.number):
        found.append(Part.NUMBER)
    if sought.day != candidate.day:
        found.append(Part.DAY)
    if sought.total != candidate.total:
        found.append(Part.TOTAL)
    return tuple(found)


def is_same_number(one: str, other: str) -> bool:
    """Return whether two numbers name one sale: 1001 is #1001, and WEB-1001.

    WEB-1001 is not INV-1001, nor 11001: what both put before the digits must agree.
    """
    left, right = (match_key(text.lstrip("# ")) for text in (one, other))
    if not left or not right:
        return False
    if left == right:
        return True
    bare = {_PREFIX.sub("", left), _PREFIX.sub("", right)}
    return len(bare) == 1 and "" not in bare and bare <= {left, right}


def _offers(sought: Sought, candidates: Sequence[Candidate]) -> list[Offer]:
    found = []
    for one in candidates:
        if abs(one.day - sought.day) > DAYS_APART:
            continue
        differs = differences(sought, one)
        # Of two that agree in nothing but the day, or the total, nothing is known.
        if Part.NUMBER not in differs or differs == (Part.NUMBER,):
            found.append(Offer(one, differs))
    return sorted(found, key=_likeliest)


def _likeliest(offer: Offer) -> tuple[bool, int, str]:
    by_total = Part.TOTAL in offer.differs
    return by_total, len(offer.differs), offer.candidate.books_id


def _left_for(
    sought: Sought, offers: Sequence[Offer], takers: dict[str, set[str]]
) -> list[Offer]:
    """Leave out what fits another order."""
    own = {sought.order_id}
    return [
        offer
        for offer in offers
        if not offer.differs or takers[offer.candidate.books_id] <= own
    ]


def _match(sought: Sought, offers: Sequence[Offer]) -> Match:
    fitting = [offer for offer in offers if not offer.differs]
    if len(fitting) == 1:
        return Match(sought, Fit.FITS, (fitting[0],))
    if not offers:
        return Match(sought, Fit.NONE)
    shown = tuple(fitting or offers)
    return Match(sought, Fit.SEVERAL if len(shown) > 1 else Fit.NEARLY, shown)
