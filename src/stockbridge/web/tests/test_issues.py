"""Needs you, on the screen: what happened, what to do, and doing it right there."""

from dataclasses import replace

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.tests.builders import a_store_item
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Issue
from stockbridge.engine.tests.rows import a_bridge
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.tests.people import assert_access
from stockbridge.web.tests.trading import Trade, a_held_order, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def act(trade: Trade, issue: Issue, what: str) -> str:
    """Return the address of an act on an issue."""
    return trade.url("issue_act", issue=issue.pk, act=what)


def test_what_needs_a_person_is_seen_by_every_member() -> None:
    trade = a_trade()
    a_held_order(trade)

    for name in ("issues", "issues_settled"):
        assert_access(trade.people, trade.url(name), Permission.VIEW)


def test_answering_is_for_those_who_may_import_orders() -> None:
    trade = a_trade()
    a_held_order(trade)
    url = act(trade, trade.world.issue("missing_items"), "retry")

    for address in (url, trade.url("issues_retry")):
        assert_access(trade.people, address, Permission.IMPORT_ORDERS, "post")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example.com/", "//evil.example.com", "overview", "NaN"]
)
def test_the_way_back_leads_to_a_page_of_ours_alone(wanted: str) -> None:
    trade = a_trade()
    a_held_order(trade)
    url = act(trade, trade.world.issue("missing_items"), "retry")

    answer = trade.people.client().post(url, {"next": wanted})

    assert answer["Location"] == trade.url("issues")


def test_where_nothing_needs_anybody_the_page_says_so() -> None:
    trade = a_trade()

    assert "Nothing needs you" in trade.text("issues")


def test_issues_are_grouped_with_message_and_remedy() -> None:
    trade = a_trade()
    a_held_order(trade)

    text = trade.text("issues")

    assert "Items without a match" in text
    assert "Not found in the books: CUP (Cup)." in text
    assert "Give the items the same SKU on both sides" in text
    assert trade.order_url() in text


def test_all_of_a_kind_are_shown_page_by_page() -> None:
    trade = a_trade()
    for number in range(60):
        open_issue(
            IssueDraft(
                company=trade.world.company,
                code="location_gone",
                title=f"Location {number} is gone",
                subject_id=str(number),
            ),
            now=trade.world.clock(),
        )

    first = trade.text("issues")
    page = trade.text("issues", "?kind=location_gone")
    second = trade.text("issues", "?kind=location_gone&page=2")

    assert first.count("is gone") < 20
    assert "Show all 60" in first
    assert page.count("is gone</h3>") == 50
    assert second.count("is gone</h3>") == 10


def test_a_missing_sku_is_linked_right_there_and_the_order_goes_on() -> None:
    trade = a_trade()
    trade.world.shop.add_item(a_store_item(external_id="95", sku="CUP", name="Cup"))
    a_held_order(trade)
    link = trade.url("item_link", uid=trade.bridge.uid, item="95")

    offered = trade.get(f"{link}?find=mug").content.decode()
    data = {"part": "I1", "factor-I1": "1", "next": trade.url("issues")}
    said = trade.said(link, data)
    trade.world.rest()

    assert "Mug" in offered
    assert "Linked. Orders that waited for it go on by themselves." in said
    assert trade.world.outcome("727") == "posted"
    assert "Nothing needs you" in trade.text("issues")


def test_an_order_that_somebody_else_booked_is_marked_so() -> None:
    trade = a_trade()
    a_held_order(trade)

    said = trade.said(act(trade, trade.world.issue("missing_items"), "elsewhere"))

    assert "Marked as booked elsewhere" in said
    assert trade.world.outcome("727") == "booked_elsewhere"
    assert trade.world.issues() == []


def test_a_change_after_booking_is_settled_by_hand() -> None:
    trade = a_trade()
    order = trade.world.shop.place(an_order())
    trade.world.rest()
    trade.world.shop.ship("727")
    trade.world.rest()
    trade.world.shop.place(
        replace(
            trade.world.shop.orders["727"],
            lines=(
                replace(
                    order.lines[0],
                    name="Blue mug",
                    quantity=order.lines[0].quantity + 1,
                ),
                *order.lines[1:],
            ),
        )
    )
    trade.world.rest()
    (issue,) = trade.world.issues()

    text = trade.text("issues")
    said = trade.said(act(trade, issue, "settle"))
    trade.world.rest()

    assert "Mark this change as settled" in text
    assert "Settled." in said
    assert trade.world.issues() == []


def test_a_safety_limit_lists_its_rows_and_lets_the_ticked_ones_go() -> None:
    trade = a_trade(zeroed_max=0)
    for item in ("I1", "I2"):
        trade.world.ledger.count_stock(item, 0)
    trade.world.rest()
    issue = trade.world.issue("limit_zeroed")

    text = trade.text("issues")
    said = trade.said(act(trade, issue, "allow"), {"row": "93", "which": "some"})
    trade.world.rest()

    assert "MUG · Mug" in text
    assert "1 allowed" in said
    assert trade.world.shown("93") == 0
    assert trade.world.shown("94") == 20


def test_allowing_what_would_zero_stock_is_for_those_who_may_sync_it() -> None:
    trade = a_trade(zeroed_max=0)
    trade.world.ledger.count_stock("I1", 0)
    trade.world.rest()
    url = act(trade, trade.world.issue("limit_zeroed"), "allow")

    assert_access(trade.people, url, Permission.SYNC_STOCK, "post", {"row": "none"})


def test_trying_all_again_looks_at_every_order_anew() -> None:
    trade = a_trade()
    a_held_order(trade)

    said = trade.said(trade.url("issues_retry"), {"code": "missing_items"})

    assert "1 looked at again now" in said
    assert trade.world.snapshot("727").is_plan_due


def test_an_issue_that_somebody_settled_meanwhile_is_no_fault() -> None:
    trade = a_trade()
    a_held_order(trade)
    issue = trade.world.issue("missing_items")
    Issue.objects.filter(pk=issue.pk).update(resolved_at=trade.world.clock())

    answer = trade.post(act(trade, issue, "retry"))

    assert answer["Location"] == trade.url("issues")


def test_an_issue_of_another_company_does_not_exist_here() -> None:
    trade = a_trade()
    other = open_issue(
        IssueDraft(company=a_bridge().company, code="x", title="Theirs"),
        now=trade.world.clock(),
    )

    answer = trade.post(act(trade, other, "settle"))

    assert answer.status_code == 404
