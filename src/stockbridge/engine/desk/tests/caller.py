"""A caller at the desk, as faithful as the Web Connector, who may die at any step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypedDict, TypeVar, Unpack

from stockbridge.domain.accounting import DocumentKind
from stockbridge.engine.desk.access import make_access
from stockbridge.engine.desk.counter import EngineDesk
from stockbridge.engine.desk.tests.till import Till, TillTranslator
from stockbridge.engine.models import Connection, Delivery
from stockbridge.ports import (
    BooksCapabilities,
    CompanyNotice,
    Fault,
    PostRequest,
    Translator,
    Verdict,
)

Told = TypeVar("Told")
NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


class DiedError(Exception):
    """The caller is gone, in the middle of a visit."""


class Answers(Protocol):
    """What stands behind a caller: a till, a company file."""

    def process(self, request: bytes) -> bytes:
        """Answer an envelope."""


Behind = TypeVar("Behind", bound=Answers)


@dataclass
class Caller(Generic[Behind]):
    """Visits the desk of one connection, with a till behind."""

    connection: Connection
    till: Behind
    translator: Translator
    user: str = ""
    password: str = ""
    now: datetime = NOW
    at_step: Callable[[str], None] = lambda _: None
    steps: list[str] = field(default_factory=list)
    ticket: str = ""
    envelope: bytes = b""
    answer: bytes = b""
    shown: str = ""  # the error that the Web Connector's window shows

    def desk(self) -> EngineDesk:
        """Return the desk, as it is made anew for each call."""
        connection = Connection.objects.select_related("company", "desk").get(
            pk=self.connection.pk
        )
        return EngineDesk(connection, self.translator, self.now)

    def visit(self) -> str:
        """Hold a whole visit; return what the user is shown in the end."""
        if self.sign_in() is not Verdict.OPEN:
            return ""
        while True:
            self.envelope = self._call(
                "ask", lambda desk: desk.next_envelope(self.ticket, CompanyNotice())
            )
            if not self.envelope:
                self.shown = self.desk().last_error(self.ticket)
                break
            self._reach("arrive")
            self.answer = self.till.process(self.envelope)
            self.now += timedelta(seconds=2)
            self._reach("answered")
            percent = self._call(
                "bring", lambda desk: desk.take_answer(self.ticket, self.answer)
            )
            if percent < 0 or percent == 100:
                break
        return self._call("leave", lambda desk: desk.close(self.ticket))

    def sign_in(self) -> Verdict:
        """Sign in."""
        told = self._call(
            "sign in", lambda desk: desk.sign_in(self.user, self.password)
        )
        self.ticket = told.ticket
        return told.verdict

    def lose(self, message: str = "time-out") -> int:
        """Say that the books did not answer."""
        return self.desk().lose_answer(self.ticket, Fault("0x80040402", message))

    def rest(self, visits: int = 6) -> None:
        """Come again, long after the last visit, until all is settled."""
        unsettled = Delivery.objects.filter(
            connection=self.connection, state__in=["ready", "sent", "in_doubt"]
        )
        for _ in range(visits):
            self.now += timedelta(minutes=20)
            self.visit()
            if not unsettled.exists():
                return

    def _call(self, name: str, act: Callable[[EngineDesk], Told]) -> Told:
        desk = self.desk()
        told = act(desk)
        self._reach(name)
        desk.work_ahead()
        return told

    def _reach(self, name: str) -> None:
        self.steps.append(name)
        self.at_step(name)


class TillLanguage(TypedDict, total=False):
    """What a till's translator may be told beside the till."""

    capabilities: BooksCapabilities
    prepares: frozenset[DocumentKind]
    at_check: Callable[[PostRequest], object]
    unsayable: str
    unwritable: str


def a_caller(
    connection: Connection, till: Till, **told: Unpack[TillLanguage]
) -> Caller[Till]:
    """Return a caller with a till behind, who knows the password."""
    return a_caller_of(connection, till, TillTranslator(till, **told))


def a_caller_of(
    connection: Connection, behind: Behind, translator: Translator
) -> Caller[Behind]:
    """Return a caller who knows the password."""
    access, password = make_access(connection)
    return Caller(
        connection, behind, translator, user=access.user_name, password=password
    )
