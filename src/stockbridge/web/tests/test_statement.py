"""Store = books on the screen: totals, differences with their names, the file."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.tests.people import assert_access, make_people
from stockbridge.web.tests.trading import a_held_order, a_trade

pytestmark = pytest.mark.django_db(transaction=True)
SPAN = "?first=2026-03-01&last=2026-03-31"


def test_the_statement_is_seen_by_every_member() -> None:
    trade = a_trade()

    names = ("statement", "statement_part", "statement_csv")
    for name in (*names, "statement_accounts_csv"):
        assert_access(trade.people, trade.url(name), Permission.VIEW)


def test_where_nothing_is_joined_the_next_step_is_named() -> None:
    people = make_people()

    text = people.client().get(people.url("statement")).content.decode()

    assert "No store is joined with books yet" in text


def test_days_without_orders_say_so() -> None:
    trade = a_trade()

    assert "No order falls into these days" in trade.text("statement_part", SPAN)


@pytest.mark.parametrize(
    "span",
    ["?first=0001-01-01&last=0001-01-05", "?first=9999-12-01&last=9999-12-31"],
)
@pytest.mark.parametrize("name", ["statement_part", "taxes_part"])
def test_days_at_the_end_of_the_calendar_are_refused_in_words(
    name: str, span: str
) -> None:
    trade = a_trade()

    assert "Choose days of the years 1970 to 2199." in trade.text(name, span)


def test_what_waits_for_a_person_is_a_difference_with_its_reason() -> None:
    trade = a_trade()
    a_held_order(trade)

    text = trade.text("statement_part", SPAN)

    assert "Every difference has its reason" in text
    assert "needs you: Not found in the books: CUP (Cup)." in text
    assert trade.order_url() in text
    assert "11.00" in text


def test_what_nothing_explains_comes_first_and_has_a_name() -> None:
    trade = a_trade()
    trade.world.shop.place(an_order())
    trade.world.rest()  # booked in a ledger that the back office knows nothing of

    text = trade.text("statement_part", SPAN)

    assert "1 difference that nothing explains" in text
    assert "missing in the books" in text


def test_a_span_that_ends_before_it_begins_is_refused_beside_its_field() -> None:
    trade = a_trade()
    query = "?first=2026-03-31&last=2026-03-01"

    answer = trade.get(trade.url("statement") + query)

    assert answer.status_code == 422
    assert "This day is before the first one." in answer.content.decode()


def test_the_page_comes_at_once_and_fetches_the_comparison() -> None:
    trade = a_trade()

    text = trade.text("statement", SPAN)

    assert trade.url("statement_part") in text
    assert "first=2026-03-01&amp;last=2026-03-31" in text


def test_the_file_holds_each_order_and_the_totals() -> None:
    trade = a_trade()
    a_held_order(trade)

    answer = trade.people.client().get(trade.url("statement_csv") + SPAN)

    text = answer.getvalue().decode("utf-8-sig")
    rows = text.splitlines()
    assert rows[0].startswith("Day,Number,What,Currency,Store,Books,Difference")
    assert rows[1].startswith("2026-03-")
    assert ",Order,USD,11.00,0.00,11.00,1.00,0.00," in rows[1]
    assert rows[2].startswith(",Total,")
    assert "store-books-2026-03-01-2026-03-31.csv" in answer["Content-Disposition"]
