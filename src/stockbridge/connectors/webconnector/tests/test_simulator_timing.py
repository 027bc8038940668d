"""Real time that is waited for, and time that runs ahead, in which a cut can strike."""

from datetime import timedelta

from stockbridge.connectors.webconnector.simulator.timing import HurriedTime, RealTime


def test_what_takes_time_is_waited_for() -> None:
    waits: list[float] = []
    clock = RealTime(waits.append)

    clock.advance(0)
    clock.advance(12.5)

    assert waits == [12.5]


def test_who_hurries_waits_for_nothing_and_is_ahead_of_the_time() -> None:
    clock = HurriedTime()
    clock.wait = lambda _: 1 / 0
    before = clock.now()

    clock.advance(130)

    assert timedelta(seconds=130) <= clock.now() - before < timedelta(seconds=190)
