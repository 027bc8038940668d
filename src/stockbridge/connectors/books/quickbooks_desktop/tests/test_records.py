"""Traps of QuickBooks' names: customers, items, and what they may be called."""

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator.state import NAMES
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    a_post,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    a_world,
)
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerRecord,
    ItemChange,
    ItemField,
    ItemRecord,
)
from stockbridge.domain.errors import ConflictError
from stockbridge.ports import LookUpOutcome, PostOutcome, Prepare


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_that_a_vendor_has_is_refused_with_the_policies_that_help(
    kind: str,
) -> None:
    world = a_world()
    world.company.add(kind, "Ada Example")

    result = world.write(a_post(CustomerRecord("Ada Example"), "customer/ada/1"))

    assert result is not None
    assert result.outcome is PostOutcome.REFUSED
    assert isinstance(result.error, ConflictError)
    assert "Name and e-mail address" in result.error.remedy


@pytest.mark.parametrize("kind", NAMES)
def test_a_taken_name_gets_a_sign_of_its_own_where_policy_says_so(kind: str) -> None:
    world = a_world(name_taken="suffix")
    world.company.add(kind, "Ada Example")
    post = a_post(CustomerRecord("Ada Example"), "customer/ada/1")

    result = world.write(post)

    assert result is not None
    assert result.outcome is PostOutcome.POSTED
    assert result.number.startswith("Ada Example #")
    assert world.look_up(post).outcome is LookUpOutcome.FOUND


def test_of_who_has_a_name_nothing_but_the_id_is_asked_for() -> None:
    world = a_world(name_taken="suffix")
    world.company.add("Employee", "Ada Example", SSN="000-00-0000")
    post = a_post(CustomerRecord("Ada Example"), "customer/ada/1")
    body = world.books.translator.encode(
        [Prepare(post.attempt_id, post)], batch_id="E" * 23
    )

    assert b"SSN" not in world.company.process(body)


def test_a_free_name_stays_as_it_is_under_the_suffix_policy() -> None:
    world = a_world(name_taken="suffix")

    result = world.write(a_post(CustomerRecord("Ada Example"), "customer/ada/1"))

    assert result is not None
    assert result.number == "Ada Example"


def test_a_colon_in_a_name_makes_no_parent() -> None:
    world = a_world()

    result = world.write(a_post(CustomerRecord("Ada: the first"), "customer/ada/1"))

    assert result is not None
    assert result.number == "Ada - the first"


@pytest.mark.parametrize("name", ["王小明", "محمد", "   ", "::", "\u0000"])
def test_a_name_that_quickbooks_cannot_keep_becomes_the_e_mail(name: str) -> None:
    world = a_world()
    record = CustomerRecord(name, email="wang@example.com")

    result = world.write(a_post(record, "customer/1"))

    assert result is not None
    assert result.number == "wang@example.com"


def test_two_long_item_names_that_begin_alike_stay_two() -> None:
    world = a_world(item_naming="name")
    begun = "A very long name of a mug, hand-made, "
    names = [f"{begun}white", f"{begun}black"]

    results = [
        world.write(a_post(ItemRecord(name), f"item/{name}/1")) for name in names
    ]

    numbers = [result.number for result in results if result]
    assert len(set(numbers)) == 2
    assert all(len(number) <= 31 for number in numbers)


def test_a_new_item_needs_its_accounts() -> None:
    world = a_world(cogs_account="")

    world.refuses(ItemRecord("Mug", "MUG-1"), "cost of goods sold account")


def test_an_item_changed_by_somebody_else_is_read_again_before_it_is_written() -> None:
    world = a_world()
    mug = world.a_mug()
    post = a_post(
        ItemChange(
            BooksRef(mug),
            ItemRecord("Mug", "MUG-1"),
            ItemRecord("Mug", "MUG-1", price=usd("12.50")),
            (ItemField.PRICE,),
            (ItemField.PRICE,),
        ),
        "item/price/1",
    )
    stale = world.prepared(post)
    world.made(
        ItemChange(
            BooksRef(mug),
            ItemRecord("Mug", "MUG-1"),
            ItemRecord("Mug", "MUG-1", price=usd("11.00")),
            (ItemField.PRICE,),
            (ItemField.PRICE,),
        ),
        "item/price/0",
    )
    body = world.books.translator.encode([stale], batch_id="E" * 23)

    result = world.understood(post, (stale, world.company.process(body)))
    again = world.write(post)

    assert result is not None
    assert result.outcome is PostOutcome.RETRY
    assert again is not None
    assert again.outcome is PostOutcome.POSTED
    assert world.company.state.records[mug].text("SalesPrice") == "12.5"
