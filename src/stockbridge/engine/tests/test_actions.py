"""Acts of people: each checks, says why not, and lets the work go on by itself."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.domain.tests.builders import (
    a_books_customer,
    a_books_item,
    a_customer,
    a_line,
    a_refund,
    a_store_item,
)
from stockbridge.engine.actions.bridges import save_options
from stockbridge.engine.actions.issues import settle_issue
from stockbridge.engine.actions.mappings import (
    MappingDraft,
    delete_mapping,
    seen_payment_methods,
    set_mapping,
)
from stockbridge.engine.actions.orders import import_again, mark_booked_elsewhere
from stockbridge.engine.actions.pairs import (
    Part,
    link_customer,
    link_item,
    unlink_item,
)
from stockbridge.engine.models import Binding, Mapping
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


# ── orders ───────────────────────────────────────────────────────────────────


def test_an_order_booked_elsewhere_leaves_the_queue_and_the_shelf() -> None:
    world = a_world(orders_enabled=False)
    world.shop.place(an_order())
    world.rest()
    assert world.target("93").desired == 18
    world.ledger.count_stock("I1", 18)  # whoever booked it took the goods, too

    acted = mark_booked_elsewhere(world.bridge, ["727"], world.act)
    world.rest()

    assert acted.count == 1
    assert world.outcome("727") == "booked_elsewhere"
    assert world.target("93").desired == 18
    assert world.ledger.sale_totals() == []


def test_a_held_order_booked_elsewhere_closes_its_issue() -> None:
    world = a_world()
    world.shop.place(an_order(total="17.01"))
    world.rest()
    assert len(world.issues()) == 1

    mark_booked_elsewhere(world.bridge, ["727"], world.act)
    world.shop.change("727", note="changed")
    world.rest()

    assert world.issues() == []
    assert world.outcome("727") == "booked_elsewhere"


def test_an_order_in_the_books_cannot_be_booked_elsewhere() -> None:
    world = _booked()

    acted = mark_booked_elsewhere(world.bridge, ["727"], world.act)

    assert acted.count == 0
    assert acted.refused[0].subject_id == "727"
    assert world.outcome("727") == "posted"


def test_a_later_refund_of_an_order_booked_elsewhere_is_left_there() -> None:
    world = a_world(orders_enabled=False)
    world.shop.place(an_order())
    world.rest()
    mark_booked_elsewhere(world.bridge, ["727"], world.act)

    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()

    assert world.outcome("801", "refund") == "booked_elsewhere"


def test_an_order_booked_elsewhere_by_mistake_can_be_imported_after_all() -> None:
    world = a_world()
    world.shop.place(an_order(status=OrderStatus.ON_HOLD, paid_at=None))
    world.rest()
    mark_booked_elsewhere(world.bridge, ["727"], world.act)
    world.rest()

    acted = import_again(world.bridge, ["727"], world.act)
    world.rest()

    assert acted.count == 1
    assert world.outcome("727") == "posted"  # by hand: unpaid does not matter


def test_importing_again_what_nobody_put_aside_says_so() -> None:
    world = _booked()

    acted = import_again(world.bridge, ["727"], world.act)

    assert acted.count == 0
    assert len(acted.refused) == 1


# ── issues ───────────────────────────────────────────────────────────────────


def test_a_change_after_shipping_can_be_settled_by_hand() -> None:
    world = _booked()
    world.shop.ship("727")
    world.rest()
    world.shop.cancel("727")
    world.rest()
    issue = world.issue("cancelled_after_shipping")

    settle_issue(issue, world.act)
    world.shop.change("727", note="seen again")
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.issues() == []
    assert len(world.ledger.sale_totals()) == 1


def test_a_hold_of_an_order_outside_of_the_books_is_not_settled_away() -> None:
    world = a_world()
    world.shop.place(an_order(total="17.01"))
    world.rest()

    with pytest.raises(ActionNeededError, match="not in the books"):
        settle_issue(world.issues()[0], world.act)

    assert world.outcome("727") == "held"


# ── links ────────────────────────────────────────────────────────────────────


def test_a_link_by_hand_lets_waiting_orders_go_on() -> None:
    world = _with_strange_item()
    assert world.outcome("727") == "held"

    link_item(world.bridge, "777", [Part("I1")], world.act)
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.ledger.committed("I1") == 2


def test_a_pack_takes_its_units_and_shows_whole_packs() -> None:
    world = _with_strange_item()

    link_item(world.bridge, "777", [Part("I1", "6")], world.act)
    world.rest()

    assert world.ledger.committed("I1") == 12
    assert world.target("777").desired == 1  # eight are left: one pack of six
    assert world.shown("93") == 8


def test_a_bundle_shows_what_its_scarcest_part_allows() -> None:
    world = _with_strange_item()
    world.ledger.count_stock("I2", 5)

    link_item(world.bridge, "777", [Part("I1"), Part("I2", "2")], world.act)
    world.rest()

    assert world.ledger.committed("I1") == 2
    assert world.ledger.committed("I2") == 4
    assert world.target("777").desired == 0


@pytest.mark.parametrize("factor", ["0", "-1", "many", "0.00001", "NaN"])
def test_a_factor_that_is_no_count_is_refused(factor: str) -> None:
    world = _with_strange_item()

    with pytest.raises(InvalidInputError) as caught:
        link_item(world.bridge, "777", [Part("I1", factor)], world.act)

    assert caught.value.field == "factor"


def test_a_link_to_nothing_is_refused() -> None:
    world = _with_strange_item()

    with pytest.raises(InvalidInputError) as caught:
        link_item(world.bridge, "777", [Part("nowhere")], world.act)

    assert caught.value.field == "books_id"


def test_an_item_that_was_unlinked_stays_unlinked() -> None:
    world = a_world()

    unlink_item(world.bridge, "93", world.act)
    world.ledger.count_stock("I1", 3)
    world.rest()

    assert not Binding.objects.filter(store_id="93").exists()
    assert world.shown("93") == 20
    link_item(world.bridge, "93", [Part("I1")], world.act)
    world.rest()
    assert world.shown("93") == 3


def test_an_item_is_linked_again_as_soon_as_it_is_forgotten_that_it_must_not() -> None:
    world = a_world()
    unlink_item(world.bridge, "93", world.act)
    world.rest(rounds=1)

    delete_mapping(Mapping.objects.get(kind="unlinked"), world.act)
    world.rest(rounds=1)

    assert Binding.objects.get(store_id="93").books_id == "I1"


def test_linking_by_hand_writes_the_bridge_before_targets_as_planning_does() -> None:
    world = a_world()

    with CaptureQueriesContext(connection) as asked:
        link_item(world.bridge, "93", [Part("I2")], world.act)

    written = [table for one in asked if (table := _written(one["sql"]))]
    assert written.index("engine_bridge") < written.index("engine_stocktarget")


def test_a_customer_linked_by_hand_is_the_one_who_is_billed() -> None:
    world = a_world(customers="match_or_hold")
    world.shop.add_customer(a_customer())
    world.ledger.add_customer(a_books_customer(email="other@example.com"))
    world.clock.advance(hours=2)
    world.shop.place(an_order())
    world.rest()
    assert world.outcome("727") == "held"

    link_customer(world.bridge, "5", "C1", world.act)
    world.rest()

    assert world.outcome("727") == "posted"
    assert list(world.ledger.customers) == ["C1"]


# ── mappings and options ─────────────────────────────────────────────────────


def test_a_payment_method_goes_to_its_account() -> None:
    world = a_world()
    draft = MappingDraft("payment_method", "card", {"account_id": "A4"}, "Card")

    set_mapping(world.bridge, draft, world.act)
    world.shop.place(an_order())
    world.rest()

    payment = world.deliveries(kind="payment")[0]
    assert payment.document is not None
    assert payment.document["account_id"] == "A4"
    assert seen_payment_methods(world.bridge) == {"card": "Credit card"}


def test_an_account_that_the_books_do_not_have_is_refused() -> None:
    world = a_world()
    draft = MappingDraft("payment_method", "card", {"account_id": "nowhere"})

    with pytest.raises(InvalidInputError) as caught:
        set_mapping(world.bridge, draft, world.act)

    assert caught.value.field == "account_id"


def test_a_mapping_can_be_forgotten() -> None:
    world = a_world()
    draft = MappingDraft("payment_method", "card", {"account_id": "A4"})
    mapping = set_mapping(world.bridge, draft, world.act)

    delete_mapping(mapping, world.act)

    assert not Mapping.objects.filter(kind="payment_method").exists()


def test_switching_the_import_on_takes_the_orders_that_waited_for_it() -> None:
    world = a_world(orders_enabled=False)
    world.shop.place(an_order(placed_at=world.clock()))
    world.rest()
    assert world.disposition("727").code == "by_hand"

    save_options(world.bridge, {"orders_enabled": True}, world.act)
    world.bridge.refresh_from_db()
    world.rest()

    assert world.outcome("727") == "posted"


def test_a_buffer_takes_effect_at_the_next_sync() -> None:
    world = a_world()

    save_options(world.bridge, {"buffer": "5"}, world.act)
    world.bridge.refresh_from_db()
    world.rest()

    assert world.shown("93") == 15


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("location", "nowhere"),
        ("locations", ["L1", "nowhere"]),
        ("rounding_account", "nowhere"),
        ("fallback_item", "nowhere"),
        ("shared_customer", "nowhere"),
    ],
)
def test_an_option_that_names_what_the_books_do_not_have_is_refused(
    option: str, value: object
) -> None:
    world = a_world()

    with pytest.raises(InvalidInputError) as caught:
        save_options(world.bridge, {option: value}, world.act)

    assert caught.value.field == option


def _booked() -> World:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    assert world.outcome("727") == "posted"
    return world


def _with_strange_item() -> World:
    """Return a world in which an order waits for an item that the books call else."""
    world = a_world()
    world.shop.add_item(
        a_store_item(
            external_id="777",
            product_id="777",
            name="Six mugs",
            sku="SIX",
            stock_quantity=Decimal(9),
        )
    )
    world.ledger.add_item(a_books_item(external_id="I3", name="Box", sku="BOX"), 1)
    world.shop.place(an_order(lines=(a_line(item_id="777", sku="SIX"),)))
    world.rest()
    return world


def _written(sql: str) -> str:
    """Return the table that a statement changes rows of; "" where it changes none."""
    verb, _, rest = sql.partition('"')
    return rest.partition('"')[0] if verb == "UPDATE " else ""
