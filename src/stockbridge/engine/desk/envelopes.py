"""The next envelope of a visit: chosen, kept byte for byte, and only then sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.companies.statements import Fixed
from stockbridge.domain.accounting import SHARED_RECORDS, DocumentKind
from stockbridge.domain.delivery import Event, State
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.visiting import Facts, Step, next_step
from stockbridge.engine.desk import kept
from stockbridge.engine.desk.paces import read_pace, write_pace
from stockbridge.engine.desk.reading import feeds_due
from stockbridge.engine.desk.telling import log_unsent
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.last_look import hold_what_differs
from stockbridge.engine.models import Batch, Delivery
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.outgoing import (
    lock_still_ready,
    may_leave,
    ready_of,
    requests_of,
)
from stockbridge.engine.settle import hold_unsayable
from stockbridge.ports import (
    CheckCompany,
    DeskRequest,
    LookUp,
    PostRequest,
    Prepare,
    Read,
    Recover,
    Release,
    Write,
)

READ_ROWS_MAX, READ_ROWS_MIN = 1000, 50
READ_S = 50.0  # a page: its answer has to travel, too
SUSPECT, CULPRIT = 1, 2
LOOK = 50  # documents looked at in one go, until an envelope is full
RECORDS = sorted(kind.value for kind in SHARED_RECORDS)
DOCUMENTS = sorted(kind.value for kind in DocumentKind if kind not in SHARED_RECORDS)
RECOVER_MAX = 1  # one message set at a time
Pair = tuple[Delivery, PostRequest]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What goes out, and the deliveries that it is about."""

    step: Step
    requests: tuple[DeskRequest, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


def facts_of(visit: Visit) -> Facts:
    """Return what decides the next step; counts beyond one are not exact."""
    here = visit.connection.pk
    return Facts(
        is_checked=visit.row.is_checked,
        to_recover=int(_keeps(visit) and _lost.exists(here)),
        to_look_up=len(_to_look_up(visit)),
        to_write=int(may_leave.exists(here, visit.now)),
        to_read=len(feeds_due(visit)),
        to_release=int(_keeps(visit) and _settled.exists(here)),
        writes_in_row=visit.row.writes_in_row,
    )


def has_work(visit: Visit) -> bool:
    """Return whether there is a reason to open the company at all."""
    known = bool(visit.connection.desk.company_identity)
    facts = replace(facts_of(visit), is_checked=known)
    return next_step(facts) is not Step.END


def suspect(batch: Batch) -> None:
    """Send what was in an unreadable envelope alone from now on.

    What was alone in it is the culprit: it is held once it is known not to be there.
    """
    rows = Delivery.objects.filter(batch=batch, state=State.SENT.value)
    rows.update(unreadable=CULPRIT if rows.count() == 1 else SUSPECT)


def choose(visit: Visit) -> Chosen:
    """Return the next envelope's requests; with Step.END there are none.

    A document that the books cannot hold is held here, with its reason.
    """
    while True:
        step = next_step(facts_of(visit))
        match step:
            case Step.CHECK:
                return company_question()
            case Step.RECOVER:
                rows = _lost(visit.connection.pk)[:RECOVER_MAX]
                asked = tuple(Recover(f"recover-{b.pk}", b.uid) for b in rows)
                return Chosen(step, asked)
            case Step.LOOK_UP:
                return _look_ups(visit)
            case Step.READ:
                return Chosen(step, (_read(visit),))
            case Step.RELEASE:
                rows = _settled(visit.connection.pk)[:RECOVER_MAX]
                asked_off = tuple(Release(f"release-{b.pk}", b.uid) for b in rows)
                return Chosen(step, asked_off)
            case Step.END:
                return Chosen(step)
        chosen = writes(visit)
        if chosen.requests:
            return chosen
        # All that was ready had to be held: look again at what is left.


def company_question() -> Chosen:
    """Return the question which company is open: it changes nothing, whenever asked."""
    return Chosen(Step.CHECK, (CheckCompany("company"),))


def send(visit: Visit, chosen: Chosen) -> Batch | None:
    """Keep the envelope's bytes and let its documents leave, in one transaction.

    What is no longer ready by then stays; None: nothing is left to be sent.
    """
    with visit.session.fenced():
        chosen = _still_ready(visit, chosen)
        try:
            batch = made_batch(visit, chosen) if chosen.requests else None
        except ActionNeededError as error:
            chosen = _writable(visit, chosen, error)
            batch = made_batch(visit, chosen) if chosen.requests else None
        if batch is None:
            return None
        batch.save(force_insert=True)
        let_leave(visit, batch, chosen.deliveries)
    return batch


def let_leave(visit: Visit, batch: Batch, deliveries: Sequence[Delivery]) -> None:
    """Note that a kept envelope leaves, and its documents with it; in a transaction."""
    if batch.kind == Step.WRITE.value:
        # The next attempt is prepared anew: what was read may be old by then.
        leaves = {"batch": batch.pk, "basis": ""}
        moves = [
            Move(row, Event.SEND, f"Batch {batch.uid}", leaves) for row in deliveries
        ]
        Mover(visit.session).move(moves)
    visit.row.batch = batch
    visit.row.sent += len(deliveries)
    is_write = batch.kind in (Step.WRITE.value, Step.PREPARE.value)
    visit.row.writes_in_row = visit.row.writes_in_row + 1 if is_write else 0
    visit.save("batch", "sent", "writes_in_row")


def _still_ready(visit: Visit, chosen: Chosen) -> Chosen:
    """Leave out what changed since it was chosen: its order, or a person's mind."""
    if chosen.step is not Step.WRITE:
        return chosen
    ids = [row.pk for row in chosen.deliveries]
    still = set(lock_still_ready(visit.connection.pk, visit.now, ids))
    pairs = [
        (row, request)
        for row, request in zip(chosen.deliveries, chosen.requests, strict=True)
        if row.pk in still
    ]
    return Chosen(
        Step.WRITE, tuple(one for _, one in pairs), tuple(row for row, _ in pairs)
    )


def _writable(visit: Visit, chosen: Chosen, refusal: ActionNeededError) -> Chosen:
    """Leave out what cannot be written with what was read before it; it is held.

    Raises the refusal again where it is of none of them.
    """
    sound = []
    for row, request in zip(chosen.deliveries, chosen.requests, strict=True):
        try:
            visit.translator.encode([request], batch_id="")
        except ActionNeededError as error:
            hold_unsayable(visit.session, row, error)
            log_unsent(visit, row, error)
        else:
            sound.append((row, request))
    if len(sound) == len(chosen.requests):
        raise refusal
    rows, requests = zip(*sound, strict=True) if sound else ((), ())
    return Chosen(chosen.step, requests, rows)


def made_batch(visit: Visit, chosen: Chosen) -> Batch:
    """Return an envelope, written and not yet kept."""
    translator = visit.translator
    batch = Batch(
        connection=visit.connection,
        fence=visit.row.fence,
        kind=chosen.step.value,
        requests=kept.dumped(chosen.requests),
        sent_at=visit.now,
        guess_s=sum(translator.seconds(request) for request in chosen.requests),
        books_now=visit.row.books_now,
    )
    batch.body = translator.encode(chosen.requests, batch_id=batch.uid)
    return batch


# ── what there is to do ──────────────────────────────────────────────────────


def _keeps(visit: Visit) -> bool:
    return visit.translator.capabilities.keeps_answers


@prepared
def _lost(connection_id: int) -> QuerySet[Batch]:
    """Return batches whose answer got lost, where the books keep answers."""
    lost = Batch.objects.filter(
        connection=connection_id,
        kind=Step.WRITE.value,
        answered_at=None,
        released_at=None,
        deliveries__state=State.IN_DOUBT.value,
    )
    return lost.distinct().order_by("id").only("uid")


@prepared
def _settled(connection_id: int) -> QuerySet[Batch]:
    """Return batches whose kept answers the books may forget."""
    rows = Batch.objects.filter(
        connection=connection_id,
        kind=Step.WRITE.value,
        settled_at__isnull=False,
        released_at=None,
    )
    return rows.order_by("id").only("uid")


def _to_look_up(visit: Visit) -> list[int]:
    """Return documents in doubt that this visit has not looked up yet."""
    done = set(visit.row.looked_up)
    return [pk for pk in _in_doubt(visit.connection.pk) if pk not in done]


@prepared
def _in_doubt(connection_id: int) -> QuerySet[Delivery, int]:
    rows = Delivery.objects.filter(connection=connection_id, state=State.IN_DOUBT.value)
    return rows.order_by("id").values_list("pk", flat=True)


# ── one envelope ─────────────────────────────────────────────────────────────


def writes(visit: Visit) -> Chosen:
    """Return preparations, or else writes: of all that is ready, as many as fit."""
    pairs = _sayable(visit, _gathered(visit))
    unprepared = [
        (row, post)
        for row, post in pairs
        if not row.basis and visit.translator.needs_preparation(post)
    ]
    if unprepared:
        asked = [Prepare(post.attempt_id, post) for _, post in unprepared]
        count = _fitting(visit, asked)
        some = tuple(row for row, _ in unprepared[:count])
        return Chosen(Step.PREPARE, tuple(asked[:count]), some)
    pairs = _together(visit, pairs)
    written = tuple(Write(post.attempt_id, post, row.basis) for row, post in pairs)
    return Chosen(Step.WRITE, written, tuple(row for row, _ in pairs))


def _together(visit: Visit, pairs: list[Pair]) -> list[Pair]:
    """Return what may share an envelope; what stops it at an error goes first."""
    stopping = [pair for pair in pairs if visit.translator.stops_others(pair[1])]
    return stopping or pairs


def _gathered(visit: Visit) -> list[Pair]:
    """Return what fits of what is ready, the oldest first; a suspect goes alone.

    A long queue is not looked through for one envelope.
    """
    records, documents = _Waiting(visit, RECORDS), _Waiting(visit, DOCUMENTS)
    pace = write_pace(visit.connection.desk)
    most = visit.translator.capabilities.documents_per_call_max
    while True:
        fit = pace.split(records.guesses_s, documents.guesses_s, most=most)
        wanted = [
            waiting
            for waiting, count in ((records, fit.records), (documents, fit.documents))
            if count == len(waiting.pairs) and waiting.has_more
        ]
        if not wanted or fit.records + fit.documents >= most:
            break
        for waiting in wanted:
            waiting.look_further()
    pairs = records.pairs[: fit.records] + documents.pairs[: fit.documents]
    pairs.sort(key=lambda pair: pair[0].pk)
    suspects = [pair for pair in pairs if pair[0].unreadable]
    return suspects[:1] or pairs


class _Waiting:
    """What is ready of some kinds, as far as it was looked at, oldest first."""

    def __init__(self, visit: Visit, kinds: Sequence[str]) -> None:
        self.pairs: list[Pair] = []
        self.guesses_s: list[float] = []
        self.has_more = True
        self._visit, self._kinds = visit, kinds
        self.look_further()

    def look_further(self) -> None:
        """Look at some more."""
        visit, after = self._visit, self.pairs[-1][0].pk if self.pairs else 0
        rows = ready_of(visit.connection.pk, visit.now, self._kinds, after, Fixed(LOOK))
        found = list(zip(rows, requests_of(rows), strict=True))
        self.pairs += found
        self.guesses_s += [
            visit.translator.seconds(Write(post.attempt_id, post, row.basis))
            for row, post in found
        ]
        self.has_more = len(rows) == LOOK


def _sayable(visit: Visit, pairs: Sequence[Pair]) -> list[Pair]:
    """Return what the books can hold; the rest is held, each with its reason."""
    with visit.session.fenced():
        sound = hold_what_differs(visit.session, [row for row, _ in pairs])
    may_leave = {row.pk for row in sound}
    found = []
    for row, post in pairs:
        if row.pk not in may_leave:
            continue
        try:
            if row.unreadable >= CULPRIT:
                raise _unreadable()
            visit.translator.check_document(post)
        except ActionNeededError as error:
            hold_unsayable(visit.session, row, error)
            log_unsent(visit, row, error)
        else:
            found.append((row, post))
    return found


def _unreadable() -> ActionNeededError:
    return ActionNeededError(
        "QuickBooks could not read this document.",
        remedy="Look for odd characters in names and addresses of the order. Mend "
        "them in the store, then retry; or enter it in QuickBooks by hand and mark the "
        "order as booked elsewhere.",
        code="unreadable",
    )


def _look_ups(visit: Visit) -> Chosen:
    most = visit.translator.capabilities.documents_per_call_max
    wanted = Delivery.objects.filter(pk__in=_to_look_up(visit)[:most])
    rows = list(wanted.select_related("batch").order_by("id"))
    posts = requests_of(rows, prefix="look")
    asked = [
        LookUp(post.attempt_id, post, row.batch.books_now if row.batch else None)
        for row, post in zip(rows, posts, strict=True)
    ]
    count = _fitting(visit, asked)
    return Chosen(Step.LOOK_UP, tuple(asked[:count]), tuple(rows[:count]))


def _read(visit: Visit) -> Read:
    feed, cursor = feeds_due(visit)[0]
    probe = Read("probe", feed, cursor, 1, visit.now)
    pace = read_pace(visit.connection.desk)
    row_s = visit.translator.seconds(probe) * pace.factor
    most = int(READ_S / row_s) if row_s > 0 else READ_ROWS_MAX
    limit = max(READ_ROWS_MIN, min(READ_ROWS_MAX, most))
    return Read(f"read-{feed.value}-{visit.row.calls}", feed, cursor, limit, visit.now)


def _fitting(visit: Visit, requests: Sequence[DeskRequest]) -> int:
    """Return how many of these questions fit."""
    pace = read_pace(visit.connection.desk)
    return pace.count_fitting(visit.translator.seconds(one) for one in requests)
