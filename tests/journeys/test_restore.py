"""Back up, import fifty orders, put the backup back: nothing twice, nothing lost.

The worst case: the books are elsewhere and keep what they got, while the engine's
memory goes back to before it was sent.
"""

from collections import Counter
from pathlib import Path

import pytest
from pytest_django import Settings

from stockbridge.domain.accounting import DocumentKind, SaleDocument
from stockbridge.engine import aftermath, backup, restore
from stockbridge.engine.models import Bridge, Delivery
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 50


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def place_orders(world: World, first: int, count: int) -> None:
    for number in range(first, first + count):
        world.shop.place(
            an_order(
                external_id=str(number),
                number=str(number),
                placed_at=world.clock(),
            )
        )


def put_back(world: World, path: Path) -> None:
    restore.restore(path, now=world.clock(), even_if_workers=True)
    world.bridge = Bridge.objects.get(pk=world.bridge.pk)


def sales(world: World) -> Counter[str]:
    entries = world.ledger.live(DocumentKind.SALE)
    documents = [entry.document for entry in entries]
    return Counter(d.reference for d in documents if isinstance(d, SaleDocument))


def test_orders_imported_after_the_backup_are_found_not_sent_again() -> None:
    world = a_world()
    path = backup.make_backup(now=world.clock())
    place_orders(world, 1000, ORDERS)
    world.rest()
    before = sales(world)

    put_back(world, path)
    aftermath.resume_after_restore(now=world.clock(), by="Ada")
    world.rest(rounds=6)

    assert len(before) == ORDERS
    assert sales(world) == before
    assert set(before.values()) == {1}
    states = set(Delivery.objects.values_list("state", flat=True))
    assert states == {"posted"}


def test_nothing_leaves_before_a_person_has_looked() -> None:
    world = a_world()
    path = backup.make_backup(now=world.clock())
    place_orders(world, 1000, 3)

    put_back(world, path)

    assert world.store_connection.status == "paused"
    assert world.books_connection.status == "paused"
    assert sales(world) == Counter()


def test_orders_that_came_meanwhile_are_booked_once() -> None:
    world = a_world()
    path = backup.make_backup(now=world.clock())
    place_orders(world, 1000, 5)
    world.rest()
    put_back(world, path)
    place_orders(world, 2000, 5)

    aftermath.resume_after_restore(now=world.clock(), by="Ada")
    world.rest(rounds=6)

    assert len(sales(world)) == 10
    assert set(sales(world).values()) == {1}
