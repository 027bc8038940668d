"""Auto-Run: how often the simulated Web Connector calls by itself."""

from typing import Any

from stockbridge.connectors.webconnector.simulator import Ending, Outcome
from stockbridge.connectors.webconnector.tests.desk import HonestDesk
from stockbridge.connectors.webconnector.tests.shop import Shop, a_shop
from stockbridge.ports import SignedIn, Verdict


def minutes_of(shop: Shop, minutes: int) -> list[int]:
    """Let time pass, a minute a step; return the minutes in which it called."""
    called = []
    for minute in range(1, minutes + 1):
        shop.clock.advance(60)
        if shop.connector.tick() is not None:
            called.append(minute)
    return called


def a_desk(verdict: Verdict, **told: Any) -> HonestDesk:
    return HonestDesk(sign_in_as=SignedIn(verdict, "t", **told))


def test_it_calls_every_so_often() -> None:
    with a_shop(desk=a_desk(Verdict.NOTHING)) as shop:
        assert shop.connector.tick() is None

        shop.connector.start_auto_run(180)

        assert minutes_of(shop, 10) == [3, 6, 9]


def test_an_interval_that_we_answer_is_the_shortest() -> None:
    with a_shop(desk=a_desk(Verdict.NOTHING, every_s=240)) as shop:
        shop.connector.start_auto_run(60)

        assert minutes_of(shop, 10) == [1, 5, 9]


def test_an_interval_of_less_than_a_minute_is_a_minute() -> None:
    with a_shop(desk=a_desk(Verdict.NOTHING, every_s=5)) as shop:
        shop.connector.start_auto_run(1)

        assert minutes_of(shop, 3) == [1, 2, 3]


def test_a_delay_that_we_answer_moves_the_next_call() -> None:
    with a_shop(desk=a_desk(Verdict.BUSY, postpone_s=300)) as shop:
        shop.connector.start_auto_run(60)

        assert minutes_of(shop, 12) == [1, 6, 11]


def test_by_hand_neither_counts() -> None:
    with a_shop("mug") as shop:
        shop.connector.start_auto_run(600)

        assert shop.connector.update().ending is Ending.FINISHED
        assert minutes_of(shop, 10) == [10]


def test_it_goes_on_until_it_is_stopped() -> None:
    with a_shop("mug", "cup") as shop:
        waits: list[float] = []
        told: list[Outcome] = []

        def stopped(seconds: float) -> bool:
            waits.append(seconds)
            shop.clock.advance(seconds)
            return len(waits) > 2

        shop.connector.start_auto_run(120)
        shop.connector.run_until(stopped, told.append)

        assert [outcome.ending for outcome in told] == [
            Ending.FINISHED,
            Ending.NOTHING,
        ]
        assert waits == [120.0, 120.0, 120.0]
