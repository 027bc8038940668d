"""`stockbridge simulate …`: what a Web Connector in a terminal says and does."""

import io
import threading
from argparse import ArgumentParser
from typing import Any

import pytest

from stockbridge.connectors.webconnector.simulator.command import add_arguments, serve
from stockbridge.connectors.webconnector.simulator.timing import HurriedTime
from stockbridge.connectors.webconnector.tests.desk import PASSWORD, USER
from stockbridge.connectors.webconnector.tests.shop import (
    Shop,
    a_shop,
    an_envelope_of,
)


def options(shop: Shop, *more: str) -> dict[str, Any]:
    parser = ArgumentParser()
    add_arguments(parser)
    account = shop.connector.account
    line = ["--url", account.address, "--user", USER, "--password", PASSWORD, *more]
    return vars(parser.parse_args(line))


def test_one_update_and_no_more() -> None:
    with a_shop("mug") as shop:
        out = io.StringIO()

        serve(shop.connector.computer, options(shop, "--once"), threading.Event(), out)

        assert "update finished · 1 envelopes · Done." in out.getvalue()
        assert shop.company.done == ["mug"]


def test_it_runs_until_it_is_stopped() -> None:
    with a_shop("mug") as shop:
        out = io.StringIO()
        stopping = threading.Event()
        stopping.set()

        serve(shop.connector.computer, options(shop, "--cut", "0"), stopping, out)

        assert out.getvalue().endswith("The simulated Web Connector has stopped.\n")


def test_a_failure_is_told_with_its_number() -> None:
    with a_shop("mug") as shop:
        out = io.StringIO()
        chosen = {**options(shop, "--once"), "password": "x"}

        serve(shop.connector.computer, chosen, threading.Event(), out)

        assert "update not valid · 0 envelopes · QBWC1040" in out.getvalue()


def test_slow_work_is_cut_and_told_as_an_error() -> None:
    clock = HurriedTime()
    with a_shop("mug") as shop:
        shop.company.clock, shop.company.takes_s = clock, 121
        out = io.StringIO()

        computer, chosen = shop.connector.computer, options(shop, "--once")
        serve(computer, chosen, threading.Event(), out, clock=clock)

        assert "update explained" in out.getvalue()
        assert shop.desk.doubted == [an_envelope_of("mug")]
        assert shop.company.done == ["mug"]


def test_a_mishap_that_was_ordered_strikes_and_is_told() -> None:
    with a_shop("mug") as shop:
        out = io.StringIO()

        chosen = options(shop, "--once", "--mishap", "open=dialog")
        serve(shop.connector.computer, chosen, threading.Event(), out)

        assert "mishap at step 4, open the company: dialog" in out.getvalue()
        assert "update cannot open · 0 envelopes · QBWC1013" in out.getvalue()


def test_a_mishap_that_cannot_be_is_refused_with_what_can(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with a_shop("mug") as shop, pytest.raises(SystemExit):
        options(shop, "--mishap", "open=repeat")

    assert "at open there can be die-before" in capsys.readouterr().err
