"""Sends writes: up to thirty in a batch, voids one by one; says what became of each.

Once anything of an envelope has left, a failure of the rest is that rest's own: the
engine must not take the whole for unsent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from stockbridge.connectors.books.quickbooks_online.answers import Refusal
from stockbridge.connectors.books.quickbooks_online.client import (
    BATCH_MAX,
    CompanyApi,
    Reply,
    Write,
)
from stockbridge.connectors.books.quickbooks_online.errors import Effect, effect_of
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.domain.errors import AnswerLostError, RetryableError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one write."""

    effect: Effect
    record: Record | None = None
    refusal: Refusal | None = None
    error: RetryableError | None = None  # why it was not sent, or not answered


@dataclass(slots=True)
class Sender:
    """Sends the writes of one envelope; remembers whether anything left."""

    api: CompanyApi
    has_written: bool = False
    lost: list[AnswerLostError] = field(default_factory=list)

    def send(self, writes: Sequence[Write]) -> list[Outcome]:
        """Return the outcome of each write, in order.

        Raises RetryableError only while nothing has left.
        """
        outcomes: dict[int, Outcome] = {}
        batched = [at for at, one in enumerate(writes) if one.operation != "void"]
        if len(batched) == 1:  # by itself it can be repeated in any company
            batched = []
        for start in range(0, len(batched), BATCH_MAX):
            part = batched[start : start + BATCH_MAX]
            members = [writes[at] for at in part]
            found = self._try(len(part), partial(self.api.write_batch, members))
            outcomes |= dict(zip(part, found, strict=True))
        for at, one in enumerate(writes):
            if at not in outcomes:
                found = self._try(1, partial(self._alone, one))
                outcomes[at] = found[0]
        return [outcomes[at] for at in range(len(writes))]

    def _alone(self, write: Write) -> tuple[Reply, ...]:
        return (self.api.write(write),)

    def _try(self, count: int, act: Callable[[], Sequence[Reply]]) -> list[Outcome]:
        try:
            replies = act()
        except AnswerLostError as error:
            self.has_written = True
            self.lost.append(error)
            return [Outcome(Effect.UNKNOWN, error=error)] * count
        except RetryableError as error:
            if not self.has_written:
                raise
            return [Outcome(Effect.NONE_YET, error=error)] * count
        self.has_written = True
        outcomes = [_outcome(reply) for reply in replies]
        if any(one.effect is Effect.UNKNOWN for one in outcomes):
            self.api.facts.doubt_write(self.api.wire.now())
        return outcomes


def _outcome(reply: Reply) -> Outcome:
    if reply.refusal is not None:
        # A no to the second try may be what the first one caused.
        effect = Effect.UNKNOWN if reply.is_to_second else effect_of(reply.refusal)
        return Outcome(effect, refusal=reply.refusal)
    if reply.record is None:
        return Outcome(Effect.UNKNOWN)  # "OK" without a record proves nothing
    return Outcome(Effect.DONE, record=reply.record)
