"""Posting rules on the screen and the command line: in order, the first that fits."""

import json
from pathlib import Path

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.commerce import Address
from stockbridge.engine.actions.posting_rules import RuleDraft, drafts_of, set_rules
from stockbridge.engine.models import Snapshot
from stockbridge.engine.tests.rows import a_snapshot
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.tests.commands import given, typed
from stockbridge.web.tests.people import assert_access
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def keep(trade: Trade, *drafts: RuleDraft) -> None:
    """Keep these rules."""
    set_rules(trade.bridge, drafts, trade.world.act)


def numbers(trade: Trade) -> list[str]:
    """Return the numbers of the sales that the books have."""
    documents = [row.document or {} for row in trade.world.deliveries(kind="sale")]
    return [str(one["reference"]) for one in documents]


def names(trade: Trade) -> list[str]:
    """Return the rules in their order."""
    return [one.name for one in drafts_of(trade.bridge)]


def test_rules_are_seen_by_members_and_changed_by_those_who_may() -> None:
    trade = a_trade()
    keep(trade, RuleDraft(name="One"), RuleDraft(name="Two"))
    uid = trade.bridge.uid

    assert_access(trade.people, trade.url("rules"), Permission.VIEW)
    for url in (
        trade.url("rule_save", uid=uid),
        trade.url("rule_move", uid=uid, act="down"),
    ):
        assert_access(
            trade.people,
            url,
            Permission.CONFIGURE,
            "post",
            {"name": "One", "rule": "One", "act": "post"},
        )


def test_a_rule_is_added_at_the_end_changed_in_its_place_moved_and_removed() -> None:
    trade = a_trade()
    uid = trade.bridge.uid
    keep(trade, RuleDraft(name="One"), RuleDraft(name="Two"))
    save = trade.url("rule_save", uid=uid)

    trade.post(save, {"name": "Three", "act": "hold", "countries": "de, us-ca"})
    added = drafts_of(trade.bridge)[2]
    trade.post(save, {"rule": "One", "name": "Uno", "act": "post", "roles": "guest"})
    changed = names(trade)
    trade.post(trade.url("rule_move", uid=uid, act="up"), {"rule": "Three"})
    moved = names(trade)
    trade.post(trade.url("rule_move", uid=uid, act="remove"), {"rule": "Two"})

    assert (added.act, added.countries) == ("hold", ("DE", "US-CA"))
    assert changed == ["Uno", "Two", "Three"]
    assert moved == ["Uno", "Three", "Two"]
    assert names(trade) == ["Uno", "Three"]
    text = trade.text("rules")
    assert "Countries: DE, US-CA" in text
    assert "Wait for me" in text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"name": ""}, "This field is required"),
        ({"countries": "Germany"}, "GERMANY is no country"),
        ({"name": "One"}, "Two rules are called one"),
        ({"number_prefix": "x" * 13}, "at most 12 characters"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_changed(
    data: dict[str, str], why: str
) -> None:
    trade = a_trade()
    keep(trade, RuleDraft(name="One"))
    url = trade.url("rule_save", uid=trade.bridge.uid)

    answer = trade.post(url, {"name": "Two", "act": "post", **data})

    assert answer.status_code == 422
    assert why.casefold() in answer.content.decode().casefold()
    assert names(trade) == ["One"]


def test_a_document_is_offered_only_where_the_books_can_choose_it() -> None:
    trade = a_trade()
    before = trade.text("rules")
    trade.bridge.books.connector = "quickbooks_online"
    trade.bridge.books.save(update_fields=["connector"])

    after = trade.text("rules")

    assert "Invoice, then a payment" not in before
    assert "Invoice, then a payment" in after


def test_the_rules_are_shown_and_taken_from_a_file(tmp_path: Path) -> None:
    trade = a_trade()
    keep(trade, RuleDraft(name="One", statuses=("processing",)))
    company = f"--company {trade.bridge.company.slug}"
    shown = given(f"rules show {company}")
    file = tmp_path / "rules.json"
    more = {"name": "Samples", "act": "leave_out", "payment_methods": ["free"]}
    file.write_text(json.dumps([more, *shown]))

    done = typed(f"rules set {file} {company}")
    file.write_text(json.dumps([{"name": "One", "prefix": "x" * 13}]))
    refused = typed(f"rules set {file} {company}")

    assert done.code == 0, done.err
    assert "Leave it out" in done.out
    assert refused.code != 0
    assert "0.prefix" in refused.err
    assert names(trade) == ["Samples", "One"]


# ── what rules do ────────────────────────────────────────────────────────────


def test_the_first_rule_that_fits_counts_and_the_preview_names_it() -> None:
    trade = a_trade(orders_enabled=False)
    keep(
        trade,
        RuleDraft(name="Abroad", countries=("AT",), prefix="A-"),
        RuleDraft(name="At home", countries=("DE",), prefix="D-"),
        RuleDraft(name="All", prefix="X-"),
    )
    home = Address(country="DE")
    trade.world.shop.place(an_order(number="1001", shipping_address=home))
    trade.world.rest()

    run = trade.world.start("import_orders", all=True)
    row = trade.world.rows(run)["727"]
    trade.world.approve(run)

    assert row.reason == "By the rule “At home”."
    assert numbers(trade) == ["D-1001"]


def test_changed_rules_count_for_orders_that_they_held_or_left_out() -> None:
    trade = a_trade()
    keep(trade, RuleDraft(name="Samples", act="leave_out"))
    trade.world.shop.place(an_order())
    trade.world.rest()
    left_out = trade.world.outcome("727")
    keep(trade, RuleDraft(name="Look", act="hold"))
    trade.world.rest()
    held, codes = trade.world.outcome("727"), trade.world.issue_codes()

    keep(trade)
    trade.world.rest()

    assert (left_out, held, codes) == ("excluded", "held", ["rule"])
    assert trade.world.outcome("727") == "posted"
    assert trade.world.issue_codes() == []


def test_what_is_booked_stays_as_it_was_booked_whatever_the_rules_say_now() -> None:
    trade = a_trade()
    keep(trade, RuleDraft(name="Web", prefix="W-"))
    trade.world.shop.place(an_order(number="1001"))
    trade.world.rest()

    keep(trade, RuleDraft(name="Other", prefix="O-", act="hold"))
    Snapshot.objects.filter(feed="orders").update(is_plan_due=True)
    trade.world.rest()

    assert numbers(trade) == ["W-1001"]
    assert trade.world.outcome("727") == "posted"
    assert not trade.world.deliveries(kind="amendment")


def test_the_role_comes_from_the_stores_customer() -> None:
    trade = a_trade()
    keep(trade, RuleDraft(name="Dealers", roles=("wholesale",), prefix="D-"))
    order = an_order(number="1001")
    store, who = trade.bridge.store, order.customer.external_id
    a_snapshot(store, "customers", who, data={"role": "Wholesale"})
    trade.world.shop.place(order)
    trade.world.rest()

    assert numbers(trade) == ["D-1001"]
