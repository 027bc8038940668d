"""The limit on items that go to zero: it counts items, and is not got around."""

import pytest

from stockbridge.domain.errors import AnswerLostError
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.tests.worlds import World, a_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_item_whose_last_answer_got_lost_is_counted_too() -> None:
    """What the shop shows is unknown then; what it showed before is not."""
    world = a_world(zeroed_max=0)
    world.shop.lose_next_answer = AnswerLostError("The line is down.")
    world.ledger.count_stock("I1", 12)
    world.books_job()
    with pytest.raises(AnswerLostError):
        world.store_job()
    assert world.target("93").shown is None

    world.ledger.count_stock("I1", 0)
    world.clock.advance(minutes=1)  # too soon to read the items again
    world.books_job()
    world.store_job()

    assert world.shown("93") == 12
    assert world.issue_codes() == ["limit_zeroed"]


def test_one_item_that_comes_and_goes_is_one_item() -> None:
    world = a_world(zeroed_max=1)

    for on_hand in (0, 5, 0):
        world.ledger.count_stock("I1", on_hand)
        world.rest(rounds=2)

    assert world.shown("93") == 0
    assert world.issue_codes() == []


def test_what_a_person_allowed_counts_no_more() -> None:
    world = a_world(zeroed_max=0)
    _count(world, "I1")
    allow_limit(world.issue("limit_zeroed"), world.act)
    world.rest()
    world.set_options(zeroed_max=1)

    _count(world, "I2")

    assert [world.shown("93"), world.shown("94")] == [0, 0]
    assert world.issue_codes() == []


def test_what_went_to_zero_more_than_24_hours_ago_counts_no_more() -> None:
    world = a_world(zeroed_max=1)
    _count(world, "I1")
    world.clock.advance(hours=25)

    _count(world, "I2")

    assert [world.shown("93"), world.shown("94")] == [0, 0]


def test_a_second_run_within_24_hours_is_no_way_around_the_limit() -> None:
    world = a_world(zeroed_max=1)
    _count(world, "I1")

    _count(world, "I2")

    assert [world.shown("93"), world.shown("94")] == [0, 20]
    assert world.issue_codes() == ["limit_zeroed"]


def _count(world: World, *items: str) -> None:
    for item in items:
        world.ledger.count_stock(item, 0)
    world.rest()
