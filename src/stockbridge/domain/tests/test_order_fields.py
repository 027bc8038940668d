"""Fields of a store's orders: carried where the books' settings name them."""

from dataclasses import replace

import pytest

from stockbridge.domain.accounting import AmendmentDocument, SaleDocument
from stockbridge.domain.commerce import Order
from stockbridge.domain.delivery import State
from stockbridge.domain.policy import Ground
from stockbridge.domain.posting import substance_of
from stockbridge.domain.tests.booking import booked
from stockbridge.domain.tests.builders import (
    a_ground,
    a_line,
    a_policy,
    an_order,
    booked_from,
)
from stockbridge.domain.tests.plans import SHIPPED, effects, plan, posted


def with_fields(order: Order | None = None, **fields: str) -> Order:
    return replace(order or an_order(), meta=tuple(fields.items()))


def naming(*names: str) -> Ground:
    return a_ground(policy=a_policy(order_fields=names))


def test_a_sale_carries_the_fields_that_are_named_and_no_other() -> None:
    order = with_fields(_po_number="PO-7", gift="Happy birthday")

    sale = booked(order, naming("_po_number", "reseller"))

    assert sale.order_fields == (("_po_number", "PO-7"),)


@pytest.mark.parametrize("names", [(), ("reseller",)])
def test_a_sale_that_names_no_field_of_its_order_is_the_same_as_without_any(
    names: tuple[str, ...],
) -> None:
    sale = booked(with_fields(_po_number="PO-7"), naming(*names))

    assert sale == booked(an_order())


def test_the_order_of_names_in_a_setting_makes_no_other_sale() -> None:
    order = with_fields(a="1", b="2")

    first, second = booked(order, naming("a", "b")), booked(order, naming("b", "a"))

    assert substance_of(first) == substance_of(second)


@pytest.mark.parametrize("state", [State.READY, State.HELD, State.FAILED])
def test_a_sale_that_did_not_leave_yet_takes_on_a_field_that_changed(
    state: State,
) -> None:
    ground = naming("_po_number")
    first = plan(with_fields(_po_number="PO-7"), ground=ground)
    waiting = [booked_from(one, state=state) for one in first.planned]

    made = plan(with_fields(_po_number="PO-8"), waiting, ground)

    assert effects(made) == ["sale", "payment"]
    assert isinstance(sale := made.planned[0].document, SaleDocument)
    assert sale.order_fields == (("_po_number", "PO-8"),)


def test_a_field_that_no_setting_names_plans_nothing_anew() -> None:
    ground = naming("_po_number")
    first = plan(with_fields(_po_number="PO-7", seen="1"), ground=ground)
    waiting = [booked_from(one, state=State.READY) for one in first.planned]

    made = plan(with_fields(_po_number="PO-7", seen="2"), waiting, ground)

    assert effects(made) == []
    assert set(made.kept) == {one.key for one in waiting}


@pytest.mark.parametrize("before", [(), ("_po_number",)])
@pytest.mark.parametrize("now", [(), ("_po_number",), ("reseller",)])
def test_naming_fields_later_or_no_longer_touches_no_sale_that_is_in_the_books(
    before: tuple[str, ...], now: tuple[str, ...]
) -> None:
    order = with_fields(_po_number="PO-7", reseller="R-1")
    done = posted(order, ground=naming(*before))

    made = plan(replace(order, **SHIPPED), done, naming(*now))

    assert made.holds == ()
    assert "amendment" not in effects(made)
    assert made.superseded == ()


def test_an_amended_order_keeps_the_fields_that_it_was_booked_with() -> None:
    ground = naming("_po_number")
    done = posted(with_fields(_po_number="PO-7"), ground=ground)
    grown = an_order(lines=[a_line(quantity="3", total="15.00")])

    made = plan(with_fields(grown, _po_number="PO-8"), done, ground)

    assert effects(made)[0] == "amendment"
    amendment = made.planned[0].document
    assert isinstance(amendment, AmendmentDocument)
    assert amendment.document.order_fields == (("_po_number", "PO-7"),)
