"""Whom the books know already is billed by the keys that the connection chose."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stockbridge.domain.catalog import BooksCustomer
from stockbridge.domain.customer_matching import CustomerKey
from stockbridge.domain.tests.builders import a_books_customer, a_customer, a_guest
from stockbridge.engine import privacy
from stockbridge.engine.actions.bridges import save_options
from stockbridge.engine.customer_candidates import customer_candidates
from stockbridge.engine.models import Snapshot
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
FILLING = import_module("stockbridge.engine.migrations.0019_customer_keys")
BY_BOTH = "email_then_name_and_phone"
OLD = a_books_customer(email="old@example.com", phone="(555) 010-0100")
BUYER = a_guest(email="new@example.com", phone="+1 555 010 0100")


def test_by_default_only_the_address_counts_as_it_always_did() -> None:
    world = _with(OLD)

    world.shop.place(an_order(customer=BUYER))
    world.rest()

    assert world.outcome("727") == "posted"
    assert len(world.ledger.customers) == 2


def test_a_guest_with_a_new_address_is_billed_to_who_has_the_name_and_phone() -> None:
    world = _with(OLD, customer_matching=BY_BOTH)

    world.shop.place(an_order(customer=BUYER))
    world.rest()

    assert world.outcome("727") == "posted"
    assert list(world.ledger.customers) == ["C1"]
    assert _billed(world) == "C1"


def test_the_address_comes_before_name_and_phone_where_it_is_chosen_first() -> None:
    namesake = a_books_customer(external_id="C2", email=BUYER.email, phone="")
    first = _with(OLD, namesake, customer_matching=BY_BOTH)

    first.shop.place(an_order(customer=BUYER))
    first.rest()

    assert _billed(first) == "C2"


def test_two_who_fit_hold_the_order_until_the_choice_is_another() -> None:
    twin = a_books_customer(external_id="C2", email="", phone="555-010-0100")
    start = "2026-01-01T00:00:00Z"
    world = _with(OLD, twin, customer_matching=BY_BOTH, start_date=start)
    world.shop.place(an_order(customer=BUYER))
    world.rest()
    held, title = world.outcome("727"), world.issue("customer_ambiguous").title

    save_options(world.bridge, {"customer_matching": "email"}, world.act)
    world.rest()

    assert held == "held"
    assert "2 customers have its name and telephone number" in title
    assert world.outcome("727") == "posted"


def test_many_orders_cost_one_query_for_each_key() -> None:
    world = _with(*(a_books_customer(external_id=f"C{n}") for n in range(20)))
    people = [a_customer(email=f"{n}@example.com") for n in range(50)]
    keys = (CustomerKey.EMAIL, CustomerKey.NAME_AND_PHONE)

    with CaptureQueriesContext(connection) as asked:
        found = customer_candidates(world.bridge.books_id, people, keys)

    assert len(asked) == 2
    assert [len(one) for one in found] == [20] * 50


def test_an_erased_customer_is_found_by_nothing() -> None:
    world = _with(OLD)
    row = Snapshot.objects.get(feed="customers", external_id="C1")

    privacy.forget_snapshot(row)

    (found,) = customer_candidates(world.bridge.books_id, [BUYER], tuple(CustomerKey))
    assert found == ()
    assert Snapshot.objects.filter(phone_key__isnull=False).count() == 0


def test_customers_read_before_the_upgrade_are_found_after_it() -> None:
    world = _with(OLD, a_books_customer(external_id="C2", name="", phone="1"))
    rows = Snapshot.objects.filter(feed="customers").order_by("external_id")
    fields = ("external_id", "name_key", "phone_key")
    read = list(rows.values_list(*fields))
    rows.update(name_key=None, phone_key=None)

    FILLING.fill(apps, None)

    assert list(rows.values_list(*fields)) == read
    (found,) = customer_candidates(
        world.bridge.books_id, [BUYER], [CustomerKey.NAME_AND_PHONE]
    )
    assert [one.external_id for one in found] == ["C1"]


def _with(*people: BooksCustomer, **options: object) -> World:
    world = a_world(**options)
    for one in people:
        world.ledger.add_customer(one)
    world.clock.advance(hours=2)
    world.rest(rounds=2)
    return world


def _billed(world: World) -> str:
    (sale,) = world.deliveries(kind="sale")
    assert sale.document is not None
    return str(sale.document["customer"]["books_id"])
