"""Trying rules on past orders: read, compared, and nothing written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.planning import Outcome
from stockbridge.domain.policy import MissingItem
from stockbridge.domain.tests.builders import a_line
from stockbridge.engine.actions.posting_rules import (
    RuleDraft,
    drafts_of,
    set_rules,
    try_rules,
)
from stockbridge.engine.models import (
    Delivery,
    Disposition,
    Issue,
    Mapping,
    Run,
    Snapshot,
)
from stockbridge.engine.tests.rows import a_snapshot
from stockbridge.engine.tests.worlds import a_world, an_order
from stockbridge.engine.trials import Trial

pytestmark = pytest.mark.django_db(transaction=True)

WEB = RuleDraft(name="Web", prefix="W-")
_READING = ("SELECT", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def numbers(trial: Trial) -> list[tuple[str, str]]:
    """Return the number of each order today and then."""
    return [
        (one.before.booking.number, one.after.booking.number) for one in trial.tried
    ]


def rows_of_everything() -> list[object]:
    """Return what a trial must leave alone."""
    models = (Snapshot, Disposition, Delivery, Issue, Mapping, Run)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_edited_rules_are_tried_on_what_was_read_and_nothing_is_written() -> None:
    world = a_world()
    for order_id in ("1", "2"):
        world.shop.place(an_order(external_id=order_id, number=f"100{order_id}"))
    world.rest()
    set_rules(world.bridge, [WEB], world.act)
    before = rows_of_everything()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        trial = try_rules(
            world.bridge, [RuleDraft(name="Shop", prefix="S-")], world.act
        )

    assert sorted(numbers(trial)) == [("W-1001", "S-1001"), ("W-1002", "S-1002")]
    assert [one["sql"] for one in asked if not one["sql"].startswith(_READING)] == []
    assert rows_of_everything() == before
    assert drafts_of(world.bridge) == [WEB]


def test_an_order_that_is_in_the_books_says_so_and_is_planned_as_if_it_were_new() -> (
    None
):
    world = a_world()
    world.shop.place(an_order(external_id="1", number="1001"))
    world.rest()
    world.set_options(orders_enabled=False)
    world.shop.place(an_order(external_id="2", number="1002"))
    world.rest()

    trial = try_rules(world.bridge, [WEB], world.act)

    told = {one.number: (one.is_in_books, one.changes) for one in trial.tried}
    assert told == {"1001": (True, ("number",)), "1002": (False, ("number",))}


def test_only_the_last_orders_are_tried_newest_first() -> None:
    world = a_world(orders_enabled=False)
    for order_id in range(1, 6):
        placed = world.clock().replace(microsecond=0)
        world.shop.place(
            an_order(external_id=str(order_id), number=str(order_id), placed_at=placed)
        )
        world.clock.advance(minutes=1)
    world.rest()

    trial = try_rules(world.bridge, [WEB], world.act, last=2)

    assert [one.number for one in trial.tried] == ["5", "4"]


def test_what_was_erased_or_never_understood_is_counted_and_left_out() -> None:
    world = a_world()
    for order_id in ("1", "2", "3"):
        world.shop.place(an_order(external_id=order_id))
    world.rest()
    Snapshot.objects.filter(feed="orders", external_id="1").update(data=None)
    Snapshot.objects.filter(feed="orders", external_id="2").update(problem="odd")

    trial = try_rules(world.bridge, [WEB], world.act)

    assert ([one.order_id for one in trial.tried], trial.unreadable_count) == (["3"], 2)


def test_without_orders_there_is_nothing_to_try() -> None:
    world = a_world()

    assert try_rules(world.bridge, [WEB], world.act).tried == ()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (RuleDraft(name="r", account_id="nowhere"), "account_id"),
        (RuleDraft(name="r", tax_code="20"), "tax_code"),
        (RuleDraft(name="r", class_id="1"), "class_id"),
        (RuleDraft(name="r", department_id="1"), "department_id"),
        (RuleDraft(name="r", terms_id="1"), "terms_id"),
        (RuleDraft(name="r", fallback_item="none"), "fallback_item"),
        (RuleDraft(name="r", shared_customer="nobody"), "shared_customer"),
        (RuleDraft(name="r", form="invoice"), "form"),
    ],
)
def test_what_these_books_do_not_have_is_refused_at_its_field_tried_or_saved(
    draft: RuleDraft, field: str
) -> None:
    world = a_world()

    for act in (set_rules, try_rules):
        with pytest.raises(InvalidInputError) as refused:
            act(world.bridge, [draft], world.act)

        assert refused.value.field == field
    assert drafts_of(world.bridge) == []


@pytest.mark.parametrize("odd", ["a\x00b", "a\ud800b"], ids=["nul", "surrogate"])
@pytest.mark.parametrize("field", ["name", "prefix", "roles"])
def test_a_rule_with_text_that_no_database_takes_is_refused_at_its_field(
    field: str, odd: str
) -> None:
    given = {"name": "r", field: [odd] if field == "roles" else odd}

    with pytest.raises(ValueError, match="cannot be kept") as refused:
        RuleDraft.model_validate(given)

    assert field in str(refused.value)


def test_a_rule_whose_item_is_gone_by_now_does_not_keep_others_from_being_changed() -> (
    None
):
    world = a_world()
    (item,) = Snapshot.objects.filter(connection=world.bridge.books, feed="items")[:1]
    fallback = RuleDraft(
        name="r", missing_item="fallback", fallback_item=item.external_id
    )
    set_rules(world.bridge, [fallback], world.act)
    item.delete()

    set_rules(world.bridge, [fallback, WEB], world.act)

    assert [one.name for one in drafts_of(world.bridge)] == ["r", "Web"]


def test_a_rule_that_creates_items_is_tried_with_what_could_be_created() -> None:
    world = a_world()
    unknown = a_line(item_id="95", product_id="95", sku="CUP", name="Cup")
    world.shop.place(an_order(lines=(unknown,)))
    cup = {"external_id": "95", "product_id": "95", "name": "Cup", "sku": "CUP"}
    a_snapshot(world.bridge.store, "items", "95", data=cup, seen_at=world.clock())
    world.rest()

    trial = try_rules(
        world.bridge, [RuleDraft(name="r", missing_item=MissingItem.CREATE)], world.act
    )

    (one,) = trial.tried
    assert one.before.booking.outcome is Outcome.HELD
    assert one.after.booking.outcome is Outcome.PLANNED


# ── what a rule does, through the whole engine ───────────────────────────────


def test_a_rule_books_unknown_items_on_its_fallback_and_bills_one_customer() -> None:
    world = a_world()
    (item,) = Snapshot.objects.filter(connection=world.bridge.books, feed="items")[:1]
    market = {"external_id": "C77", "name": "Market"}
    books = world.bridge.books
    who = a_snapshot(books, "customers", "C77", name="Market", data=market)
    set_rules(
        world.bridge,
        [
            RuleDraft(
                name="Market",
                missing_item=MissingItem.FALLBACK,
                fallback_item=item.external_id,
                customers="one_for_all",
                shared_customer=who.external_id,
            )
        ],
        world.act,
    )
    unknown = a_line(item_id="95", product_id="95", sku="CUP", name="Cup")
    world.shop.place(an_order(lines=(unknown,)))

    world.rest()

    (sale,) = world.deliveries(kind="sale")
    document = sale.document or {}
    assert document["customer"]["books_id"] == "C77"
    assert document["lines"][0]["item"]["books_id"] == item.external_id
    assert not world.deliveries(kind="customer")
