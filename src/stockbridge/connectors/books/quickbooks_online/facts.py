"""What was learnt about a company, kept with its connection.

Learnt of one company, true of that one only: after somebody connects another, nothing
of the old is believed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from stockbridge.ports import Link

_LEARNT_OF = "learnt_of"
#: "Requests are cut at 120 s" (Intuit's limits): later nothing we sent still begins.
CUT_AFTER = timedelta(seconds=130)
_YES, _NO = "yes", "no"


class Facts:
    """Reads and remembers facts of one connection."""

    def __init__(self, link: Link, company: str) -> None:
        self._save = link.save_facts
        self._company = company
        self._known = dict(link.facts)

    def get(self, name: str) -> str:
        """Return a fact, "" when unknown or learnt of another company."""
        if self._known.get(_LEARNT_OF) != self._company:
            return ""
        return self._known.get(name, "")

    def learn(self, facts: Mapping[str, str]) -> None:
        """Remember facts, here and with the connection."""
        if self._known.get(_LEARNT_OF) != self._company:
            # The engine merges what we save: stale facts are overwritten by blanks.
            facts = {**dict.fromkeys(_OURS, ""), **facts}
        new = {_LEARNT_OF: self._company, **facts}
        self._known.update(new)
        if self._save is not None:
            self._save(new)

    def begin_write(self, now: datetime) -> None:
        """Remember that a write leaves, until its answer is there.

        An earlier one that still waits is one whose worker died.
        """
        dead = self.get("unanswered")
        lost = {"lost": dead} if dead else {}
        self.learn({**lost, "unanswered": now.isoformat()})

    def end_write(self) -> None:
        """Remember that the last write was answered."""
        self.learn({"unanswered": ""})

    def lose_write(self) -> None:
        """Remember that the answer to the last write got lost, and when it left.

        Later writes that are answered say nothing about this one.
        """
        self.learn({"lost": self.get("unanswered"), "unanswered": ""})

    def doubt_write(self, now: datetime) -> None:
        """Remember that a write was answered without a word on what became of it."""
        self.learn({"lost": now.isoformat()})

    def note_refused(self, request_ids: Iterable[str]) -> None:
        """Remember request ids that were answered by a no.

        Whether QuickBooks keeps a refusal, too, nobody says: asked again with the same
        id it might refuse for ever.
        """
        known = self.get("refused_ids").split()
        new = [one[:_KEPT_CHARS] for one in request_ids]
        self.learn({"refused_ids": " ".join([*known, *new][-_REFUSED_MAX:])})

    def was_refused(self, request_id: str) -> bool:
        """Return whether this request id was answered by a no: it is used up."""
        known = self.get("refused_ids").split()
        return any(one[:_KEPT_CHARS] == request_id[:_KEPT_CHARS] for one in known)

    def may_still_arrive(self, now: datetime) -> bool:
        """Return whether a write whose answer got lost may yet take effect."""
        times = [self.get(name) for name in ("unanswered", "lost")]
        left = [datetime.fromisoformat(text) for text in times if text]
        return any(now - moment < CUT_AFTER for moment in left)


#: So many refusals of a closed period may wait for a person; a part of an id (60 bits)
#: tells it from all others.
_REFUSED_MAX, _KEPT_CHARS = 300, 12
_OURS = (
    *("company", "country", "currency", "company_facts"),
    "company_read_at",
    *("unanswered", "lost", "without_changes", "refused_ids"),
    "undeposited_account",
)


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """How a company keeps its books, as its preferences say."""

    name: str
    country: str  # US, CA, GB …
    currency: str  # the home currency
    has_many_currencies: bool
    keeps_numbers: bool  # CustomTxnNumbers: our DocNumber is kept
    uses_tax: bool
    has_automated_tax: bool
    counts_stock: bool
    class_per_line: bool
    class_per_document: bool
    has_departments: bool
    closed_until: str  # ISO date, "" = nothing is closed
    plan: str = ""

    @property
    def is_american(self) -> bool:
        """Whether lines say TAX or NON instead of a tax code."""
        return self.country == "US"

    def dumped(self) -> str:
        """Return them as one fact."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


def company_facts(text: str) -> CompanyFacts | None:
    """Return what was dumped; None where it says less than we ask today."""
    try:
        return CompanyFacts(**json.loads(text))
    except (TypeError, ValueError):
        return None
