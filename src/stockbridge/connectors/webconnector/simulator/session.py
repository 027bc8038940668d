"""One session of the simulated Web Connector, step by step.

Each step is one call, or one thing that happens on the computer, and decides which
step comes next. The shared table of the conversation says whether our answers make
sense; a mishap may strike at any step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from stockbridge.connectors.webconnector.conversation import (
    Event,
    State,
    last_error_event,
    may,
    moved,
    percent_event,
)
from stockbridge.connectors.webconnector.simulator.computer import (
    Computer,
    HresultError,
)
from stockbridge.connectors.webconnector.simulator.mishaps import (
    OPEN,
    PAUSE,
    PROCESS,
    Mishap,
    Step,
    no_mishap,
    possible,
)
from stockbridge.connectors.webconnector.simulator.outcome import (
    TURNED_AWAY,
    Ending,
    Outcome,
)
from stockbridge.connectors.webconnector.simulator.settings import (
    Account,
    Cut,
    Habits,
    Surroundings,
)
from stockbridge.connectors.webconnector.simulator.wire import CallFailedError, Wire

NOOP_PAUSE_S = 5.0
SILENCE_S = 200.0  # longer than a silent session is waited for
_DIALOG = ("0x80040414", "A modal dialog box is showing in QuickBooks.")
#: Which number the Web Connector shows when this call fails.
_CODES = {
    "clientVersion": "QBWC1036",
    "authenticate": "QBWC1012",
    "sendRequestXML": "QBWC1041",
    "receiveResponseXML": "QBWC1042",
    "getLastError": "QBWC1043",
    "closeConnection": "QBWC1044",
    "connectionError": "QBWC1045",
}


@dataclass(frozen=True, slots=True)
class _Next:
    name: str
    act: "Callable[[], _Next | None]"


class Session:
    """One session; `step` does one step, `run` all of them."""

    def __init__(
        self,
        computer: Computer,
        account: Account,
        habits: Habits,
        surroundings: Surroundings,
        *,
        by_itself: bool = False,
    ) -> None:
        self._computer = computer
        self._account = account
        self._habits = habits
        self._around = surroundings
        self._by_itself = by_itself
        self._wire = Wire(account.address, habits.http_timeout_s)
        self._next: _Next | None = _Next("serverVersion", self._server_version)
        self._mishap = Mishap.NONE
        self.path = ""
        self._request = ""
        self._facts_told = False
        self.ticket = ""
        self.state = State.SIGNING_IN
        self.steps: list[Step] = []
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Do all steps that are left."""
        while self.step() is not None:
            pass
        return self.outcome

    def step(self) -> Step | None:
        """Do the next step and return it; None: the session is over."""
        if self._next is None:
            return None
        step = Step(len(self.steps) + 1, self._next.name)
        self.steps.append(step)
        self._mishap = self._around.hook(step)
        if self._mishap not in {Mishap.NONE, *possible(step.name)}:
            raise ValueError(f"{self._mishap} cannot happen at {step.name}.")
        if self._mishap is Mishap.DIE_BEFORE:
            return self._died(step)
        if self._mishap in {Mishap.SECOND, Mishap.OVERTAKEN}:
            self._let_another_in()
        try:
            self._next = self._next.act()
        except CallFailedError as error:
            self._next = self._after_failure(step.name, str(error))
        if self._mishap is Mishap.DIE_AFTER:
            return self._died(step)
        if self._next is None:
            self._leave()
        return step

    def until(self, name: str) -> None:
        """Do steps until the next one has this name; ValueError if none has."""
        while self._next is not None and self._next.name != name:
            self.step()
        if self._next is None:
            raise ValueError(f"The session ended before {name}.")

    def stop(self) -> None:
        """Let the user press Stop: all that still happens is the good-bye."""
        if self._next is not None:
            self._end(Ending.STOPPED)
            self._next = self._good_bye() if self.ticket else None

    # ── signing in ───────────────────────────────────────────────────────────

    def _server_version(self) -> _Next:
        self._call("serverVersion")
        return _Next("clientVersion", self._client_version)

    def _client_version(self) -> _Next | None:
        said = self._call("clientVersion", ("strVersion", self._habits.version))[0]
        letter, colon, text = said.partition(":")
        is_accepted = letter == "W" and self._habits.accepts_warnings
        if colon and letter in {"W", "E", "O"} and not is_accepted:
            self._end(Ending.VERSION, text, "QBWC1037")
            return None
        return _Next("authenticate", self._authenticate)

    def _authenticate(self) -> _Next | None:
        account = self._account
        told = self._call(
            "authenticate",
            ("strUserName", account.user),
            ("strPassword", account.password),
        )
        self.ticket, word, delay, every = (*told, "", "", "", "")[:4]
        self.outcome.postpone_s = int(delay) if delay else None
        self.outcome.every_s = int(every) if every else None
        if ending := TURNED_AWAY.get(word.lower()):
            self._move(Event.TURN_AWAY)
            code = "QBWC1040" if ending is Ending.NOT_VALID else ""
            self._end(ending, code=code)
            is_polite = self._habits.closes_when_turned_away
            return self._good_bye() if is_polite else None
        self._move(Event.OPEN)
        if self._by_itself and self.outcome.postpone_s is not None:
            self._end(Ending.POSTPONED)
            return None
        self.path = word
        return _Next(OPEN, self._open)

    # ── opening the company ──────────────────────────────────────────────────

    def _open(self) -> _Next:
        for attempt in range(self._habits.opening_tries):
            try:
                if self._mishap is Mishap.UNDONE:
                    raise HresultError("0x80040408", "Could not start QuickBooks.")
                if self._mishap is Mishap.DIALOG:
                    raise HresultError(*_DIALOG)
                self.path = self._computer.open(self.path)
                return self._asking()
            except HresultError as error:
                if attempt + 1 == self._habits.opening_tries:
                    return self._cannot_open(error)
        raise ValueError("A Web Connector tries at least once.")

    def _cannot_open(self, error: HresultError) -> _Next:
        def tell() -> _Next | None:
            told = self._call(
                "connectionError",
                ("ticket", self.ticket),
                ("hresult", error.hresult),
                ("message", error.message),
            )[0]
            if told.lower() == "done":
                self._move(Event.GIVE_UP)
                self._end(Ending.CANNOT_OPEN, error.message, "QBWC1013")
                return self._good_bye()
            self._move(Event.TRY_ANOTHER)
            self.path = told
            return _Next(OPEN, self._open)

        return _Next("connectionError", tell)

    # ── asking and answering ─────────────────────────────────────────────────

    def _asking(self) -> _Next:
        return _Next("sendRequestXML", self._ask)

    def _ask(self) -> _Next:
        facts = "" if self._facts_told else self._computer.facts()
        self._request = self._call(
            "sendRequestXML",
            ("ticket", self.ticket),
            ("strHCPResponse", facts),
            ("strCompanyFileName", self.path),
            ("qbXMLCountry", self._computer.country),
            ("qbXMLMajorVers", str(self._computer.major_version)),
            ("qbXMLMinorVers", str(self._computer.minor_version)),
        )[0]
        self._facts_told = True
        if not self._request:
            self._move(Event.HAND_NOTHING)
            return _Next("getLastError", self._ask_why)
        self._move(Event.HAND_OUT)
        return _Next(PROCESS, self._process)

    def _process(self) -> _Next | None:
        started = self._around.clock.now()
        try:
            answer = self._processed()
        except HresultError as error:
            return self._answering("", error.hresult, error.message)
        took_s = (self._around.clock.now() - started).total_seconds()
        if self._habits.cut_s is not None and took_s > self._habits.cut_s:
            if self._habits.cut is Cut.SILENCE:
                self._end(Ending.DIED)
                return None
            return self._answering("", "0x80040402", "The operation timed out.")
        return self._answering(answer, "", "")

    def _processed(self) -> str:
        if self._mishap is Mishap.UNDONE:
            raise HresultError("0x80040401", "Could not access QuickBooks.")
        if self._mishap is Mishap.DIALOG:
            raise HresultError(*_DIALOG)
        answer = self._computer.process(self._request)
        self.outcome.envelopes += 1
        if self._mishap is Mishap.UNSAID:
            raise HresultError("0x80040402", "Unexpected error.")
        return answer

    def _answering(self, response: str, hresult: str, message: str) -> _Next:
        def tell() -> _Next:
            told = self._call(
                "receiveResponseXML",
                ("ticket", self.ticket),
                ("response", response),
                ("hresult", hresult),
                ("message", message),
            )[0]
            try:
                percent = int(told)
            except ValueError as error:
                raise CallFailedError(f"“{told}” is no number.") from error
            self.outcome.percents += (percent,)
            self._move(percent_event(percent))
            if percent < 0:
                return _Next("getLastError", self._ask_why)
            if percent < 100:
                return self._asking()
            self._end(Ending.FINISHED)
            return self._good_bye()

        return _Next("receiveResponseXML", tell)

    def _ask_why(self) -> _Next | None:
        told = self._call("getLastError", ("ticket", self.ticket))[0]
        event = last_error_event(told)
        if not may(self.state, event):  # NoOp after an error: a text like any other
            event = Event.EXPLAIN
        self._move(event)
        if event is Event.WAIT:
            return _Next(PAUSE, self._pause)
        if event is Event.SHOW_PAGE:
            return _Next("getInteractiveURL", self._show_page)
        self._end(Ending.EXPLAINED, told)
        return self._good_bye()

    def _pause(self) -> _Next:
        self._around.sleep(NOOP_PAUSE_S)
        return self._asking()

    def _show_page(self) -> _Next:
        self._call("getInteractiveURL", ("wcTicket", self.ticket), ("sessionID", "1"))
        if self._habits.looks_at_pages:
            return _Next("interactiveDone", self._page_done)
        return _Next("interactiveRejected", self._page_rejected)

    def _page_done(self) -> _Next:
        self._call("interactiveDone", ("wcTicket", self.ticket))
        self._move(Event.PAGE_DONE)
        return self._asking()

    def _page_rejected(self) -> _Next:
        reason = ("reason", "Nobody is there.")
        self._call("interactiveRejected", ("wcTicket", self.ticket), reason)
        self._move(Event.PAGE_REJECTED)
        self._end(Ending.EXPLAINED, "Nobody is there.")
        return self._good_bye()

    # ── the end ──────────────────────────────────────────────────────────────

    def _good_bye(self) -> _Next:
        return _Next("closeConnection", self._close)

    def _close(self) -> None:
        said = self._call("closeConnection", ("ticket", self.ticket))[0]
        if self.outcome.ending is Ending.FINISHED:
            self.outcome.shown = said

    def _after_failure(self, name: str, why: str) -> _Next | None:
        code = _CODES.get(name, "")
        if name == "closeConnection":  # all was done; it shows a number, no more
            self.outcome.code = self.outcome.code or code
            return None
        self._end(Ending.CALL_FAILED, why, code)
        is_polite = self.ticket and self._habits.closes_after_failure
        return self._good_bye() if is_polite else None

    def _end(self, ending: Ending, shown: str = "", code: str = "") -> None:
        self.outcome.ending = ending
        self.outcome.shown = shown
        self.outcome.code = code

    def _died(self, step: Step) -> Step:
        self._end(Ending.DIED)
        self._next = None
        self._leave()
        return step

    def _let_another_in(self) -> None:
        """Let a second Web Connector with the same entry come, and get what it gets."""
        if self._mishap is Mishap.OVERTAKEN:
            self._around.sleep(SILENCE_S)
        around = replace(self._around, hook=no_mishap)
        Session(self._computer, self._account, self._habits, around).run()

    def _leave(self) -> None:
        if self.state is not State.CLOSED:
            self._move(Event.VANISH)

    def _move(self, event: Event) -> None:
        self.state = moved(self.state, event)

    def _call(self, method: str, *parameters: tuple[str, str]) -> Sequence[str]:
        if self._mishap is Mishap.CUT_BEFORE:
            raise CallFailedError("The line is down.")
        told = self._wire.call(method, parameters)
        if self._mishap is Mishap.REPEAT:
            told = self._wire.call(method, parameters)
        if self._mishap is Mishap.CUT_AFTER:
            raise CallFailedError("The line went down.")
        return told
