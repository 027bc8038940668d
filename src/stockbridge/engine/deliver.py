"""Sending what is ready: in waves, many documents at a time, never twice.

Before an envelope leaves, its batch, its members and their bytes are kept. What a
dead worker left SENT is in doubt, and is looked up before anything else leaves.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from stockbridge.companies.row_writes import add_rows
from stockbridge.companies.statements import Fixed
from stockbridge.domain.delivery import Event
from stockbridge.domain.errors import AnswerLostError, RetryableError
from stockbridge.engine.last_look import hold_what_differs
from stockbridge.engine.models import (
    Batch,
    Delivery,
)
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.outgoing import (
    doubtful,
    lock_ready,
    may_leave,
    requests_of,
    sent_before,
    unsure,
)
from stockbridge.engine.session import Session
from stockbridge.engine.settle import ATTEMPTS_MAX, pause_after, settle
from stockbridge.ports import (
    Books,
    LookUpOutcome,
    PostRequest,
    PostResult,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """An envelope that left: its members, and what each carries."""

    batch: Batch
    deliveries: tuple[Delivery, ...]
    requests: tuple[PostRequest, ...]


def deliver(session: Session, books: Books) -> int:
    """Send all that is ready, wave after wave; return how many were posted.

    Raises RetryableError when the books are out of reach; nothing is lost then.
    """
    here = session.connection.pk
    posted = resolve_doubt(session, books) if unsure.exists(here) else 0
    most = Fixed(books.capabilities.documents_per_call_max)
    while not session.is_over() and may_leave.exists(here, session.now()):
        sent = _send(session, most)
        if sent is None:
            break
        posted += _post(session, books, sent)
    return posted


def resolve_doubt(session: Session, books: Books) -> int:
    """Look up all whose answer got lost; nothing is sent again before.

    Returns how many were found in the books.
    """
    here = session.connection.pk
    if sent_before.exists(here):  # ours is the lease: nobody sends meanwhile
        with session.fenced():
            note = "The worker that sent it did not live to hear the answer."
            moves = [Move(row, Event.LOSE_ANSWER, note) for row in sent_before(here)]
            Mover(session).move(moves)
    found, most = 0, Fixed(books.capabilities.documents_per_call_max)
    while not session.is_over():
        rows = doubtful(here, session.now(), most)
        if not rows:
            break
        found += _look_up(session, books, rows)
    return found


def _look_up(session: Session, books: Books, rows: Sequence[Delivery]) -> int:
    requests = requests_of(rows, prefix="look")
    answers = {a.attempt_id: a for a in books.look_up(requests)}
    found: list[tuple[Delivery, PostResult]] = []
    moves: list[Move] = []
    later = session.now() + timedelta(minutes=1)
    unclear: list[int] = []
    for row, request in zip(rows, requests, strict=True):
        answer = answers[request.attempt_id]
        if answer.outcome is LookUpOutcome.FOUND and answer.result is not None:
            found.append((row, answer.result))
        elif answer.outcome is LookUpOutcome.MISSING:
            note = "Looked up: it is not there."
            moves.append(Move(row, Event.MISS, note, {"misses": row.misses + 1}))
        else:
            unclear.append(row.pk)
    count = settle(session, found, event=Event.FIND)
    with session.fenced():
        Mover(session).move(moves)
        Delivery.objects.filter(pk__in=unclear).update(not_before=later)
    return count


def _send(session: Session, most: Fixed) -> Sent | None:
    """Claim ready deliveries, keep their bytes, and let them leave."""
    with session.fenced():
        while True:
            found = lock_ready(session.connection.pk, session.now(), most)
            rows = hold_what_differs(session, found)
            if rows or not found:
                break
        if not rows:
            return None
        requests = requests_of(rows)
        body = [
            {"attempt": r.attempt_id, "key": r.key, "document": row.document}
            for r, row in zip(requests, rows, strict=True)
        ]
        batch = Batch(
            connection=session.connection,
            fence=session.fence,
            body=json.dumps(body).encode(),
            sent_at=session.now(),
        )
        add_rows([batch])
        sent_in = {"batch": batch.pk}
        Mover(session).move(
            [Move(row, Event.SEND, f"Batch {batch.uid}", sent_in) for row in rows]
        )
    return Sent(batch, tuple(rows), requests)


def _post(session: Session, books: Books, sent: Sent) -> int:
    try:
        results = books.post(sent.requests)
    except AnswerLostError as error:
        _all(session, sent, Event.LOSE_ANSWER, error)
        raise
    except RetryableError as error:
        _returned(session, sent, error)
        raise
    by_attempt = {result.attempt_id: result for result in results}
    pairs = [
        (row, by_attempt[request.attempt_id])
        for row, request in zip(sent.deliveries, sent.requests, strict=True)
        if request.attempt_id in by_attempt
    ]
    return settle(session, pairs, batch=sent.batch)


def _all(session: Session, sent: Sent, event: Event, error: Exception) -> None:
    with session.fenced():
        Mover(session).move([Move(row, event, str(error)) for row in sent.deliveries])


def _returned(session: Session, sent: Sent, error: Exception) -> None:
    """Nothing was received: wait longer each time, give up in the end."""
    now = session.now()
    with session.fenced():
        moves = [
            Move(
                row,
                Event.RETURN,
                str(error),
                {
                    "attempts": row.attempts + 1,
                    "not_before": now + pause_after(row.attempts),
                    "error": str(error),
                },
            )
            for row in sent.deliveries
        ]
        Mover(session).move(moves)
        tired = [r for r in sent.deliveries if r.attempts + 1 >= ATTEMPTS_MAX]
        Mover(session).move([Move(row, Event.GIVE_UP, str(error)) for row in tired])
