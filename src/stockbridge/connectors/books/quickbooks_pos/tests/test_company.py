"""Which company is open, what its clock says, and what there is to choose from."""

from datetime import date, timedelta

import pytest

from stockbridge.connectors.books.quickbooks_pos.facts import BOOKS_TIME, facts_of
from stockbridge.connectors.books.quickbooks_pos.simulator import (
    CompanyClosedError,
    a_company,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import (
    DEPARTMENT,
    Start,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    NOON,
    Counter,
    a_line,
    a_sale,
    settings,
)
from stockbridge.connectors.books.quickbooks_pos.tests.contract_files import (
    CONTRACTS,
    needs_contracts,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.ports import (
    CheckCompany,
    PageRead,
    Read,
    ReadFeed,
    Severity,
)


def test_a_company_that_is_set_up_can_be_used() -> None:
    found = Counter().check()

    assert found.report.is_usable
    assert [f.code for f in found.report.findings] == []


def test_another_company_has_another_identity_the_same_one_keeps_its_own() -> None:
    one = Counter()
    before = one.check().identity
    one.company.company["Store"].append(
        {"StoreNumber": "3", "StoreCode": "403", "StoreName": "Airport"}
    )
    other = Counter(company=a_company(Start(name="Another Example")))

    assert one.check().identity == before
    assert other.check().identity != before


@pytest.mark.parametrize("named", ["", "\\\\OFFICE\\Books\\Mug Shop.qbw"])
def test_the_company_file_that_gets_its_sales_is_a_fact(named: str) -> None:
    counter = Counter(company=a_company(Start(quickbooks_file=named)))

    assert counter.check().report.facts["hands_on_to"] == named


@needs_contracts
def test_a_simulated_company_answers_in_the_order_of_the_schema() -> None:
    place = "QBPOSXMLMsgsRs/CompanyQueryRs/CompanyRet/"
    lines = (CONTRACTS / "qbposxml30.fields.json").read_text().splitlines()
    paths = [line.split('"')[3] for line in lines if place in line]
    known = [one.removeprefix(place) for one in paths if one.count("/") == 3]

    told = list(a_company(Start(quickbooks_file="Mugs.qbw")).company)

    assert "QuickBooksCompanyFile" in told
    assert [name for name in known if name in told] == told


def test_the_clock_of_the_books_is_read_from_its_records() -> None:
    counter = Counter()
    clock = counter.company.clock
    assert isinstance(clock, SettableClock)
    clock.advance(7200)
    mug = counter.item()
    counter.write(a_sale(a_line(mug)))

    found = counter.check()

    assert found.books_now == NOON + timedelta(hours=2)
    assert found.books_now.utcoffset() == timedelta(hours=-6)


def test_the_clock_never_goes_back_and_is_asked_for_only_what_is_newer() -> None:
    counter = Counter()
    counter.check()

    found = counter.check()

    assert found.books_now == NOON
    assert b"<TimeCreated>2026-01-05T06:00:00-06:00</TimeCreated>" in (
        counter.last_request
    )


def test_a_clock_that_starts_years_behind_catches_up_in_a_few_checks() -> None:
    counter = Counter()
    for day in range(3650):
        counter.company.records.receipts.rows[str(day)] = {
            "TxnID": str(day),
            "TimeCreated": f"{date(2016, 1, 5) + timedelta(days=day)}T12:00:00-06:00",
        }
    counter.facts.pop(BOOKS_TIME)
    counter.company.records.departments.rows[DEPARTMENT]["TimeModified"] = (
        "2016-01-05T12:00:00-06:00"
    )

    moments = [counter.check().books_now for _ in range(20)]

    assert moments[-1] is not None
    assert moments[-1].date() >= date(2026, 1, 1)


def test_what_the_check_remembers_is_what_planning_reads() -> None:
    facts = facts_of(Counter().facts)

    assert {(r.category, r.code) for r in facts.tax_records} >= {
        ("Local Sales Tax", "Tax"),
        ("Two Rates", "Non"),
    }
    assert facts.departments == {"kitchen": DEPARTMENT, "kit": DEPARTMENT}
    assert facts.stores == ("1", "2")


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"primary_store": 3}, "store_missing"),
        ({"stores": ["7"]}, "store_missing"),
        ({"nontaxable_code": "Tax"}, "untaxed_code_taxed"),
    ],
)
def test_a_set_up_that_cannot_work_is_said(
    chosen: dict[str, object], code: str
) -> None:
    counter = Counter(settings=settings(**chosen))

    found = counter.check()

    assert not found.report.is_usable
    wrong = [f for f in found.report.findings if f.severity is Severity.ERROR]
    assert [f.code for f in wrong] == [code]
    assert all(f.remedy for f in wrong)


def test_the_sample_company_is_said() -> None:
    counter = Counter()
    counter.company.company["IsSampleCompany"] = "True"

    assert "sample_company" in {f.code for f in counter.check().report.findings}


def test_the_set_up_offers_stores_tenders_departments_and_taxes() -> None:
    (page,) = Counter().ask(Read("setup", ReadFeed.SETUP, "", 100, NOON))

    assert isinstance(page, PageRead)
    assert [(one.external_id, one.name) for one in page.locations] == [
        ("1", "Main Street"),
        ("2", "Harbour"),
    ]
    tenders = {account.external_id for account in page.accounts}
    assert {"cash", "check", "credit_card:Visa"} <= tenders
    assert page.choices["departments"] == ((DEPARTMENT, "Kitchen"),)
    assert ("Local Sales Tax", "Local Sales Tax") in page.choices["tax_categories"]
    assert ("Non", "Non") in page.choices["tax_codes"]
    assert len(page.choices["price_levels"]) == 5


def test_a_closed_company_gives_an_hresult_no_answer() -> None:
    counter = Counter()
    counter.company.is_open = False

    with pytest.raises(CompanyClosedError) as closed:
        counter.company.open("")
    with pytest.raises(CompanyClosedError) as vanished:
        counter.ask(CheckCompany("check"))

    assert closed.value.hresult == "0x80040408"
    assert vanished.value.hresult == "0x80040401"


def test_a_dialog_blocks_both_the_opening_and_the_work() -> None:
    counter = Counter()
    counter.company.has_dialog = True

    with pytest.raises(CompanyClosedError) as opening:
        counter.company.open("")
    with pytest.raises(CompanyClosedError) as working:
        counter.ask(CheckCompany("check"))

    assert opening.value.hresult == working.value.hresult == "0x80040414"


def test_the_company_that_is_open_is_told_by_its_name_and_is_no_other() -> None:
    company = Counter().company

    assert company.open("") == company.open("Example Kitchenware")
    with pytest.raises(CompanyClosedError):
        company.open("C:\\Books\\North.qbw")


def test_a_slow_company_takes_time_for_each_entry_and_document() -> None:
    counter = Counter()
    clock = counter.company.clock
    counter.company.seconds_per_document = 0.5
    before = clock.now()

    counter.write(a_sale(a_line(counter.item())))

    assert counter.company.last_call_s == 0.5
    assert clock.now() - before == timedelta(seconds=0.5)


def test_a_first_guess_of_time_grows_with_what_is_asked() -> None:
    translator = Counter().translator

    small = translator.seconds(Read("r", ReadFeed.ITEMS, "", 10, NOON))
    large = translator.seconds(Read("r", ReadFeed.ITEMS, "", 1000, NOON))

    assert 0 < small < large
