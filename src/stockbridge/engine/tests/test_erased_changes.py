"""Who is erased is gone from changes, too: those that wait, left, or were posted."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from stockbridge.domain.errors import SyncError
from stockbridge.engine.models import Binding, Delivery
from stockbridge.engine.privacy import erase_again, erase_person, export_person
from stockbridge.engine.tests.test_changes_in_turn import (
    THIRD,
    a_change_in_doubt,
    a_waiting_change,
)
from stockbridge.engine.tests.test_customer_changes import (
    ADA,
    CHANGE,
    RENAMED,
    a_linked_world,
    an_hour,
    changed,
)
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = ("Ada", "Byron", "example.com", "555")


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def words_kept(world: World) -> list[str]:
    """Return which words of the person are left in changes and links."""
    rows = world.deliveries(kind=CHANGE) + world.deliveries(kind="customer")
    kept = " ".join(f"{row.document} {row.title} {row.basis}" for row in rows)
    kept += str(list(Binding.objects.values_list("agreed", flat=True)))
    return [word for word in WORDS if word in kept]


def test_a_change_that_waits_is_dropped_and_renames_nobody() -> None:
    world, row = a_waiting_change()
    Delivery.objects.filter(pk=row.pk).update(basis="Ada, as the books had her")
    before = world.ledger.customers["C1"]

    erase_person(world.company, RENAMED.email, now=world.clock(), by="Ada")
    assert words_kept(world) == []
    an_hour(world)

    assert [one.state for one in world.deliveries(kind=CHANGE)] == ["superseded"]
    assert world.ledger.customers["C1"] == before


def test_a_change_on_its_way_is_told_as_waiting_and_erased_once_it_is_settled() -> None:
    world = a_change_in_doubt()

    report = erase_person(world.company, RENAMED.email, now=world.clock(), by="Ada")
    an_hour(world)
    an_hour(world)
    erase_again(now=world.clock())

    assert report.waiting == 1
    assert [row.state for row in world.deliveries(kind=CHANGE)] == ["posted"]
    assert words_kept(world) == []


def test_a_change_on_its_way_under_an_older_address_is_erased_as_well() -> None:
    world = a_change_in_doubt()
    world.shop.add_customer(THIRD)
    world.clock.advance(hours=1)
    world.store_job()

    report = erase_person(world.company, THIRD.email, now=world.clock(), by="Ada")
    an_hour(world)
    an_hour(world)
    erase_again(now=world.clock())

    assert report.waiting == 1
    assert words_kept(world) == []


def test_all_changes_of_an_account_are_found_by_its_newest_address() -> None:
    world = a_linked_world()
    changed(world, RENAMED)
    changed(world, THIRD)

    erase_person(world.company, THIRD.email, now=world.clock(), by="Ada")

    assert len(world.deliveries(kind=CHANGE)) == 2
    assert words_kept(world) == []


def test_a_customer_who_was_being_created_is_erased_once_that_is_settled() -> None:
    world = a_world(change_customers=True)
    world.shop.add_customer(ADA)
    an_hour(world)
    world.ledger.lose_answers = 1
    world.shop.place(an_order(customer=ADA))
    world.clock.advance(hours=1)
    world.store_job()
    with pytest.raises(SyncError):
        world.books_job()

    erase_person(world.company, ADA.email, now=world.clock(), by="Ada")
    an_hour(world)
    an_hour(world)
    erase_again(now=world.clock())

    assert words_kept(world) == []


def test_who_came_back_after_the_erasure_keeps_their_later_changes() -> None:
    world = a_linked_world()
    erase_person(world.company, ADA.email, now=world.clock(), by="Ada")
    an_hour(world)
    changed(world, replace(ADA, email="again@example.com"))
    later = [row.document for row in world.deliveries(kind=CHANGE)]
    assert later

    erase_again(now=world.clock())

    assert [row.document for row in world.deliveries(kind=CHANGE)] == later


def test_a_person_sees_what_is_kept_with_their_link() -> None:
    world = a_linked_world()

    (link,) = export_person(world.company, ADA.email)["links"]

    assert (link["id"], link["id_in_books"]) == ("5", "C1")
    assert link["agreed"]["record"]["email"] == ADA.email
