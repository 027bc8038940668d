"""Rules are tried on past orders: on the screen, by a program, in the shell."""

import json
from pathlib import Path
from typing import Any

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.commerce import Address
from stockbridge.engine.actions.posting_rules import RuleDraft, drafts_of, set_rules
from stockbridge.engine.models import Delivery, Snapshot
from stockbridge.engine.tests.rows import a_snapshot
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.tests.commands import given, typed
from stockbridge.web.tests.people import assert_access
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def two_orders(trade: Trade) -> None:
    """Let one order go to Austria, and one to Germany; both are booked."""
    for number, country in (("1001", "AT"), ("1002", "DE")):
        home = Address(country=country)
        order = an_order(external_id=number, number=number, shipping_address=home)
        trade.world.shop.place(order)
    trade.world.rest()


def tried(trade: Trade, **data: object) -> str:
    """Press “Try on past orders”; return what is read then."""
    url = trade.url("rule_try", uid=trade.bridge.uid)
    answer = trade.post(url, {"name": "New", "act": "post", **data})
    assert answer.status_code == 200, answer.content.decode()
    return " ".join(answer.content.decode().split())


def test_trying_is_for_those_who_may_change_rules() -> None:
    trade = a_trade()

    url = trade.url("rule_try", uid=trade.bridge.uid)

    data = {"name": "One", "act": "post"}
    assert_access(trade.people, url, Permission.CONFIGURE, "post", data)


def test_the_screen_says_what_would_change_and_saves_nothing() -> None:
    trade = a_trade()
    two_orders(trade)
    set_rules(trade.bridge, [RuleDraft(name="Old", countries=("US",))], trade.world.act)

    text = tried(trade, countries="AT", number_prefix="A-")

    assert "2 orders were tried. 1 would be booked otherwise." in text
    assert "1 of them is in the books already and keeps its document." in text
    assert "Number: 1001 → <strong>A-1001</strong>" in text
    assert "1002 →" not in text
    assert "takes none" in text  # Old
    assert 'value="A-"' in text  # the form is as it was filled in
    assert [one.name for one in drafts_of(trade.bridge)] == ["Old"]


def test_a_changed_rule_is_tried_in_its_place_and_money_is_compared() -> None:
    trade = a_trade()
    two_orders(trade)
    rules = [RuleDraft(name="One", countries=("AT",)), RuleDraft(name="Two")]
    set_rules(trade.bridge, rules, trade.world.act)

    text = tried(trade, rule="One", name="One", countries="AT", act="hold")

    assert "booked → <strong>needs you (The rule “One” holds such" in text
    assert "33.00 USD (2)" in text
    assert "<strong>16.50 USD (1)</strong>" in text


def test_where_nothing_was_read_the_screen_says_what_to_do() -> None:
    text = tried(a_trade())

    assert "No orders were read yet" in text
    assert "read its orders first" in text


def test_what_does_not_fit_is_said_beside_its_field_instead_of_tried() -> None:
    trade = a_trade()
    url = trade.url("rule_try", uid=trade.bridge.uid)

    answer = trade.post(url, {"name": "New", "act": "post", "fallback_item": "Nothing"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="trial"' not in text
    assert "has nothing called “Nothing”" in text or "no item Nothing" in text


# ── what a rule chooses by name ──────────────────────────────────────────────


def test_item_and_customer_are_chosen_by_name_and_shown_by_name() -> None:
    trade = a_trade()
    books = trade.bridge.books
    item = Snapshot.objects.filter(connection=books, feed="items").earliest("pk")
    market = {"external_id": "C77", "name": "Weekly market"}
    a_snapshot(books, "customers", "C77", name="Weekly market", data=market)
    save = trade.url("rule_save", uid=trade.bridge.uid)

    answer = trade.post(
        save,
        {
            "name": "Market",
            "act": "post",
            "missing_item": "fallback",
            "fallback_item": item.name,
            "customers": "one_for_all",
            "shared_customer": "Weekly market",
        },
    )

    (kept,) = drafts_of(trade.bridge)
    assert answer.status_code == 302
    assert (kept.fallback_item, kept.shared_customer) == (item.external_id, "C77")
    text = trade.text("rules")
    assert "One customer for all orders: Weekly market" in text
    assert f"Use the fallback item: {item.name}" in text


def test_only_what_the_books_can_carry_out_is_offered() -> None:
    trade = a_trade()
    own = trade.text("rules")
    books = trade.bridge.books
    books.connector = "quickbooks_online"
    books.settings = {"tax_codes": "7=20"}
    books.facts = {
        "lists": {
            "tax_codes": [["7", "20.0% S"], ["8", "5.0% R"]],
            "classes": [["1", "Dealers"]],
            "departments": [["2", "Web shop"]],
            "terms": [["3", "Net 30"]],
        }
    }
    books.save()

    online = trade.text("rules")

    for name in ("tax_code", "class_id", "department_id", "terms_id"):
        assert f'id="rule-{name}"' not in own
        assert f'id="rule-{name}"' in online
    assert "20.0% S" in online
    assert "5.0% R" not in online  # the settings do not tell its rate
    for name in ("missing_item", "fallback_item", "customers", "shared_customer"):
        assert f'id="rule-{name}"' in own


def test_a_tax_code_whose_rate_is_not_told_is_refused_with_where_to_tell_it(
    tmp_path: Path,
) -> None:
    trade = a_trade()
    books = trade.bridge.books
    books.connector = "quickbooks_online"
    books.settings = {"tax_codes": "7=20"}
    books.facts = {"lists": {"tax_codes": [["7", "20.0% S"], ["8", "5.0% R"]]}}
    books.save()
    company = f"--company {trade.bridge.company.slug}"

    unknown = in_a_file(tmp_path, {"name": "Reduced", "tax_code": "8"})
    refused = typed(f"rules set {unknown} {company} --json")
    known = in_a_file(tmp_path, {"name": "Usual", "tax_code": "7"})
    done = typed(f"rules set {known} {company}")

    assert refused.problem["errors"][0]["field"] == "tax_code"
    assert "settings" in refused.problem["remedy"]
    assert done.code == 0, done.err
    assert "Tax code: 20.0% S" in done.out


# ── programs and the shell ───────────────────────────────────────────────────


def in_a_file(folder: Path, *rules: dict[str, Any]) -> Path:
    """Return a file that holds these rules."""
    file = folder / "rules.json"
    file.write_text(json.dumps(list(rules)))
    return file


def test_the_command_shows_the_same_and_changes_nothing(tmp_path: Path) -> None:
    trade = a_trade()
    two_orders(trade)
    before = list(Delivery.objects.values())
    file = in_a_file(tmp_path, {"name": "Abroad", "countries": ["AT"], "prefix": "A-"})
    line = f"rules try --file {file} --company {trade.bridge.company.slug}"

    shown, data = typed(line), given(line)
    last = given(f"{line} --last 1")

    assert shown.code == 0, shown.err
    assert "Number: 1001 → A-1001" in shown.out
    assert "in the books: stays" in shown.out
    assert (data["tried_count"], data["changed_count"]) == (2, 1)
    assert data["rules"] == [{"name": "Abroad", "before": None, "after": 1}]
    (order,) = data["orders"]
    assert (order["changes"], order["is_in_books"]) == (["number"], True)
    assert (order["before"]["number"], order["after"]["number"]) == ("1001", "A-1001")
    assert last["tried_count"] == 1
    assert drafts_of(trade.bridge) == []
    assert list(Delivery.objects.values()) == before


@pytest.mark.parametrize("last", ["0", "2001"])
def test_the_command_refuses_numbers_that_make_no_sense(
    tmp_path: Path, last: str
) -> None:
    trade = a_trade()
    file = in_a_file(tmp_path)

    done = typed(
        f"rules try --file {file} --last {last} --company {trade.bridge.company.slug}"
    )

    assert done.code == 2
    assert "1 to 2000" in done.err
