"""Whether two connections to books lead to one company: then a sale is booked once.

Theory of operation. A company that is reached twice takes each order twice. It may be
reached by two connections of one kind (`is_twin`), or by Point of Sale and by the
QuickBooks that Point of Sale hands its sales on to (`hands_on_to`). What cannot be
read is said by a person; what a person said counts for the sign that was known then:
another sign is another question (`is_said`).
"""

import ntpath
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from stockbridge.domain.planning import Outcome, Skip


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """What is known of the company file that a connection leads to."""

    path: str = ""  # as its own computer writes it
    name: str = ""  # of the company


class HandsOn(StrEnum):
    """Whether one kind of books hands its sales on to a company file."""

    YES = "yes"
    NO = "no"  # to another one
    UNKNOWN = "unknown"  # neither side has said enough


def is_twin(identity: str, known: str, signed: str) -> bool:
    """Return whether a company is the one that another connection belongs to.

    `known` is what that connection saw, `signed` what its caller signs the file with.
    """
    return bool(identity) and identity in (known, f"{{{signed}}}")


def is_same_place(one: CompanyFile, other: CompanyFile) -> bool:
    """Return whether two files have one path and one company name.

    No proof: two computers may have the like. But a file whose sign was removed, as
    Intuit's tool for the Web Connector does, is known by nothing else.
    """
    if not one.name or not ntpath.dirname(one.path):
        return False
    return (_folded(one.path), _folded(one.name)) == (
        _folded(other.path),
        _folded(other.name),
    )


def hands_on_to(said: str, file: CompanyFile) -> HandsOn:
    """Return whether `said`, by whoever hands sales on, names this company file.

    Whether it is a path, a file's name or a company's is written down nowhere, and two
    computers write the same place differently. So the file's name is enough.
    """
    names = (_folded(file.path), _stem(file.path), _folded(file.name))
    known = {one for one in names if one}
    if not said.strip() or not known:
        return HandsOn.UNKNOWN
    told = {_folded(said), _stem(said)}
    return HandsOn.YES if told & known else HandsOn.NO


def is_said(said: Mapping[str, str], other: str, sign: str) -> bool:
    """Return whether a person said that `other` is another company, knowing `sign`."""
    return said.get(other) == sign


def in_other_books(books: str, *, has_the_sale: bool, takes_sales: bool) -> Skip | None:
    """Return why an order is not booked here: other books of its company have it.

    `books` is what they are called. None: it is booked here.
    """
    if has_the_sale:
        reason = f"{books} has its sale already, and both are of one company."
    elif takes_sales:
        reason = f"{books} takes the sales of this store: both are of one company."
    else:
        return None
    return Skip(Outcome.EXCLUDED, "other_books", reason)


def _stem(path: str) -> str:
    name = ntpath.basename(path.strip())
    stem, dot, ending = name.rpartition(".")
    return _folded(stem if dot and ending.casefold() == "qbw" else name)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
