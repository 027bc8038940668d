"""Items are created once, as drafts, and kept exactly as we said."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.encode import (
    OUR_MARK,
    checked_sku,
    encoded_creation,
    encoded_item,
    price_text,
)
from stockbridge.connectors.stores.woocommerce.item_writes import is_ours
from stockbridge.connectors.stores.woocommerce.simulator.dates import sent_date
from stockbridge.connectors.stores.woocommerce.simulator.product_answer import (
    is_on_sale,
)
from stockbridge.connectors.stores.woocommerce.tests.desk import (
    ALL_VERSIONS,
    a_desk,
)
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    ConflictError,
    InvalidInputError,
)
from stockbridge.domain.money import Money
from stockbridge.ports import ItemWrite


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


def a_new_item(**changes: Any) -> ItemWrite:
    usual = {"name": "Mug", "sku": "MUG", "price": usd("12.50")}
    return ItemWrite(**{**usual, **changes})


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_a_new_item_is_a_draft_with_its_stock_price_and_category(version: str) -> None:
    row = a_new_item(
        name="Salt & Pepper",
        quantity=Decimal(4),
        track_stock=True,
        categories=("Tools & Hardware",),
    )
    with a_desk(version) as desk:
        (result,) = desk.store().write_items([row])

    assert result.error is None
    assert result.item is not None
    assert result.item.status == "draft"
    assert result.item.name == "Salt & Pepper"
    assert result.item.price == usd("12.50")
    assert result.item.stock_quantity == 4
    assert result.item.categories == ("Tools & Hardware",)


def test_a_creation_whose_answer_got_lost_is_found_and_not_made_twice() -> None:
    with a_desk() as desk:
        store = desk.store()
        store.check()
        desk.simulator.faults.add(Fault(FaultKind.ANSWER_LOST, method="POST"))
        with pytest.raises(AnswerLostError):
            store.write_items([a_new_item()])

        (again,) = store.write_items([a_new_item()])

        skus = [p.sku for p in desk.simulator.state.products.values()]
    assert again.error is None
    assert again.item is not None
    assert skus.count("MUG") == 1


@pytest.mark.parametrize(
    ("meta_data", "is_known"),
    [
        ([{"key": OUR_MARK, "value": "MUG"}], True),
        ({"3": {"key": OUR_MARK, "value": "MUG"}}, True),  # a list with a hole
        ([{"key": OUR_MARK, "value": "CUP"}], False),
        ([None, "x"], False),
        ("x", False),
        (None, False),
    ],
)
def test_our_mark_is_found_in_whatever_the_store_shows_as_meta_data(
    meta_data: object,
    is_known: bool,  # noqa: FBT001 - a case of the table
) -> None:
    assert is_ours({"id": 7, "sku": "MUG", "meta_data": meta_data}) is is_known


def test_a_sku_that_another_product_has_is_a_conflict() -> None:
    with a_desk() as desk:
        desk.simulator.add_product(name="Theirs", sku="mug")

        (result,) = desk.store().write_items([a_new_item()])

        assert len(desk.simulator.state.products) == 1
    assert isinstance(result.error, ConflictError)


def test_one_bad_row_does_not_stop_the_others() -> None:
    rows = [
        a_new_item(sku="A%2F"),
        a_new_item(sku="B"),
        a_new_item(sku=""),
        a_new_item(item_id="99999", sku=None),
    ]
    with a_desk() as desk:
        bad, good, without, gone = desk.store().write_items(rows)

    assert isinstance(bad.error, InvalidInputError)
    assert bad.error.field == "sku"
    assert good.error is None
    assert isinstance(without.error, InvalidInputError)
    assert isinstance(gone.error, ActionNeededError)


@pytest.mark.parametrize(
    "odd",
    [
        {"item_id": "SKU-7"},
        {"kind": "variation", "product_id": "SKU-7"},
        {"kind": "variation", "product_id": ""},
        {"item_id": "7/../8"},
    ],
)
def test_an_id_that_is_none_of_the_stores_fails_its_own_row_only(
    odd: dict[str, str],
) -> None:
    rows = [a_new_item(sku="A", **odd), a_new_item(sku="B")]
    with a_desk() as desk:
        bad, good = desk.store().write_items(rows)

    assert isinstance(bad.error, InvalidInputError)
    assert good.error is None


def test_variations_of_a_product_that_is_gone_do_not_stop_the_others() -> None:
    lost = a_new_item(kind="variation", product_id="99999", sku="A")
    with a_desk() as desk:
        bad, good = desk.store().write_items([lost, a_new_item(sku="B")])

    assert isinstance(bad.error, ActionNeededError)
    assert good.error is None


def test_prices_are_changed_and_sale_prices_set_and_cleared() -> None:
    with a_desk() as desk:
        store = desk.store()
        (made,) = store.write_items([a_new_item()])

        (cut,) = store.write_items(
            [ItemWrite(made.item_id, price=usd("11"), sale_price=usd("9.99"))]
        )
        (back,) = store.write_items([ItemWrite(made.item_id, clear_sale_price=True)])

    assert cut.item is not None
    assert (cut.item.price, cut.item.sale_price) == (usd("11"), usd("9.99"))
    assert back.item is not None
    assert (back.item.price, back.item.sale_price) == (usd("11"), None)


@pytest.mark.parametrize("ends", ["2020-01-01T00:00:00", "2090-01-01T00:00:00"])
def test_a_sale_begins_at_once_whatever_dates_an_earlier_one_had(ends: str) -> None:
    sale = ItemWrite(price=usd("11"), sale_price=usd("9.99"))
    with a_desk() as desk:
        store = desk.store()
        (made,) = store.write_items([a_new_item()])
        product = desk.simulator.state.products[int(made.item_id)]
        product.sale_price = "9.99"
        product.sale_to = sent_date(ends, is_gmt=True, zone="UTC")
        before = store.find_item("MUG")

        (cut,) = store.write_items([replace(sale, item_id=made.item_id)])

        assert is_on_sale(product, desk.simulator.state.now())
    assert before is not None
    assert before.is_sale_dated
    assert cut.item is not None
    assert not cut.item.is_sale_dated
    assert cut.error is None


def test_a_product_with_variations_is_built() -> None:
    with a_desk() as desk:
        store = desk.store()
        (shirt,) = store.write_items(
            [
                ItemWrite(
                    kind="variable",
                    name="Shirt",
                    sku="SHIRT",
                    attributes=(("Size", "S"), ("Size", "M")),
                )
            ]
        )

        (small,) = store.write_items(
            [
                ItemWrite(
                    product_id=shirt.item_id,
                    kind="variation",
                    sku="SHIRT-S",
                    price=usd("15"),
                    attributes=(("Size", "S"),),
                )
            ]
        )

    assert small.error is None
    assert small.item is not None
    assert (small.item.name, small.item.product_id) == ("Shirt - S", shirt.item_id)
    assert small.item.attributes == (("Size", "S"),)


def test_a_name_that_the_store_changes_is_noticed() -> None:
    with a_desk() as desk:
        (result,) = desk.store().write_items(
            [a_new_item(name="Mug <script>x</script>")]
        )

    assert result.item is not None
    assert result.item.name == "Mug x"
    assert result.error is not None
    assert result.error.code == "kept_otherwise"
    assert "name" in result.error.message


@pytest.mark.parametrize("name", ["Mug <b>big</b>", "Salt & Pepper", "Mug <5 cm"])
def test_a_name_that_only_looks_changed_is_not_complained_of(name: str) -> None:
    with a_desk() as desk:
        (result,) = desk.store().write_items([a_new_item(name=name)])

    assert result.error is None
    assert result.item is not None
    assert result.item.name == name


def test_prices_in_another_currency_are_refused() -> None:
    with a_desk() as desk:
        euros = Money(Decimal("5"), "EUR")

        (result,) = desk.store().write_items([a_new_item(price=euros)])

    assert isinstance(result.error, InvalidInputError)
    assert result.error.field == "price"


@given(st.decimals(min_value=0, max_value=99_999, places=4))
def test_a_price_leaves_as_plain_text_of_the_same_value(amount: Decimal) -> None:
    text = price_text(Money(amount, "USD"), "USD", "price")

    assert set(text) <= set("0123456789.")
    assert Decimal(text) == amount


@pytest.mark.parametrize("amount", ["1E+3", "-3", "-0", "1E+20"])
def test_a_price_that_the_store_would_twist_is_refused_or_written_plainly(
    amount: str,
) -> None:
    price = Money(Decimal(amount), "USD")

    if amount == "1E+3":
        assert price_text(price, "USD", "price") == "1000"
    else:
        with pytest.raises(InvalidInputError):
            price_text(price, "USD", "price")


@pytest.mark.parametrize(
    "sku", [" A", "A ", "A  B", "A%2FB", "A\tB", "A\nB", "<b>", "x" * 101]
)
def test_a_sku_that_the_store_would_change_is_refused(sku: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        checked_sku(sku)

    assert caught.value.field == "sku"


@pytest.mark.parametrize("sku", ["A,B & C+D/", "100%", "ÄÖ-1", "a/b", "5% off"])
def test_an_odd_sku_that_the_store_keeps_is_taken(sku: str) -> None:
    assert checked_sku(sku) == sku


def test_a_sale_price_that_is_none_is_refused() -> None:
    row = a_new_item(sale_price=usd("13.00"))

    with pytest.raises(InvalidInputError) as caught:
        encoded_item(row, "USD")

    assert caught.value.field == "sale_price"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "foo"}, "status"),
        ({"upc": "ABC-123"}, "upc"),
        ({"quantity": Decimal("2.9")}, "quantity"),
        ({"name": "  "}, "name"),
        ({"name": None}, "name"),
    ],
)
def test_what_a_batch_would_twist_in_silence_is_refused(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        encoded_creation(a_new_item(**changes), "USD")

    assert caught.value.field == field
