"""A world whose books are the real back office, with twenty of each item.

Such books are opened as in production: a test module says `calling =
back_office_world.calling`, so that each test closes what it opened.
"""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from stockbridge.backoffice.drafts import AdjustmentDraft, CountDraft, Header
from stockbridge.backoffice.items import create_item
from stockbridge.backoffice.models import Item
from stockbridge.backoffice.posting import post
from stockbridge.engine import links
from stockbridge.engine.models import Run
from stockbridge.engine.tests.worlds import World, a_new_world


@pytest.fixture(autouse=True)
def calling() -> Iterator[None]:
    """Close the books that a test opens."""
    with links.calling():
        yield


def in_the_back_office(**options: object) -> World:
    """Return a world at rest whose books are the back office."""
    world = a_new_world(**options)
    connection = world.books_connection
    world.open_books = lambda: links.open_books(connection, None)
    assert world.books.check().is_usable
    for sku in ("MUG", "PEN"):
        item = create_item(world.company, {"name": sku, "sku": sku}, at=world.clock())
        line = CountDraft(item.pk, None, delta=Decimal(20))
        header = Header(f"count-{sku}", world.clock().date())
        draft = AdjustmentDraft(header, (line,), "Counted")
        post(world.company, draft, at=world.clock())
    world.rest(rounds=2)
    return world


def approve(world: World, run: Run) -> None:
    """Let a run be looked over, and all of it be done."""
    world.clock.advance(minutes=1)
    world.store_job()
    run.refresh_from_db()
    world.approve(run)
    world.rest()


def mugs_on_hand() -> Decimal:
    """Return how many mugs stand on the shelf."""
    return Item.objects.get(sku="MUG").levels.get().on_hand
