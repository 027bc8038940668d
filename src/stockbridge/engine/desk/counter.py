"""The desk of one connection: sign in, ask for work, bring the answer, leave.

A visit is a lease on the connection. What had left when a visit broke off is in
doubt, and the next visit clears that up before anything else leaves.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

import structlog
from django.db import DatabaseError, transaction

from stockbridge.domain.errors import (
    AnswerLostError,
    DefectError,
    SyncError,
)
from stockbridge.domain.visiting import Step
from stockbridge.engine import leases, ticks
from stockbridge.engine.clock import database_now
from stockbridge.engine.desk import visits
from stockbridge.engine.desk.access import may_enter
from stockbridge.engine.desk.ahead import (
    forget_ahead,
    has_ahead,
    make_ahead,
    send_ahead,
)
from stockbridge.engine.desk.answers import (
    doubt,
    forget_questions,
    glance_at,
    keep_answer,
    settle_kept_answers,
    take_evidence,
    take_in,
    was_stopped,
)
from stockbridge.engine.desk.company import unopened
from stockbridge.engine.desk.envelopes import (
    choose,
    company_question,
    has_work,
    send,
    suspect,
)
from stockbridge.engine.desk.paces import learn_pace
from stockbridge.engine.desk.progress import percent_of
from stockbridge.engine.desk.resting import rest_of
from stockbridge.engine.desk.telling import summary, words
from stockbridge.engine.desk.visits import LEASE_S, Visit
from stockbridge.engine.leases import LeaseLostError
from stockbridge.engine.logbook import Line
from stockbridge.engine.logbook import log as write_line
from stockbridge.engine.models import (
    Batch,
    Connection,
    Conversation,
    DeskAccess,
)
from stockbridge.ports import (
    CompanyNotice,
    Fault,
    SignedIn,
    Translator,
    Verdict,
)

log = structlog.get_logger("stockbridge.desk")
#: A visitor who was silent for so long is gone: longer than the books may take.
SILENT = timedelta(seconds=150)
#: QuickBooks could not read the whole envelope, and does not say where.
UNREADABLE = "0x80040400"
_VERSION = re.compile(r"[0-9.]{1,30}")
OVER = "This visit is over. The next one goes on where it ended."


@dataclass
class EngineDesk:
    """Implements `ports.Desk` for one connection and one call."""

    connection: Connection
    translator: Translator
    now: datetime = field(default_factory=database_now)
    is_refused: bool = False  # a wrong password, an unknown ticket: slow it down
    out: Visit | None = None  # writes have just left in it

    # ── sign in ──────────────────────────────────────────────────────────────

    def sign_in(self, user: str, password: str) -> SignedIn:
        """Check who calls; open a visit if there is anything to do."""
        access = DeskAccess.objects.filter(connection=self.connection).first()
        if not may_enter(access, user, password) or access is None:
            return self._refuse(access)
        DeskAccess.objects.filter(pk=access.pk).update(
            last_call_at=self.now, last_sign_in_at=self.now
        )
        every_s = access.every_minutes * 60
        rest = rest_of(self.connection, access, self.now)
        if rest is not None:
            self._say("The Web Connector signed in, at a time when nothing is sent.")
            return SignedIn(Verdict.NOTHING, postpone_s=rest.left_s, every_s=every_s)
        former = visits.open_visit(self.connection)
        if former is not None and self.now - former.last_call_at < SILENT:
            left_s = (former.last_call_at + SILENT - self.now).total_seconds()
            return SignedIn(Verdict.BUSY, postpone_s=ceil(left_s), every_s=every_s)
        if former is not None:
            visits.end_visit(former, self.now)
            self._say("The last visit broke off; what had left is looked up first.")
        visit = self._open()
        if visit is None:
            return SignedIn(Verdict.BUSY, every_s=every_s)
        settle_kept_answers(visit)
        forget_questions(visit)
        doubt(visit, None, "The visit that sent it broke off before the answer.")
        if not has_work(visit):
            visits.end_visit(visit.row, self.now)
            self._say("The Web Connector signed in; there was nothing to do.")
            return SignedIn(Verdict.NOTHING, every_s=every_s)
        self._say("The Web Connector signed in.")
        return SignedIn(
            Verdict.OPEN, visit.row.ticket, access.company_path, every_s=every_s
        )

    def _refuse(self, access: DeskAccess | None) -> SignedIn:
        self.is_refused = True
        is_new = access is not None and (
            access.refused_at is None
            or self.now - access.refused_at > timedelta(minutes=1)
        )
        if access is not None and is_new:
            DeskAccess.objects.filter(pk=access.pk).update(refused_at=self.now)
            self._say("A sign-in was refused: wrong name or password.", "warning")
        return SignedIn(Verdict.INVALID)

    def _open(self) -> Visit | None:
        """Open a visit, or None while somebody has the lease.

        Both at once: a lease without its visit would keep everybody out until it ends.
        """
        holder = leases.new_holder("visit")
        with transaction.atomic():
            lease = leases.take(self.connection, holder, seconds=LEASE_S)
            if lease is None:
                return None
            row = Conversation.objects.create(
                connection=self.connection,
                ticket=secrets.token_urlsafe(24),
                holder=holder,
                fence=lease.fence,
                began_at=self.now,
                last_call_at=self.now,
            )
        return self._visit(row)

    # ── work ─────────────────────────────────────────────────────────────────

    def next_envelope(self, ticket: str, notice: CompanyNotice) -> bytes:
        """Return the next envelope; b"" where something is wrong.

        No envelope means an error to the Web Connector: it asks why and shows what it
        is told. So where all that waited had to be held, it asks for the company
        once more, and the answer ends the visit.
        """
        visit = self._enter(ticket)
        if visit is None:
            return b""
        try:
            self._hear(visit, notice)
            if visit.row.batch is not None:
                self._lost(visit, "Work was asked for before the answer came.")
            if self._is_resting():
                batch = send(visit, company_question())
                return bytes(batch.body) if batch else b""
            batch = send_ahead(visit)
            if batch is not None:
                return self._left(visit, batch)
            settle_kept_answers(visit)
            while (chosen := choose(visit)).step is not Step.END:
                batch = send(visit, chosen)
                if batch is not None:
                    return self._left(visit, batch)
            batch = send(visit, company_question())
            return bytes(batch.body) if batch else b""
        except LeaseLostError:
            return self._over(visit)
        except SyncError as error:
            self._fail(visit, error)
            return b""

    def work_ahead(self) -> None:
        """Settle the last answer and make the next envelope, once the caller has his.

        Raises nothing: what cannot be done now is done, or held, at the next call.
        """
        visit, self.out = self.out, None
        if visit is None:
            return
        try:
            settle_kept_answers(visit)
            make_ahead(visit)
        except (SyncError, DatabaseError) as error:
            log.info("made nothing ahead", visit=visit.row.pk, why=str(error))

    def take_answer(self, ticket: str, answer: bytes) -> int:
        """Take the answer in; return percent done, negative for an error.

        Where the next envelope is made already, the answer is kept and looked at, and
        settled once that envelope has left: the books need not wait for us.
        """
        visit = self._enter(ticket)
        if visit is None:
            return self._take_late(ticket, answer)
        batch = visit.row.batch
        if batch is None:  # the same answer once more, or one that was given up
            take_evidence(visit, answer)
            return self._percent(visit)
        with transaction.atomic():
            keep_answer(batch, answer, visit)
            visit.row.batch = None
            visit.save("batch")
        try:
            later = batch.kind == Step.WRITE.value and has_ahead(visit)
            if later:
                is_cut_short = glance_at(visit, batch, answer)
            else:
                is_cut_short = was_stopped(take_in(visit, batch, answer))
            if not is_cut_short:
                learn_pace(visit, batch)
            return self._percent(visit)
        except LeaseLostError:
            self._over(visit)
            return -1
        except SyncError as error:
            return self._fail(visit, error)

    def lose_answer(self, ticket: str, fault: Fault) -> int:
        """Put in doubt what had left; the next visit looks it up."""
        visit = self._enter(ticket)
        if visit is None:
            return -1
        error = AnswerLostError(
            f"QuickBooks did not answer. {words(fault)}",
            remedy=fault.remedy
            or "Look whether QuickBooks shows a dialog or is busy. What had been "
            "sent is looked up before anything is sent again.",
        )
        if fault.hresult.lower() == UNREADABLE and visit.row.batch is not None:
            suspect(visit.row.batch)
        self._lost(visit, error.message)
        return self._fail(visit, error)

    def cannot_open(self, ticket: str, fault: Fault) -> str:
        """Hear that the company cannot be opened; nothing had left."""
        visit = self._enter(ticket)
        if visit is not None:
            self._fail(visit, unopened(visit, fault))
            visits.end_visit(visit.row, self.now)
        return "done"

    def last_error(self, ticket: str) -> str:
        """Return what the user is shown."""
        row = visits.visit_of(ticket, self.connection)
        if row is None:
            self.is_refused = True
            return OVER
        return row.error or "Nothing more to do."

    def close(self, ticket: str) -> str:
        """End the visit; what it brought is worked on at once."""
        row = visits.visit_of(ticket, self.connection)
        if row is None:
            self.is_refused = True
            return OVER
        if row.ended_at is None:
            visit = self._visit(row)
            if row.batch is not None:
                self._lost(visit, "The visit ended before the answer came.")
            settle_kept_answers(visit)
            forget_ahead(visit)
            visits.end_visit(row, self.now)
            self._say(summary(row))
            stores = Connection.objects.filter(
                bridges_as_store__books=self.connection,
                bridges_as_store__is_enabled=True,
            )
            ticks.wake({self.connection.pk, *stores.values_list("pk", flat=True)})
        return row.error or summary(row)

    def note(self, text: str) -> None:
        """Remember which version calls; whoever says so has not signed in yet."""
        if _VERSION.fullmatch(text):
            DeskAccess.objects.filter(connection=self.connection).update(
                caller_version=text
            )

    # ── inside ───────────────────────────────────────────────────────────────

    def _hear(self, visit: Visit, notice: CompanyNotice) -> None:
        """Keep which company file the caller says is open; the check keeps it."""
        path = notice.company_path[:300]
        if path and path != visit.row.company_path:
            visit.row.company_path = path
            visit.save("company_path")

    def _left(self, visit: Visit, batch: Batch) -> bytes:
        if batch.kind == Step.WRITE.value:
            self.out = visit
        return bytes(batch.body)

    def _visit(self, row: Conversation) -> Visit:
        return Visit(row, self.connection, self.translator, self.now)

    def _enter(self, ticket: str) -> Visit | None:
        """Return the open visit of this ticket, its lease made longer."""
        row = visits.visit_of(ticket, self.connection)
        if row is None:
            self.is_refused = True
            return None
        if row.ended_at is not None:
            return None
        visit = self._visit(row)
        try:
            with transaction.atomic():
                leases.renew(visit.lease, seconds=LEASE_S)
                row.last_call_at, row.calls = self.now, row.calls + 1
                visit.save("last_call_at", "calls")
                access = DeskAccess.objects.filter(pk=self.connection.pk)
                access.update(last_call_at=self.now)
        except LeaseLostError:
            self._over(visit)
            return None
        return visit

    def _take_late(self, ticket: str, answer: bytes) -> int:
        """Accept what a late answer proves; the visit stays over."""
        row = visits.visit_of(ticket, self.connection)
        if row is not None:
            take_evidence(self._visit(row), answer)
        return -1

    def _is_resting(self) -> bool:
        """Whether a pause or the quiet hours began while the visit is open."""
        access = self.connection.desk
        return rest_of(self.connection, access, self.now) is not None

    def _percent(self, visit: Visit) -> int:
        """Return how much is done; all that may be done now, where nothing may."""
        return 100 if self._is_resting() else percent_of(visit)

    def _lost(self, visit: Visit, note: str) -> None:
        batch: Batch | None = visit.row.batch
        if batch is None:
            return
        forget_ahead(visit)
        if batch.kind == Step.WRITE.value:
            doubt(visit, batch, note)
        learn_pace(visit, batch, was_cut=True)
        visit.row.batch = None
        visit.save("batch")

    def _fail(self, visit: Visit, error: SyncError) -> int:
        """Remember what the user is shown; a defect is told to us, too."""
        if isinstance(error, DefectError):
            log.error(
                "defect at the desk", connection=self.connection.uid, why=str(error)
            )
        visit.row.error = f"{error.message} {error.remedy}".strip()
        visit.save("error")
        self._say(visit.row.error, "warning")
        return -1

    def _over(self, visit: Visit) -> bytes:
        visits.end_visit(visit.row, self.now)
        visit.row.error = OVER
        visit.save("error")
        return b""

    def _say(self, text: str, level: str = "info") -> None:
        line = Line("connection", level, f"{self.connection.name}: {text}")
        write_line(line, self.connection, self.now)
