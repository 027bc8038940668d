"""An order that is ready, and a caller who comes for it, or dies on the way."""

from typing import Unpack

import pytest

from stockbridge.domain import identity
from stockbridge.engine.desk.tests.caller import (
    Caller,
    DiedError,
    TillLanguage,
    a_caller,
)
from stockbridge.engine.desk.tests.till import (
    Till,
)
from stockbridge.engine.models import Delivery
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import CompanyNotice


def a_visit_to_come(
    *, number: str = "1042", **told: Unpack[TillLanguage]
) -> tuple[World, Caller[Till]]:
    """Return a world with an order ready to be written, and who will carry it."""
    world = a_world()
    world.shop.place(an_order(number=number))
    world.clock.advance(minutes=6)
    world.store_job()
    return world, a_caller(world.books_connection, Till(), **told)


def ask_and_answer(caller: Caller[Till]) -> None:
    """Ask for an envelope, let the till do it and bring the answer."""
    envelope = caller.desk().next_envelope(caller.ticket, CompanyNotice())
    caller.desk().take_answer(caller.ticket, caller.till.process(envelope))


def die_at(caller: Caller[Till], step: str, *, time: int) -> None:
    """Let the caller die the n-th time that it reaches a step."""

    def die(reached: str) -> None:
        if reached == step and caller.steps.count(step) == time:
            raise DiedError

    caller.at_step = die
    with pytest.raises(DiedError):
        caller.visit()


def marker_of(row: Delivery) -> str:
    """Return the sign under which a document stands in the books."""
    return identity.marker_of(row.key, generation=row.generation)
