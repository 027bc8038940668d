"""A small honest desk: one connection, envelopes in a row, one conversation a time.

It shows what is asked of the engine's: a foreign or old ticket gets nothing, an
answer that belongs to an envelope is evidence whenever it comes, and whatever left
without an answer is in doubt.
"""

from dataclasses import dataclass, field

from stockbridge.connectors.webconnector.conversation import (
    Event,
    State,
    leaves_doubt,
    may,
    moved,
    percent_event,
)
from stockbridge.ports import CompanyNotice, Desk, Fault, SignedIn, Verdict

USER, PASSWORD = "shop", "a long password"
OVER = "This conversation is over."
TRIES_MAX = 2


@dataclass(slots=True)
class HonestDesk(Desk):
    """Keeps everything in memory. `envelopes` are handed out in order."""

    envelopes: list[bytes] = field(default_factory=list)
    sign_in_as: SignedIn | None = None  # instead of the usual verdict
    paths: list[str] = field(default_factory=list)  # to try if one cannot be opened
    idle_asks: int = 0  # so often "NoOp" before there is an envelope
    takes_over: bool = False  # a new sign-in ends an open conversation

    ticket: str = ""
    state: State = State.CLOSED
    out: bytes = b""  # the envelope that is with QuickBooks
    handed: list[bytes] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    late: list[bytes] = field(default_factory=list)
    doubted: list[bytes] = field(default_factory=list)
    notices: list[CompanyNotice] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    said: str = ""
    _count: int = 0
    _tries: int = 0

    def sign_in(self, user: str, password: str) -> SignedIn:
        """Check who calls and open a conversation."""
        if (user, password) != (USER, PASSWORD):
            return SignedIn(Verdict.INVALID)
        if self.sign_in_as is not None:
            return self.sign_in_as
        if self.state is not State.CLOSED and not self.takes_over:
            return SignedIn(Verdict.BUSY)
        self._end()
        if not self.envelopes:
            return SignedIn(Verdict.NOTHING, every_s=60)
        self._count += 1
        self._tries = 0
        self.ticket = f"ticket-{self._count}"
        self.state = moved(State.SIGNING_IN, Event.OPEN)
        return SignedIn(Verdict.OPEN, self.ticket, every_s=60)

    def next_envelope(self, ticket: str, notice: CompanyNotice) -> bytes:
        """Return the next envelope, kept before it leaves."""
        if not self._is_open(ticket, Event.HAND_OUT):
            return b""
        self.notices.append(notice)
        if self.idle_asks > 0 or not self.envelopes:
            self.state = moved(self.state, Event.HAND_NOTHING)
            self.said = "NoOp" if self.idle_asks > 0 else "There is nothing to do."
            self.idle_asks -= 1
            return b""
        self.state = moved(self.state, Event.HAND_OUT)
        self.out = self.envelopes.pop(0)
        self.handed.append(self.out)
        return self.out

    def take_answer(self, ticket: str, answer: bytes) -> int:
        """Take the books' answer in; a late one is evidence, and no more."""
        if not self._is_open(ticket, Event.GO_ON):
            self.late.append(answer)
            return -1
        self.answers.append(answer)
        self.out = b""
        left = len(self.envelopes)
        done = len(self.handed)
        percent = 100 if left == 0 else min(99, 100 * done // (done + left))
        self.state = moved(self.state, percent_event(percent))
        return percent

    def lose_answer(self, ticket: str, fault: Fault) -> int:
        """Doubt what had left."""
        if not self._is_open(ticket, Event.REPORT):
            return -1
        self.faults.append(fault)
        self.doubted.append(self.out)
        self.out = b""
        self.said = f"{fault.meaning} {fault.remedy} {fault.message}"
        self.state = moved(self.state, Event.REPORT)
        return -1

    def cannot_open(self, ticket: str, fault: Fault) -> str:
        """Try another path, a couple of times at most."""
        if not self._is_open(ticket, Event.GIVE_UP):
            return "done"
        self.faults.append(fault)
        self._tries += 1
        if self.paths and self._tries <= TRIES_MAX:
            self.state = moved(self.state, Event.TRY_ANOTHER)
            return self.paths.pop(0)
        self.state = moved(self.state, Event.GIVE_UP)
        self.said = f"{fault.meaning} {fault.remedy} {fault.message}"
        return "done"

    def last_error(self, ticket: str) -> str:
        """Return what the user is shown, or "NoOp"."""
        if not self._is_open(ticket, Event.EXPLAIN):
            return OVER
        event = Event.WAIT if self.said == "NoOp" else Event.EXPLAIN
        self.state = moved(self.state, event)
        return self.said

    def close(self, ticket: str) -> str:
        """End the conversation."""
        if not self._is_open(ticket, Event.CLOSE):
            return OVER
        self._end()
        return "Done."

    def note(self, text: str) -> None:
        """Remember something."""
        self.notes.append(text)

    def expire(self) -> None:
        """End the conversation as a lease that has run out does."""
        self._end()

    def _is_open(self, ticket: str, event: Event) -> bool:
        return bool(ticket) and ticket == self.ticket and may(self.state, event)

    def _end(self) -> None:
        if leaves_doubt(self.state):
            self.doubted.append(self.out)
            self.out = b""
        self.state = State.CLOSED
        self.ticket = ""
