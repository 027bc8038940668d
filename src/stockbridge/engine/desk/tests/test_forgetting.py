"""What the desk keeps of persons, and for how long."""

from datetime import timedelta

import pytest

from stockbridge.engine import privacy, retention
from stockbridge.engine.desk.tests.caller import Caller
from stockbridge.engine.desk.tests.till import Till
from stockbridge.engine.desk.tests.visiting import a_visit_to_come, die_at
from stockbridge.engine.models import Batch, Conversation, Delivery
from stockbridge.engine.tests.worlds import World
from stockbridge.ports import LookUp

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL, NAME = "ada@example.com", "Byron"


def test_an_erased_person_is_in_no_envelope_that_ever_left() -> None:
    world, caller = a_trade_with_a_lost_answer()
    assert said_of_her()

    privacy.erase_person(world.company, EMAIL, now=caller.now, by="Ada")

    assert said_of_her() == []


def test_old_envelopes_say_nothing_and_old_visits_are_gone() -> None:
    world, caller = a_trade_with_a_lost_answer()
    late = caller.now + timedelta(days=world.company.retention_days + 1)

    swept = retention.sweep_company(world.company, late)

    assert swept.visits > 1
    assert Conversation.objects.count() == 0
    assert Batch.objects.exclude(requests=[]).count() == 0
    assert Delivery.objects.filter(state="posted").count() == 3


def test_what_only_asked_is_not_kept_beyond_its_answer() -> None:
    _, caller = a_trade_with_a_lost_answer()

    kinds = set(Batch.objects.values_list("kind", flat=True))

    assert any(isinstance(one[0], LookUp) for one in caller.till.envelopes)
    assert kinds == {"write"}


def a_trade_with_a_lost_answer() -> tuple[World, Caller[Till]]:
    """Return a trade that is settled, one write of which never was answered."""
    world, caller = a_visit_to_come()
    die_at(caller, "ask", time=2)  # the customer left, and never arrived
    caller.at_step = lambda _: None
    caller.rest()
    caller.now += timedelta(hours=1)
    caller.visit()
    return world, caller


def said_of_her() -> list[str]:
    """Return the envelopes that name her."""
    return [
        batch.uid
        for batch in Batch.objects.all()
        if NAME in f"{batch.requests} {bytes(batch.body)!r} {batch.answer}"
    ]
