"""A look at a connection says what would stop work there, in the owner's words."""

import pytest

from stockbridge.connectors.books.quickbooks_online.diagnosis import findings_of
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_company,
    settings_of,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.connectors.simulation import Fault, FaultKind, SettableClock


@pytest.mark.parametrize(
    ("company", "chosen", "code"),
    [
        ({"keeps_numbers": False}, {}, "own_numbers"),
        ({"counts_stock": False}, {}, "no_inventory"),
        ({"uses_tax": False}, {}, "no_tax"),
        ({"has_automated_tax": False}, {"tax_codes": ""}, "no_tax_codes"),
    ],
)
def test_a_preference_that_matters_is_told_with_its_remedy(
    company: dict[str, object], chosen: dict[str, object], code: str
) -> None:
    found = {
        one.code: one
        for one in findings_of(a_company(**company), settings_of(**chosen))
    }

    assert found[code].remedy


def test_a_working_company_tells_its_limits_and_its_currency(
    connected: SignedIn,
) -> None:
    report = connected.books().check()

    assert report.is_usable
    assert report.facts["currency"] == "USD"
    assert report.facts["limit_key"] == connected.simulator.realm_id
    assert int(report.facts["limit_per_minute"]) <= 500


def test_a_company_of_several_currencies_takes_any(connected: SignedIn) -> None:
    connected.simulator.company.prefer("CurrencyPrefs", MultiCurrencyEnabled=True)

    assert connected.books().check().facts["currency"] == ""


def test_a_service_that_does_not_answer_is_explained_not_raised(
    connected: SignedIn,
) -> None:
    connected.simulator.faults.add(Fault(FaultKind.CONNECTION_CUT, times=None))

    report = connected.books().check()

    assert not report.is_usable
    assert report.findings[0].message


def test_preferences_are_read_again_after_half_a_day(connected: SignedIn) -> None:
    connected.books().locations()
    connected.simulator.log.clear()
    connected.books().locations()
    soon = connected.simulator.log.count()
    clock = connected.simulator.options.clock
    assert isinstance(clock, SettableClock)
    clock.advance(13 * 3600)

    connected.books().locations()

    assert soon == 0
    assert connected.calls("batch") == 1
