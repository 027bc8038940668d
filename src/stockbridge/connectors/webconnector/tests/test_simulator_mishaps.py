"""Everything that can go wrong at every step of a session, one after the other.

Whatever happens: QuickBooks does nothing twice, and of each envelope the desk knows
the answer, or knows that it is in doubt.
"""

from collections import Counter

import pytest

from stockbridge.connectors.webconnector.simulator import (
    Ending,
    Habits,
    Mishap,
    Step,
    at,
    every_mishap,
)
from stockbridge.connectors.webconnector.tests.shop import Shop, a_shop, an_envelope_of

NAMES = ("mug", "cup", "jug")
STEPS = tuple(
    Step(number, name)
    for number, name in enumerate(
        [
            "serverVersion",
            "clientVersion",
            "authenticate",
            "open the company",
            *["sendRequestXML", "process", "receiveResponseXML"] * len(NAMES),
            "closeConnection",
        ],
        start=1,
    )
)
MISHAPS = list(every_mishap(STEPS))


def test_these_are_all_the_steps() -> None:
    with a_shop(*NAMES) as shop:
        session = shop.connector.session()
        session.run()

        assert tuple(session.steps) == STEPS
    assert len(MISHAPS) == 10 * 7 + 3 * 6 + 5


@pytest.mark.parametrize("is_polite", [True, False])
@pytest.mark.parametrize(
    ("step", "mishap"),
    MISHAPS,
    ids=[f"{step.number} {step.name} {mishap.value}" for step, mishap in MISHAPS],
)
def test_nothing_is_done_twice_and_nothing_is_forgotten(
    step: Step,
    mishap: Mishap,
    *,
    is_polite: bool,
) -> None:
    with a_shop(*NAMES, habits=Habits(closes_after_failure=is_polite)) as shop:
        shop.connector.update(at(step.number, mishap))
        shop.desk.expire()
        while shop.connector.update().ending is not Ending.NOTHING:
            shop.desk.expire()

        _assert_all_accounted_for(shop)


def _assert_all_accounted_for(shop: Shop) -> None:
    desk, done = shop.desk, shop.company.done
    assert max(Counter(done).values()) == 1
    assert sorted(desk.handed) == sorted(map(an_envelope_of, NAMES))
    answered = {answer.decode()[6:-7] for answer in desk.answers}
    doubted = {envelope.decode()[4:-5] for envelope in desk.doubted}
    assert answered | doubted == set(NAMES)
    assert not answered & doubted
    assert answered <= set(done)
    assert len(doubted) <= 1
