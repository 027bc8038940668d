"""Items of one style become one product with variations; values are mapped."""

import pytest

from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.errors import AnswerLostError
from stockbridge.domain.tests.builders import a_books_item, a_store_item, usd
from stockbridge.engine.actions.attributes import FieldDraft, map_values, set_field
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.models import Binding, Run, RunRow, Snapshot
from stockbridge.engine.tests.worlds import World, a_world

pytestmark = pytest.mark.django_db(transaction=True)
EXPORT = Run.Kind.EXPORT_ITEMS
GROUPED = {"allow_export": True, "style_rule": "department_and_name"}


def a_shirt(number: int, colour: str, size: str = "S", **changes: object) -> BooksItem:
    given: dict[str, object] = {"name": "Shirt", "department": "MEN", **changes}
    return a_books_item(
        external_id=f"S{number}",
        sku=f"SHIRT-{number}",
        price=usd("19.00"),
        attribute=colour,
        size=size,
        **given,
    )


def with_shirts(*shirts: BooksItem, **options: object) -> World:
    world = a_world(**{**GROUPED, **options})
    for shirt in shirts:
        world.ledger.add_item(shirt, 7)
    world.rest(rounds=1)
    return world


def products(world: World) -> list[tuple[str, str]]:
    found = world.shop.items.values()
    return [(one.name, one.external_id) for one in found if one.kind == "variable"]


def variations(world: World) -> dict[str, tuple[tuple[str, str], ...]]:
    found = world.shop.items.values()
    return {one.sku: one.attributes for one in found if one.kind == "variation"}


def run_row(run: Run, item: str) -> RunRow:
    return RunRow.objects.get(run=run, subject_kind="item", subject_id=item)


def test_a_style_is_one_draft_product_whose_variations_are_linked_and_in_stock() -> (
    None
):
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))

    run = world.approve(world.start(EXPORT, items=["S1", "S2"]))
    world.rest()

    ((name, product),) = products(world)
    assert run.state == "done"
    assert (name, world.shop.items[product].status) == ("Shirt", "draft")
    assert variations(world) == {
        "SHIRT-1": (("Attribute", "Blue"), ("Size", "S")),
        "SHIRT-2": (("Attribute", "Blue"), ("Size", "M")),
    }
    linked = Binding.objects.get(books_id="S2").store_id
    assert world.shop.items[linked].product_id == product
    assert world.shown(linked) == 7
    assert str(world.shop.items[linked].price) == "19.00 USD"


def test_the_preview_shows_the_product_before_its_variations() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))

    run = world.start(EXPORT, items=["S1", "S2"])

    (product,) = world.rows(run, "style").values()
    assert product.label == "Shirt · product with 2 variations"
    assert product.details["changes"] == [
        {"field": "Attribute", "before": "", "after": "Blue"},
        {"field": "Size", "before": "", "after": "S, M"},
    ]
    assert run_row(run, "S1").details["changes"] == [
        {"field": "variation", "before": "", "after": "Blue, S"}
    ]


def test_approving_one_variation_approves_its_product_with_it() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))
    run = world.start(EXPORT, items=["S1", "S2"])

    run = world.approve(run, run_row(run, "S2").pk)

    assert list(variations(world)) == ["SHIRT-2"]
    assert len(products(world)) == 1


@pytest.mark.parametrize("lost_at", [1, 2])
def test_a_lost_answer_makes_no_second_product_and_no_second_variation(
    lost_at: int,
) -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))
    run = world.start(EXPORT, items=["S1", "S2"])
    lost = AnswerLostError("The answer got lost.")
    if lost_at == 1:
        world.shop.lose_next_answer = lost
    else:
        world.shop.lose_answer_after = 1

    run = world.approve(run)

    assert run.state == "done"
    assert len(products(world)) == 1
    assert sorted(variations(world)) == ["SHIRT-1", "SHIRT-2"]
    assert Binding.objects.filter(books_id__startswith="S").count() == 2


def test_a_new_colour_joins_the_product_that_is_there() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))
    world.approve(world.start(EXPORT, items=["S1", "S2"]))
    world.ledger.add_item(a_shirt(3, "Green", "M"), 7)
    world.rest(rounds=1)

    run = world.start(EXPORT, items=["S3"])
    (product,) = world.rows(run, "style").values()
    world.approve(run)

    assert product.action == "change"
    assert product.details["changes"][0] == {
        "field": "Attribute",
        "before": "Blue",
        "after": "Green",
    }
    assert len(products(world)) == 1
    assert variations(world)["SHIRT-3"] == (("Attribute", "Green"), ("Size", "M"))


def test_the_product_is_known_by_its_variations_even_under_another_sku() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))
    world.shop.add_item(
        a_store_item(
            external_id="500",
            product_id="500",
            kind="variable",
            name="Our shirt",
            sku="OUR-SHIRT",
            attributes=(("Attribute", "Blue"), ("Size", "S")),
        )
    )
    world.shop.add_item(
        a_store_item(
            external_id="501", product_id="500", kind="variation", sku="SHIRT-1"
        )
    )
    world.rest(rounds=2)

    world.approve(world.start(EXPORT, items=["S1", "S2"]))

    made = next(one for one in world.shop.items.values() if one.sku == "SHIRT-2")
    assert made.product_id == "500"
    assert products(world) == [("Our shirt", "500")]


def test_where_one_of_the_style_is_a_product_of_its_own_the_others_wait() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))
    world.shop.add_item(
        a_store_item(
            external_id="600", product_id="600", name="Shirt, blue", sku="SHIRT-1"
        )
    )
    world.rest(rounds=2)

    run = world.start(EXPORT, items=["S2"])

    assert run_row(run, "S2").action == "skip"
    assert "Shirt, blue (SHIRT-1) of the same style" in run_row(run, "S2").reason
    assert not world.rows(run, "style")


def test_one_that_cannot_be_told_apart_blocks_only_itself() -> None:
    world = with_shirts(
        a_shirt(1, "Blue"), a_shirt(2, "Blue"), a_shirt(3, "Green"), a_shirt(4, "Red")
    )

    run = world.approve(world.start(EXPORT, all=True))

    assert run_row(run, "S1").reason.endswith(
        "SHIRT-2 of the same style says the same."
    )
    assert sorted(variations(world)) == ["SHIRT-3", "SHIRT-4"]


def test_a_value_that_changed_since_the_preview_is_looked_at_again() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))
    run = world.start(EXPORT, items=["S1", "S2"])
    world.ledger.add_item(a_shirt(2, "Green", "M"), 7)
    world.rest(rounds=1)

    run = world.approve(run)

    assert run.state == "preview"
    assert products(world) == []
    assert world.approve(run).state == "done"
    assert variations(world)["SHIRT-2"] == (("Attribute", "Green"), ("Size", "M"))


def test_more_new_records_than_the_limit_count_products_of_styles_too() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"), created_max=2)

    run = world.approve(world.start(EXPORT, items=["S1", "S2"]))

    assert run.state == "halted"
    assert world.shop.item_calls == []
    allow_limit(world.issue("limit_created"), world.act)
    world.rest()
    assert len(variations(world)) == 2


def test_without_the_choice_each_item_is_a_product_of_its_own() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"), style_rule="none")

    world.approve(world.start(EXPORT, items=["S1", "S2"]))

    made = [one for one in world.shop.items.values() if one.sku.startswith("SHIRT")]
    assert [one.kind for one in made] == ["simple", "simple"]
    assert made[0].attributes == (("Attribute", "Blue"), ("Size", "S"))


# ── values ───────────────────────────────────────────────────────────────────


def test_rose_and_wine_go_to_the_store_as_red_under_the_attribute_colour() -> None:
    world = with_shirts(a_shirt(1, "Rose"), a_shirt(2, "Wine", "M"))
    set_field(world.bridge, FieldDraft("attribute", "Colour"), world.act)
    map_values(world.bridge, "attribute", {"Rose": "Red", "wine": "Red"}, world.act)

    world.approve(world.start(EXPORT, items=["S1", "S2"]))

    assert variations(world) == {
        "SHIRT-1": (("Colour", "Red"), ("Size", "S")),
        "SHIRT-2": (("Colour", "Red"), ("Size", "M")),
    }


def test_items_with_a_value_not_mapped_wait_with_one_issue_until_it_is() -> None:
    world = with_shirts(a_shirt(1, "Sky"), a_shirt(2, "Sky", "M"), a_shirt(3, "Rose"))
    set_field(world.bridge, FieldDraft("attribute", "Colour", "wait"), world.act)
    map_values(world.bridge, "attribute", {"Rose": "Red"}, world.act)

    run = world.approve(world.start(EXPORT, items=["S1", "S2", "S3"]))

    assert (run_row(run, "S1").action, run_row(run, "S3").action) == ("hold", "create")
    assert list(variations(world)) == ["SHIRT-3"]
    issue = world.issue("attribute_unmapped")
    assert (issue.waiting_count, "Sky (2)" in issue.message) == (2, True)

    map_values(world.bridge, "attribute", {"SKY": "Blue"}, world.act)

    assert world.issue_codes() == []
    world.approve(world.start(EXPORT, items=["S1", "S2"]))
    assert variations(world)["SHIRT-1"] == (("Colour", "Blue"), ("Size", "S"))


def test_a_second_push_adds_to_the_list_and_going_as_it_is_closes_it() -> None:
    world = with_shirts(a_shirt(1, "Sky"), a_shirt(2, "Fern"))
    set_field(world.bridge, FieldDraft("attribute", "Colour", "wait"), world.act)
    world.start(EXPORT, items=["S1"])

    world.start(EXPORT, items=["S2"])

    listed = world.issue("attribute_unmapped").details["values"]
    assert listed == [["attribute", "Fern", 1], ["attribute", "Sky", 1]]
    set_field(world.bridge, FieldDraft("attribute", "Colour", "as_is"), world.act)
    assert world.issue_codes() == []


def test_only_what_is_sold_online_by_department_or_keyword_is_created() -> None:
    world = with_shirts(
        a_shirt(1, "Blue", is_sold_online=False),
        a_shirt(2, "Blue", "M", department="OFFICE"),
        online_by="department",
        online_departments=["men"],
    )

    run = world.start(EXPORT, items=["S1", "S2"])

    assert run_row(run, "S1").action == "create"
    assert "Its department OFFICE" in run_row(run, "S2").reason
    world.set_options(online_by="keyword", online_keyword="shirt")
    run = world.start(EXPORT, items=["S1", "S2"])
    assert run_row(run, "S2").action == "create"


def test_what_the_store_has_of_a_product_is_kept_with_what_it_offers() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))

    world.approve(world.start(EXPORT, items=["S1", "S2"]))

    row = Snapshot.objects.get(connection=world.bridge.store, data__kind="variable")
    assert row.data is not None
    assert row.data["attributes"] == [["Attribute", "Blue"], ["Size", "S, M"]]


def test_a_department_is_chosen_by_its_name_though_items_say_its_code() -> None:
    world = with_shirts(
        a_shirt(1, "Blue"), online_by="department", online_departments=["Menswear"]
    )
    names = [["menswear", "77"], ["men", "77"], ["kit", "78"]]
    books = world.bridge.books
    books.facts = {**books.facts, "lists": {"department_names": names}}
    books.save()

    run = world.start(EXPORT, items=["S1"])

    assert run_row(run, "S1").action == "create"


def test_a_product_that_a_lost_answer_left_is_found_before_it_was_read() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))
    run = world.start(EXPORT, items=["S1", "S2"])
    (sku,) = world.rows(run, "style")
    left = a_store_item(
        external_id="700", product_id="700", kind="variable", name="Shirt", sku=sku
    )
    world.shop.items["700"] = left  # in no feed yet

    run = world.approve(run)

    assert run.state == "done"
    assert products(world) == [("Shirt", "700")]
    assert variations(world)["SHIRT-2"] == (("Attribute", "Blue"), ("Size", "M"))


def test_something_else_under_the_products_sku_is_said_and_left_alone() -> None:
    world = with_shirts(a_shirt(1, "Blue"), a_shirt(2, "Blue", "M"))
    run = world.start(EXPORT, items=["S1", "S2"])
    (sku,) = world.rows(run, "style")
    world.shop.items["700"] = a_store_item(
        external_id="700", product_id="700", name="Other", sku=sku
    )

    run = world.approve(run)

    row = world.rows(run, "style")[sku]
    assert row.message == f"The store has something else under the SKU {sku}."
    assert run_row(run, "S1").outcome == "failed"
    assert variations(world) == {}


def test_where_the_product_offers_the_values_already_it_is_not_written_again() -> None:
    world = with_shirts(a_shirt(1, "Blue", "S"), a_shirt(2, "Green", "M"))
    world.approve(world.start(EXPORT, items=["S1", "S2"]))
    world.ledger.add_item(a_shirt(3, "Blue", "M"), 7)
    world.rest(rounds=1)

    run = world.start(EXPORT, items=["S3"])

    assert world.rows(run, "style") == {}
    world.approve(run)
    assert variations(world)["SHIRT-3"] == (("Attribute", "Blue"), ("Size", "M"))
