"""Online tax on the screen, in its file, by the API's and the command line's words."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from stockbridge.companies.permissions import Permission
from stockbridge.domain.commerce import Address, Order, TaxLine, TaxShare
from stockbridge.domain.tests.builders import a_line, a_shipping_line, usd
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.api.tests.worlds import headers_of, token_of
from stockbridge.web.tests.commands import asked, given, typed
from stockbridge.web.tests.people import assert_access, make_people
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)
SPAN = "?first=2026-03-01&last=2026-03-31"
DAYS = "--from 2026-03-01 --to 2026-03-31"


def an_order_of_california() -> Order:
    """One order that two rates tax, and its shipping not at all."""
    shares = (TaxShare("1", usd("0.73")), TaxShare("2", usd("0.25")))
    line = a_line(tax="0.98", taxes=shares, item_id="95", sku="CUP", name="Cup")
    state = TaxLine(
        "1", "State", Decimal("7.25"), usd("0.73"), usd(0), country="US", state="CA"
    )
    city = replace(
        state, rate_id="2", label="City", rate_percent=Decimal("2.5"), total=usd("0.25")
    )
    return an_order(lines=(line, a_shipping_line(tax="0")), tax_lines=(state, city))


def taxed() -> Trade:
    """Return a shop that sold in California what the books do not know."""
    trade = a_trade()
    trade.world.shop.place(an_order_of_california())
    trade.world.rest()
    return trade


def file_of(trade: Trade, query: str) -> tuple[str, str]:
    """Return the file's text, and under which name it comes."""
    answer = trade.people.client().get(trade.url("taxes_csv") + query)
    assert isinstance(answer, StreamingHttpResponse)
    text = answer.getvalue().decode("utf-8-sig")
    return text, answer["Content-Disposition"]


def test_the_report_is_seen_by_every_member() -> None:
    trade = a_trade()

    for name in ("taxes", "taxes_part", "taxes_csv"):
        assert_access(trade.people, trade.url(name), Permission.VIEW)


def test_another_companys_connection_is_not_found() -> None:
    trade = a_trade()
    stranger = trade.people.stranger
    own = replace(trade.people, company=stranger.memberships.get().company)

    for name in ("taxes", "taxes_part", "taxes_csv"):
        url = own.url(name) + f"?connection={trade.bridge.uid}"
        assert own.client(stranger).get(own.url(name)).status_code in {200, 302}
        assert own.client(stranger).get(url).status_code == 404


def test_where_nothing_is_joined_the_next_step_is_named() -> None:
    people = make_people()

    text = people.client().get(people.url("taxes")).content.decode()

    assert "No store is joined with books yet" in text


def test_days_without_orders_say_what_to_do() -> None:
    trade = a_trade()

    text = trade.text("taxes_part", SPAN)

    assert "No order falls into these days. Choose others above." in text


def test_the_page_comes_at_once_and_fetches_the_report() -> None:
    trade = a_trade()

    text = trade.text("taxes", f"{SPAN}&sort=-tax")

    assert trade.url("taxes_part") in text
    assert "first=2026-03-01&amp;last=2026-03-31&amp;sort=-tax" in text
    assert "Last quarter" in text


def test_a_span_that_ends_before_it_begins_is_refused_beside_its_field() -> None:
    trade = a_trade()
    query = "?first=2026-03-31&last=2026-03-01"

    answer = trade.get(trade.url("taxes") + query)

    assert answer.status_code == 422
    assert "This day is before the first one." in answer.content.decode()


def test_each_rate_stands_with_who_charges_it_and_why_it_is_not_booked() -> None:
    trade = taxed()

    text = trade.text("taxes_part", SPAN)

    assert "US · CA" in text
    assert "State 7.25 %" in text
    assert "needs you 0.73" in text
    assert "Sold without tax" in text
    assert "25.00" not in text  # two rates tax the same ten dollars
    assert "needs you: Not found in the books: CUP (Cup)." in text
    assert trade.order_url() in text


def test_what_the_books_lost_has_the_statements_name() -> None:
    trade = a_trade()
    trade.world.shop.place(an_order())
    trade.world.rest()  # booked in a ledger that the back office knows nothing of

    text = trade.text("taxes_part", SPAN)

    assert "missing in the books 1.50" in text


@pytest.mark.parametrize(
    ("sort", "first", "turned"),
    [
        ("tax", "City 2.5 %", "sort=-tax"),
        ("-tax", "State 7.25 %", "sort=tax"),
        ("-rate", "State 7.25 %", "sort=rate"),
        ("nonsense", "City 2.5 %", "sort=-place"),
    ],
)
def test_rates_are_sorted_as_the_address_says(
    sort: str, first: str, turned: str
) -> None:
    trade = taxed()

    text = trade.text("taxes_part", f"{SPAN}&sort={sort}")

    places = [text.index(rate) for rate in ("City 2.5 %", "State 7.25 %")]
    assert min(places) == text.index(first)
    assert text.index("Sold without tax") > max(places)
    assert f"&amp;{turned}" in text


def test_the_file_holds_each_rate_and_the_totals() -> None:
    trade = taxed()

    text, name = file_of(trade, SPAN)

    assert text.splitlines() == [
        "Currency,Country,State,Rate,Percent,Taxable sales,Tax on sales,"
        "Taxable refunds,Tax on refunds,Tax owed,In the books,Difference,Why",
        "USD,US,CA,City,2.5,10.00,0.25,0.00,0.00,0.25,0.00,0.25,needs you 0.25",
        "USD,US,CA,State,7.25,10.00,0.73,0.00,0.00,0.73,0.00,0.73,needs you 0.73",
        "USD,,,Sold without tax,,5.00,0.00,0.00,0.00,0.00,0.00,0.00,",
        "USD,Total,,,,,0.98,,0.00,0.98,0.00,0.98,",
    ]
    assert "online-tax-2026-03-01-2026-03-31.csv" in name


def test_the_api_tells_the_same_as_the_statement() -> None:
    trade = taxed()
    token = token_of(trade.people.company, trade.people.owner, Permission.VIEW)
    address = f"/api/v1/bridges/{trade.bridge.uid}"

    def told(what: str) -> dict[str, list[dict[str, Any]]]:
        answer = Client().get(f"{address}/{what}{SPAN}", **headers_of(token))
        found: dict[str, list[dict[str, Any]]] = json.loads(answer.content)
        return found

    taxes, statement = told("taxes"), told("statement")

    total = taxes["totals"][0]
    (store,) = [one["store"]["tax"] for one in statement["totals"]]
    assert total["tax"] == store
    assert "taxable" not in total
    assert {one["name"] for one in taxes["open"]} == {"held"}
    assert taxes["rates"][0] | {"named": []} == {
        "currency": "USD",
        "kind": "rate",
        "country": "US",
        "state": "CA",
        "label": "City",
        "percent": "2.5",
        "named": [],
        "taxable": "10.00",
        "tax": "0.25",
        "taxable_refunds": "0.00",
        "tax_refunds": "0.00",
        "net": "0.25",
        "booked": "0.00",
        "difference": "0.25",
        "place": None,
    }


def test_the_command_line_prints_it_and_writes_the_file() -> None:
    taxes = f"taxes --company {taxed().people.company.slug}"

    shown = typed(f"{taxes} {DAYS}")
    file = typed(f"{taxes} {DAYS} --csv -")
    nothing = typed(f"{taxes} --from 2026-01-01 --to 2026-01-31")
    noise = asked(f"{taxes} --from yesterday")

    assert "State 7.25 %" in shown.out
    assert "needs you" in shown.out
    assert "0.98 USD" in shown.out
    assert file.out.splitlines()[1].startswith("USD,rate,US,CA,City,2.5,10.00,0.25,")
    assert "Nothing was sold in these days." in nothing.out
    assert given(f"{taxes} {DAYS}")["is_complete"]
    assert noise.code == 2


OAKLAND = Address(city="Oakland", postcode="94607-1234", state="CA", country="US")
FRESNO = Address(city="Fresno", postcode="93650", state="CA", country="US")


def sent_to_two_cities() -> Trade:
    """Return a shop with an order for each of two cities of one state."""
    trade = a_trade()
    order = an_order_of_california()
    trade.world.shop.place(replace(order, shipping_address=OAKLAND))
    other = replace(order, external_id="728", number="1043", shipping_address=FRESNO)
    trade.world.shop.place(other)
    trade.world.rest()
    return trade


def test_each_rate_can_be_told_apart_by_city_and_postcode() -> None:
    trade = sent_to_two_cities()

    plain = trade.text("taxes_part", SPAN)
    text = trade.text("taxes_part", f"{SPAN}&by=place&sort=to")

    assert "OAKLAND" not in plain
    assert "State 7.25 %" in plain
    assert text.count("OAKLAND 94607 · CA · US") == 3  # two rates, and the shipping
    assert text.index("FRESNO 93650") < text.index("OAKLAND 94607")
    assert "&amp;by=place&amp;sort=-to" in text


def test_the_page_keeps_the_places_when_days_or_order_change() -> None:
    trade = sent_to_two_cities()

    plain = trade.text("taxes", SPAN)
    text = trade.text("taxes", f"{SPAN}&by=place")

    assert "by=place" in plain
    assert "Tell rates apart by city and postcode" in plain
    assert '<input type="hidden" name="by" value="place">' in text
    assert "last=2026-03-31&amp;by=place" in text
    assert "Show rates only" in text


def test_the_file_the_api_and_the_command_line_tell_the_places_too() -> None:
    trade = sent_to_two_cities()
    token = token_of(trade.people.company, trade.people.owner, Permission.VIEW)
    address = f"/api/v1/bridges/{trade.bridge.uid}/taxes{SPAN}&by_place=true"
    taxes = f"taxes --company {trade.people.company.slug} {DAYS} --by-place"

    file, _ = file_of(trade, f"{SPAN}&by=place")
    told = json.loads(Client().get(address, **headers_of(token)).content)
    shown, written = typed(taxes), typed(f"{taxes} --csv -")

    assert "Percent,Sent to country,Sent to state,City,Postcode," in file
    assert "USD,US,CA,City,2.5,US,CA,FRESNO,93650,10.00,0.25," in file
    assert "USD,Total,,,,,,,,,1.96," in file
    assert told["rates"][0]["place"]["city"] == "FRESNO"
    assert "OAKLAND" in shown.out
    assert "USD,rate,US,CA,City,2.5,US,CA,FRESNO,93650,10.00,0.25," in written.out
