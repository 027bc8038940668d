"""Prices that travel by themselves: what the books change reaches the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import ProgrammingError, connection

from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.errors import AnswerLostError
from stockbridge.domain.tests.builders import a_books_item, a_store_item, usd
from stockbridge.engine import checkpoints
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.actions.pairs import Part, link_item, unlink_item
from stockbridge.engine.models import Effect, Lease, LogEntry, PriceTarget
from stockbridge.engine.price_answers import send_again
from stockbridge.engine.tests.worlds import World, a_world

pytestmark = pytest.mark.django_db(transaction=True)
ON = {"allow_export": True, "price_owner": "books", "send_prices": True}


def a_mug(price: str, **prices: str) -> BooksItem:
    further = tuple((name, usd(text)) for name, text in prices.items())
    return a_books_item(price=usd(price), prices=further)


def a_selling_world(**options: object) -> World:
    """Return a world in which changes of prices travel, and have nothing to do."""
    world = a_world(**{**ON, **options})
    world.rest(rounds=2)
    assert world.shop.item_calls == []
    return world


def reprice(world: World, item: BooksItem, *, rounds: int = 2) -> None:
    """Let somebody change an item in the books, and time pass."""
    world.ledger.add_item(item, 20)
    world.rest(rounds=rounds)


def target(world: World, item_id: str = "93") -> PriceTarget:
    return PriceTarget.objects.get(bridge=world.bridge, item_id=item_id)


def said(world: World) -> list[str]:
    rows = LogEntry.objects.filter(company=world.company, channel="prices")
    return list(rows.order_by("id").values_list("message", flat=True))


def costs(world: World, item_id: str = "93") -> tuple[str, str]:
    item = world.shop.items[item_id]
    return str(item.price), str(item.sale_price or "")


# ── what travels ─────────────────────────────────────────────────────────────


def test_a_price_that_changes_in_the_books_reaches_the_store_and_is_told() -> None:
    world = a_selling_world()

    reprice(world, a_mug("5.50"))

    (call,) = world.shop.item_calls
    assert [(row.item_id, row.price, row.sku) for row in call] == [
        ("93", usd("5.50"), None)
    ]
    assert costs(world) == ("5.50 USD", "")
    assert target(world).standing == "same"
    assert said(world) == ["MUG: 5.00 USD → 5.50 USD"]


def test_what_did_not_change_is_not_written() -> None:
    world = a_selling_world()
    reprice(world, a_mug("5.50"))
    world.shop.item_calls.clear()

    world.rest(rounds=4)

    assert world.shop.item_calls == []


@pytest.mark.parametrize(
    "off", [{"send_prices": False}, {"price_owner": "none"}, {"allow_export": False}]
)
def test_without_the_switch_the_owner_or_the_permission_nothing_is_written(
    off: dict[str, object],
) -> None:
    world = a_selling_world(**off)

    reprice(world, a_mug("5.50"))

    assert world.shop.item_calls == []
    assert not PriceTarget.objects.exists()


def test_where_the_store_owns_prices_nothing_is_written_to_it() -> None:
    world = a_selling_world(price_owner="store")

    reprice(world, a_mug("5.50"))

    assert costs(world) == ("5.00 USD", "")
    assert world.shop.item_calls == []


def test_a_sale_begins_and_ends_by_itself_and_the_store_keeps_the_rest() -> None:
    world = a_selling_world(sale_price_from="sale")
    named = replace(world.shop.items["93"], name="A lovely mug", description="Ours")
    world.shop.add_item(named)

    reprice(world, a_mug("5.00", sale="4.00"))
    assert costs(world) == ("5.00 USD", "4.00 USD")
    reprice(world, a_mug("5.00"))

    assert costs(world) == ("5.00 USD", "")
    item = world.shop.items["93"]
    assert (item.name, item.description) == ("A lovely mug", "Ours")


def test_a_sale_of_the_stores_own_stays_where_the_books_have_none() -> None:
    world = a_selling_world()
    world.shop.add_item(replace(world.shop.items["93"], sale_price=usd("4.00")))
    world.rest(rounds=2)

    reprice(world, a_mug("5.50"))

    assert costs(world) == ("5.50 USD", "4.00 USD")
    assert len(world.shop.item_calls) == 1


def test_all_variations_of_a_product_go_in_one_call() -> None:
    world = a_selling_world()
    for number in ("201", "202"):
        world.ledger.add_item(
            a_books_item(external_id=f"V{number}", name="Shirt", sku=f"S-{number}"), 5
        )
        world.shop.add_item(
            a_store_item(
                external_id=number,
                product_id="200",
                kind="variation",
                sku=f"S-{number}",
                name="Shirt",
            )
        )
    world.rest(rounds=2)

    for number in ("201", "202"):
        shirt = a_books_item(
            external_id=f"V{number}", name="Shirt", sku=f"S-{number}", price=usd("6.00")
        )
        world.ledger.add_item(shirt, 5)
    reprice(world, a_mug("5.50"))

    assert [[row.item_id for row in call] for call in world.shop.item_calls] == [
        ["201", "202"],
        ["93"],
    ]
    assert costs(world, "202") == ("6.00 USD", "")


def test_a_pack_costs_as_many_times_the_price() -> None:
    world = a_selling_world()
    link_item(world.bridge, "93", [Part("I1", "6")], world.act)
    world.shop.add_item(replace(world.shop.items["93"], price=usd("30.00")))
    world.rest(rounds=2)

    reprice(world, a_mug("5.50"))

    assert costs(world) == ("33.00 USD", "")


# ── what was so before ───────────────────────────────────────────────────────


def test_what_differs_when_it_is_switched_on_stays_until_somebody_sends_it() -> None:
    world = a_world(**{**ON, "send_prices": False})
    reprice(world, a_mug("5.50"))

    world.set_options(send_prices=True)
    world.rest(rounds=2)

    assert costs(world) == ("5.00 USD", "")
    assert target(world).standing == "before"
    assert [one for one in said(world) if one.startswith("1 item costs")]
    send_again(world.bridge, ["93"])
    world.rest(rounds=1)
    assert costs(world) == ("5.50 USD", "")


def test_what_differed_before_goes_once_the_books_change_it() -> None:
    world = a_world(**{**ON, "send_prices": False})
    reprice(world, a_mug("5.50"))
    world.set_options(send_prices=True)
    world.rest(rounds=2)

    reprice(world, a_mug("5.75"))

    assert costs(world) == ("5.75 USD", "")


def test_choosing_another_price_level_writes_nothing_by_itself() -> None:
    world = a_selling_world()
    reprice(world, a_mug("5.00", **{"2": "4.00"}))

    world.set_options(regular_price_from="2")
    world.rest(rounds=2)

    assert world.shop.item_calls == []
    assert target(world).standing == "before"
    reprice(world, a_mug("5.00", **{"2": "4.20"}))
    assert costs(world) == ("4.20 USD", "")


def test_another_link_is_no_change_of_prices() -> None:
    world = a_selling_world()
    pen = a_books_item(external_id="I2", name="Pen", sku="PEN", price=usd("1.00"))
    world.ledger.add_item(pen, 20)
    world.shop.add_item(replace(world.shop.items["94"], price=usd("1.00")))
    world.rest(rounds=2)
    world.shop.item_calls.clear()

    link_item(world.bridge, "93", [Part("I2")], world.act)
    world.rest(rounds=2)

    assert world.shop.item_calls == []
    assert target(world).standing == "before"
    unlink_item(world.bridge, "93", world.act)
    assert not PriceTarget.objects.filter(item_id="93").exists()


# ── what somebody typed in the store ─────────────────────────────────────────


def test_a_price_typed_in_the_store_is_overwritten_and_told() -> None:
    world = a_selling_world()

    world.shop.add_item(replace(world.shop.items["93"], price=usd("4.50")))
    world.rest(rounds=2)

    assert costs(world) == ("5.00 USD", "")
    assert said(world) == [
        "MUG: somebody changed the price in the store to 4.50 USD; the books own it, "
        "and 5.00 USD is written.",
        "MUG: 4.50 USD → 5.00 USD",
    ]
    assert target(world).typed_at is not None


# ── limits ───────────────────────────────────────────────────────────────────


def test_a_price_that_moves_too_far_stops_and_asks_and_the_rest_goes_on() -> None:
    world = a_selling_world()
    pen = a_books_item(external_id="I2", name="Pen", sku="PEN", price=usd("5.10"))
    world.ledger.add_item(pen, 20)

    reprice(world, a_mug("0.05"))

    assert (costs(world), costs(world, "94")) == (("5.00 USD", ""), ("5.10 USD", ""))
    issue = world.issue("limit_repriced")
    assert issue.details == {"prices": ["93"]}
    world.rest(rounds=2)
    assert costs(world) == ("5.00 USD", "")
    assert allow_limit(issue, world.act) == 1
    world.rest(rounds=1)
    assert costs(world) == ("0.05 USD", "")
    assert world.issue_codes() == []


def test_what_was_allowed_is_that_price_and_no_later_one() -> None:
    world = a_selling_world()
    reprice(world, a_mug("10.00"))
    allow_limit(world.issue("limit_repriced"), world.act)
    world.ledger.add_item(a_mug("1000.00"), 20)
    world.books_job()

    world.rest(rounds=2)

    assert costs(world) == ("5.00 USD", "")
    assert world.issue("limit_repriced").details == {"prices": ["93"]}


def test_after_an_allowed_move_a_small_one_goes_without_asking() -> None:
    world = a_selling_world()
    reprice(world, a_mug("10.00"))
    allow_limit(world.issue("limit_repriced"), world.act)
    world.rest(rounds=1)
    assert costs(world) == ("10.00 USD", "")

    reprice(world, a_mug("10.50"))
    assert costs(world) == ("10.50 USD", "")
    reprice(world, a_mug("100.00"))

    assert costs(world) == ("10.50 USD", "")
    assert world.issue_codes() == ["limit_repriced"]


def test_small_steps_within_a_day_add_up_to_the_limit() -> None:
    world = a_selling_world()
    reprice(world, a_mug("7.00"))

    reprice(world, a_mug("9.00"))

    assert costs(world) == ("7.00 USD", "")
    assert world.issue_codes() == ["limit_repriced"]
    world.clock.advance(hours=25)
    reprice(world, a_mug("9.10"))
    assert costs(world) == ("9.10 USD", "")
    assert world.issue_codes() == []


def test_what_the_books_take_back_asks_no_more() -> None:
    world = a_selling_world()
    reprice(world, a_mug("0.05"))

    reprice(world, a_mug("5.00"))

    assert world.issue_codes() == []
    assert world.shop.item_calls == []


# ── trouble ──────────────────────────────────────────────────────────────────


def test_a_lost_answer_is_read_again_and_nothing_is_written_twice() -> None:
    world = a_selling_world()
    world.shop.lose_next_answer = AnswerLostError("The answer got lost.")

    reprice(world, a_mug("5.50"), rounds=3)

    assert costs(world) == ("5.50 USD", "")
    assert len(world.shop.item_calls) == 1
    assert not [one for one in said(world) if "somebody" in one]
    moves = Effect.objects.filter(kind="repriced", subject_id="93")
    assert moves.count() == 1
    assert target(world).is_sent is False


def test_a_write_that_did_not_arrive_is_written_again_and_counts_once() -> None:
    world = a_selling_world()
    world.ledger.add_item(a_mug("6.50"), 20)
    world.books_job()
    PriceTarget.objects.filter(item_id="93").update(is_stale=True)
    world.clock.advance(minutes=6)
    broken = world.shop.item_calls

    class KilledError(RuntimeError):
        """Nobody catches it."""

    class Calls(list):  # type: ignore[type-arg]
        def append(self, call: object) -> None:
            raise KilledError

    world.shop.item_calls = Calls()
    with pytest.raises(KilledError):
        world.store_job()
    world.shop.item_calls = broken
    assert target(world).is_sent is True

    world.rest(rounds=2)

    assert costs(world) == ("6.50 USD", "")
    assert Effect.objects.filter(kind="repriced", subject_id="93").count() == 1


def test_an_item_that_the_store_refuses_waits_with_its_words_and_blocks_no_other() -> (
    None
):
    world = a_selling_world()
    world.shop.refused["93"] = "Prices are locked."
    pen = a_books_item(external_id="I2", name="Pen", sku="PEN", price=usd("5.10"))
    world.ledger.add_item(pen, 20)

    reprice(world, a_mug("5.50"))

    assert costs(world, "94") == ("5.10 USD", "")
    assert (target(world).standing, target(world).reason) == (
        "refused",
        "Prices are locked.",
    )
    assert world.issue_codes() == ["price_refused"]
    assert len(world.shop.item_calls) == 1
    world.shop.refused.clear()
    send_again(world.bridge, ["93"])
    world.rest(rounds=1)
    assert costs(world) == ("5.50 USD", "")
    assert world.issue_codes() == []


class StoppedError(BaseException):
    """The process ends here: nobody catches it."""


@contextmanager
def stopping_at(point: int) -> Iterator[list[str]]:
    """End the work at the n-th commit, before or after it; tell what was passed."""
    passed: list[str] = []

    def observer(name: str) -> None:
        passed.append(name)
        if len(passed) == point:
            raise StoppedError

    with checkpoints.watching(observer):
        yield passed


@pytest.fixture
def watched_commits() -> Iterator[None]:
    """Make each commit a point at which the work may end."""
    connection.close()
    checkpoints.instrument_commits()
    yield
    checkpoints.release_commits()
    connection.close()


@pytest.mark.usefixtures("watched_commits")
@pytest.mark.parametrize("is_answer_lost", [False, True])
def test_interrupted_at_any_commit_it_ends_as_if_nothing_had_been(
    *, is_answer_lost: bool
) -> None:
    world = a_selling_world()
    point, places, was_stopped = 0, set[str](), True
    while was_stopped:
        point += 1
        wanted = f"5.{point:02}"
        world.clock.advance(hours=25)
        counted = Effect.objects.count()
        world.shop.item_calls.clear()
        world.ledger.add_item(a_mug(wanted), 20)
        lost = AnswerLostError("The answer got lost.") if is_answer_lost else None

        was_stopped = False
        with stopping_at(point) as passed:
            try:
                world.books_job()
                world.clock.advance(minutes=6)
                world.shop.lose_next_answer = lost
                world._try(world.store_job)
            except (StoppedError, ProgrammingError):  # within a commit: either
                assert len(passed) >= point
                was_stopped = True
                connection.close()  # as that of a dead process
        places |= {one for one in passed if "price" in one}
        world.shop.lose_next_answer = None
        Lease.objects.update(expires_at=None)  # whoever held it is gone
        world.rest(rounds=2)

        assert costs(world) == (f"{wanted} USD", ""), passed[-1]
        assert len(world.shop.item_calls) <= 2, passed[-1]
        assert Effect.objects.count() == counted + 1, passed[-1]
        assert target(world).standing == "same"
        assert not target(world).is_sent
    assert point > 10
    assert {one.split()[1] for one in places} >= {
        "engine/price_changes.py:_write",
        "engine/price_targets.py:look_at_prices",
    }
