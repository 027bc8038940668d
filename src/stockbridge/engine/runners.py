"""Runs in this process: some threads that take what is due, one after the other.

Any number of runners, in any number of processes and machines, work side by side:
the lease decides who works on a connection. What goes wrong with one connection is
written down there and stops nothing else.
"""

import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

import structlog
from django.db import close_old_connections, connections

from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.engine import chores, leases, schedule, workers
from stockbridge.engine.chores import Duty
from stockbridge.engine.clock import database_now, monotonic_s
from stockbridge.engine.connection_rows import with_company
from stockbridge.engine.leases import HeldLease, LeaseLostError
from stockbridge.engine.ticks import BELL, Bell, Deadline, Job

log = structlog.get_logger("stockbridge.runner")
DUTIES_S = 5.0  # how often it is looked whether a chore is due


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """How a runner works."""

    threads: int = 2
    job_s: float = 30.0
    idle_s: float = 1.0  # between two looks, when no bell rings
    lease_s: float = leases.LEASE_S
    label: str = "worker"
    duties: Sequence[Duty] = ()
    bell: Bell = BELL


class Runner:
    """Works until it is told to stop; then finishes the present step."""

    def __init__(self, job: Job, options: RunnerOptions | None = None) -> None:
        self.options = options or RunnerOptions()
        self.name = workers.new_name(self.options.label)
        self._job = job
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._duties_at_s = 0.0

    def start(self) -> None:
        """Begin to work, in threads of its own."""
        workers.beat(self.name, now=database_now())
        acts: list[Callable[[], None]] = [self._beat_until_stopped]
        acts += [self._work_until_stopped] * self.options.threads
        for number, act in enumerate(acts):
            thread = threading.Thread(target=act, name=f"{self.name}#{number}")
            thread.daemon = True  # a second Ctrl+C may end the process at once
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Ask all threads to come to an end; returns at once."""
        self._stopping.set()
        self.options.bell.ring()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait until all has come to an end; False: some still work."""
        for thread in self._threads:
            thread.join(timeout_s)
        is_over = not any(thread.is_alive() for thread in self._threads)
        if is_over:
            workers.leave(self.name)
        return is_over

    def close(self, timeout_s: float = 20.0) -> None:
        """Stop, and wait until the present step is done and its lease given back."""
        self.stop()
        self.join(timeout_s)

    def is_stopping(self) -> bool:
        """Return whether it was told to stop."""
        return self._stopping.is_set()

    def run_until_stopped(self) -> None:
        """Work in this process until SIGTERM or Ctrl+C (main thread only)."""

        def stop(_signal: int, _frame: FrameType | None) -> None:
            self.stop()

        before = {name: signal.signal(name, stop) for name in _SIGNALS}
        try:
            self.start()
            while not self._stopping.wait(1.0):
                pass  # woken now and then: on Windows a signal waits for that
            self.join()
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    def work_once(self) -> bool:
        """Do one job of the connection whose turn it is; False: none is due."""
        for connection_id in schedule.due(database_now()):
            if self.is_stopping():
                return False
            if self.work_on(connection_id):
                return True
        return False

    def work_on(self, connection_id: int) -> bool:
        """Do one job of this connection; False: another has it, or it is not due."""
        holder = f"{self.name}#{threading.get_ident()}"
        connection = with_company.first(connection_id)
        if connection is None:
            return False
        lease = leases.take(connection, holder, seconds=self.options.lease_s)
        if lease is None:
            return False
        try:
            return self._do(lease)
        except LeaseLostError:
            log.warning("lease lost", connection=connection.uid)
            return True
        finally:
            # Given back even when the job failed; another's is left alone.
            with suppress(Exception):
                leases.give_back(lease)

    def _do(self, lease: HeldLease) -> bool:
        connection = schedule.begin(lease, database_now())
        if connection is None:
            return False
        deadline = Deadline(self.options.job_s, is_stopping=self.is_stopping)
        try:
            outcome = self._job(connection, lease, deadline)
        except LeaseLostError:
            raise
        except (RetryableError, ActionNeededError) as error:
            log.info("job waits", connection=connection.uid, reason=error.message)
            schedule.fail(lease, error, database_now())
        except Exception as error:  # a worker: nothing stops it
            log.exception("job failed", connection=connection.uid)
            _drop_broken_connection()
            schedule.fail(lease, error, database_now())
        else:
            schedule.finish(lease, outcome, database_now())
        return True

    def _work_until_stopped(self) -> None:
        while not self.is_stopping():
            try:
                close_old_connections()
                self._do_duties()
                has_worked = self.work_once()
            except Exception:  # a worker: nothing stops it
                log.exception("the runner stumbled and goes on")
                _drop_broken_connection()
                has_worked = False
            if not has_worked and not self.is_stopping():
                self.options.bell.wait(self.options.idle_s)
        connections.close_all()

    def _do_duties(self) -> None:
        if monotonic_s() >= self._duties_at_s:
            self._duties_at_s = monotonic_s() + DUTIES_S
            chores.run_due(self.options.duties, database_now())

    def _beat_until_stopped(self) -> None:
        while not self._stopping.wait(workers.BEAT_S):
            try:
                close_old_connections()
                workers.beat(self.name, now=database_now())
            except Exception:  # a worker: nothing stops it
                log.exception("could not say that this worker is alive")
                _drop_broken_connection()
        connections.close_all()


_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _drop_broken_connection() -> None:
    """Let the next step open the database anew, if this connection is dead."""
    with suppress(Exception):
        close_old_connections()
