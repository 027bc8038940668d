"""Trouble on order: what `--mishap` and `--trouble` let go wrong, and when."""

import random

import pytest

from stockbridge.connectors.webconnector.simulator import Ending, Mishap, Step
from stockbridge.connectors.webconnector.simulator.strikes import (
    Strikes,
    Wish,
    chance_of,
    wish_of,
)
from stockbridge.connectors.webconnector.tests.shop import a_shop, an_envelope_of


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("process=unsaid", Wish("process", 1, Mishap.UNSAID)),
        ("OPEN=dialog", Wish("open the company", 1, Mishap.DIALOG)),
        ("sendrequestxml:3=Second", Wish("sendRequestXML", 3, Mishap.SECOND)),
        (
            "receiveResponseXML=cut-after",
            Wish("receiveResponseXML", 1, Mishap.CUT_AFTER),
        ),
    ],
)
def test_a_wish_names_a_step_its_number_and_a_kind(text: str, wish: Wish) -> None:
    assert wish_of(text) == wish


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("process", "STEP=KIND"),
        ("lunch=dialog", "with a step of"),
        ("process:0=dialog", "counted from 1"),
        ("process:x=dialog", "counted from 1"),
        ("process=none", "there can be die-before"),
        ("closeConnection=unsaid", "there can be"),
    ],
)
def test_a_wish_that_cannot_be_says_what_can(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wish_of(text)


def test_each_wish_strikes_once_in_the_whole_run_and_is_told() -> None:
    told: list[str] = []
    strikes = Strikes([wish_of("process:2=unsaid")], tell=told.append)
    with a_shop("mug", "cup") as shop:
        outcome = shop.connector.update(strikes)
        shop.desk.expire()
        shop.desk.envelopes = [an_envelope_of("jug")]
        again = shop.connector.update(strikes)

        assert (outcome.ending, again.ending) == (Ending.EXPLAINED, Ending.FINISHED)
        assert shop.desk.doubted == [an_envelope_of("cup")]
        assert shop.company.done == ["mug", "cup", "jug"]
    assert told == ["mishap at step 9, process: unsaid"]


def test_chance_strikes_the_same_steps_for_the_same_seed() -> None:
    steps = [Step(number, "process") for number in range(500)]

    first, same, other = (chance_of(0.1, seed) for seed in (7, 7, 8))

    struck = [first(step) for step in steps]
    assert struck == [same(step) for step in steps]
    assert struck != [other(step) for step in steps]
    assert 20 < sum(one is not Mishap.NONE for one in struck) < 80


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        chance_of(share, random.randint(1, 9))
