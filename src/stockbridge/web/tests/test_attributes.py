"""Attributes on the screen, by the API and as a command: fields, values, styles."""

import json

import pytest
from django.test import Client

from stockbridge.companies.permissions import Permission
from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.tests.builders import a_books_item
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.codec import BOOKS_ITEM, dumped
from stockbridge.engine.fetch import ITEMS, books_item_columns
from stockbridge.engine.models import Bridge, Issue, Mapping, Run, Snapshot
from stockbridge.engine.tests.rows import NOW
from stockbridge.web.api.tests.worlds import headers_of, token_of
from stockbridge.web.tests.commands import asked, given
from stockbridge.web.tests.joined import a_joined_store
from stockbridge.web.tests.people import People, assert_access, make_people
from stockbridge.web.tests.trading import a_trade

pytestmark = pytest.mark.django_db


def a_shirt(number: int, colour: str, size: str = "S", **changes: object) -> BooksItem:
    return a_books_item(
        external_id=f"S{number}",
        sku=f"SHIRT-{number}",
        **{"name": "Shirt", "attribute": colour, "size": size, **changes},
    )


def keep(bridge: Bridge, *items: BooksItem) -> None:
    for item in items:
        Snapshot.objects.create(
            connection=bridge.books,
            feed=ITEMS,
            external_id=item.external_id,
            digest="d",
            data=dumped(BOOKS_ITEM, item),
            seen_at=NOW,
            **books_item_columns(item),
        )


def with_shirts(people: People, **options: object) -> Bridge:
    bridge = a_joined_store(people)
    bridge.options = {"style_rule": "name", **options}
    bridge.save()
    keep(bridge, a_shirt(1, "Rose"), a_shirt(2, "Wine"), a_shirt(3, "Rose", "M"))
    return bridge


def text_of(people: People, name: str) -> str:
    return people.client().get(people.url(name)).content.decode()


def fields_of(**names: str) -> dict[str, list[str]]:
    """Return the form of the fields as the page sends it; the embedded books have 4."""
    fields = ["attribute", "size", "department", "description"]
    waits = ["wait" if field == "attribute" else "as_is" for field in fields]
    given_names = [names.get(field, "") for field in fields]
    return {"field": fields, "name": given_names, "unmapped": waits}


# ── who may ──────────────────────────────────────────────────────────────────


def test_members_see_attributes_and_those_who_may_configure_change_them() -> None:
    people = make_people()
    bridge = with_shirts(people)

    for name in ("attributes", "attributes_part"):
        assert_access(people, people.url(name), Permission.VIEW)
    save = people.url("attributes_save", uid=bridge.uid)
    assert_access(people, save, Permission.CONFIGURE, "post")
    values = people.url("attribute_values", uid=bridge.uid, field="attribute")
    assert_access(people, values, Permission.CONFIGURE, "post")


def test_who_may_not_change_them_finds_no_button() -> None:
    people = make_people()
    with_shirts(people)
    people.allow(Permission.VIEW)
    client = people.client(people.member)

    for name in ("attributes", "attributes_part"):
        text = client.get(people.url(name)).content.decode()
        assert 'type="submit">Save' not in text
        assert "disabled" in text


# ── fields ───────────────────────────────────────────────────────────────────


def test_the_usual_two_fields_are_there_and_others_are_left_out() -> None:
    people = make_people()
    with_shirts(people)

    page = people.client().get(people.url("attributes"))

    rows = [(row.title, row.name) for row in page.context["rows"]]
    assert rows == [
        ("Attribute", "Attribute"),
        ("Size", "Size"),
        ("Department", ""),
        ("Description", ""),
    ]


def test_fields_are_saved_together() -> None:
    people = make_people()
    bridge = with_shirts(people)
    url = people.url("attributes_save", uid=bridge.uid)

    people.client().post(url, fields_of(attribute="Colour", size="Size"))

    rules = {rule.field: (rule.name, rule.unmapped) for rule in rules_of(bridge)}
    assert rules == {"attribute": ("Colour", "wait"), "size": ("Size", "as_is")}


def test_two_fields_cannot_feed_one_attribute() -> None:
    people = make_people()
    bridge = with_shirts(people)
    url = people.url("attributes_save", uid=bridge.uid)

    answer = people.client().post(url, fields_of(attribute="size", size="Size"))

    assert answer.status_code == 422
    assert "Another field feeds size already." in answer.content.decode()
    assert not Mapping.objects.exists()


# ── values and styles ────────────────────────────────────────────────────────


def test_values_are_listed_with_their_items_those_not_mapped_counted() -> None:
    people = make_people()
    with_shirts(people)

    page = people.client().get(people.url("attributes_part"))

    group = page.context["groups"][0]
    assert [(one.value, one.count) for one in group.values] == [
        ("Rose", 2),
        ("Wine", 1),
    ]
    assert group.unmapped == 2
    assert "Attribute, from Attribute" in page.content.decode()


def test_a_value_is_mapped_and_forgotten_again() -> None:
    people = make_people()
    bridge = with_shirts(people)
    url = people.url("attribute_values", uid=bridge.uid, field="attribute")

    people.client().post(url, {"value": ["Rose", "Wine"], "becomes": ["Red", ""]})
    mapped = dict(rules_of(bridge)[0].values)
    people.client().post(url, {"value": ["Rose", "Wine"], "becomes": ["", ""]})

    assert mapped == {"rose": "Red"}
    assert not rules_of(bridge)[0].values


def test_the_styles_are_shown_with_what_cannot_be_told_apart() -> None:
    people = make_people()
    bridge = with_shirts(people)
    url = people.url("attribute_values", uid=bridge.uid, field="attribute")
    people.client().post(url, {"value": ["Rose", "Wine"], "becomes": ["Red", "Red"]})

    page = people.client().get(people.url("attributes_part"))

    found = page.context["found"]
    assert (found.styles_count, found.grouped_count, found.items_count) == (1, 3, 3)
    text = page.content.decode()
    assert "3 of 3 items make 1 product with variations" in text
    assert "Red, S: SHIRT-2 of the same style says the same." in text


def test_items_not_sold_online_are_not_counted() -> None:
    people = make_people()
    bridge = with_shirts(people)
    keep(bridge, a_shirt(9, "Sky", is_sold_online=False))

    assert "Sky" not in text_of(people, "attributes_part")


def test_where_grouping_is_off_it_says_where_to_switch_it_on() -> None:
    people = make_people()
    with_shirts(people, style_rule="none")

    assert "Grouping is switched off" in text_of(people, "attributes_part")


def test_where_nothing_is_sold_online_the_next_step_is_named() -> None:
    people = make_people()
    a_joined_store(people)

    text = text_of(people, "attributes_part")

    assert "No item of the books is to be sold online" in text
    assert "Open the options" in text


def test_where_nothing_is_joined_yet_it_says_so() -> None:
    people = make_people()

    assert "No store is joined with books yet" in text_of(people, "attributes")


@pytest.mark.django_db(transaction=True)
def test_the_issue_leads_to_the_values_and_is_settled_by_mapping_them() -> None:
    trade = a_trade(allow_export=True)
    trade.world.ledger.add_item(a_shirt(1, "Sky"), 5)
    trade.world.rest(rounds=1)
    uid = trade.bridge.uid
    trade.post(trade.url("attributes_save", uid=uid), fields_of(attribute="Colour"))
    trade.world.start(Run.Kind.EXPORT_ITEMS, items=["S1"])

    text = trade.text("issues")

    assert "Sky (1)" in text
    assert f"{trade.url('attributes')}?connection={uid}" in text
    url = trade.url("attribute_values", uid=uid, field="attribute")
    trade.post(url, {"value": ["Sky"], "becomes": ["Blue"]})
    assert not Issue.objects.filter(resolved_at=None).exists()


# ── for programs ─────────────────────────────────────────────────────────────


def test_a_program_maps_values_and_reads_what_they_come_to() -> None:
    people = make_people()
    bridge = with_shirts(people)
    token = token_of(people.company, people.owner, *Permission)
    root = f"/api/v1/bridges/{bridge.uid}/attributes"
    send = {"content_type": "application/json", **headers_of(token)}

    named = Client().put(f"{root}/attribute", json.dumps({"name": "Colour"}), **send)
    mapped = Client().put(
        f"{root}/attribute/values", json.dumps({"values": {"Rose": "Red"}}), **send
    )
    told = Client().get(root, **headers_of(token)).json()

    assert (named.status_code, mapped.status_code) == (200, 204)
    assert told["fields"][0]["name"] == "Colour"
    assert {"field": "attribute", "value": "Rose", "items": 2, "mapped": "Red"} in (
        told["values"]
    )
    assert told["first_styles"][0]["members"][0]["attributes"] == {
        "Colour": "Red",
        "Size": "S",
    }


def test_a_field_that_the_books_lack_is_refused_with_its_name() -> None:
    people = make_people()
    bridge = with_shirts(people)
    token = token_of(people.company, people.owner, *Permission)

    answer = Client().put(
        f"/api/v1/bridges/{bridge.uid}/attributes/colour",
        json.dumps({"name": "Colour"}),
        content_type="application/json",
        **headers_of(token),
    )

    assert answer.status_code == 422
    assert "no such field" in answer.json()["message"]


def test_the_command_maps_values_and_shows_them() -> None:
    people = make_people()
    with_shirts(people)
    company = f"--company {people.company.slug}"

    given(f"attributes set attribute Colour --unmapped wait {company}")
    given(f"attributes map attribute Rose=Red Wine=Bordeaux {company}")
    told = given(f"attributes show {company}")

    assert told["fields"][0] == {
        "field": "attribute",
        "title": "Attribute",
        "name": "Colour",
        "unmapped": "wait",
    }
    assert [one["mapped"] for one in told["values"][:2]] == ["Red", "Bordeaux"]
    assert told["styles"] == 1


def test_the_command_says_how_a_pair_is_meant() -> None:
    people = make_people()
    with_shirts(people)

    result = asked(f"attributes map attribute Rose --company {people.company.slug}")

    assert result.code == 2
    assert "Rose is not VALUE=VALUE." in result.err
