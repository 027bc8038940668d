"""What the store changed of an item reaches the books, and nothing else does."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import BooksRef, ItemChange, ItemField, ItemRecord
from stockbridge.domain.breakers import EffectKind
from stockbridge.domain.item_changes import (
    ITEM_FORM,
    change_of,
    price_effect,
    said_of,
    told_part,
    wanted,
)
from stockbridge.domain.record_changes import Agreed, Decided, decide, is_there
from stockbridge.domain.tests.builders import usd
from stockbridge.domain.three_way import FieldOwner

MUG = ItemRecord("Mug", sku="MUG", description="Blue", price=usd("5.00"), upc="123")
BOOKS = BooksRef("I-1")
ALL = dict.fromkeys(ItemField, FieldOwner.CHANGED)


def a_change(after: ItemRecord, owner: FieldOwner = FieldOwner.CHANGED) -> ItemChange:
    change = change_of(BOOKS, MUG, after, dict.fromkeys(ItemField, owner))
    assert change is not None
    return change


def told(record: ItemRecord) -> dict[ItemField, tuple[str, ...]]:
    return {field: said_of(record, field) for field in ItemField}


def decided(change: ItemChange, now: ItemRecord) -> Decided[ItemField]:
    return decide(
        change, now=told(now), before=told(change.before), after=told(change.after)
    )


def test_another_price_is_a_change_of_the_price_alone() -> None:
    assert a_change(replace(MUG, price=usd("6.00"))).fields == (ItemField.PRICE,)
    same = replace(MUG, price=usd("5.0"))
    assert change_of(BOOKS, MUG, same, ALL) is None


def test_with_the_name_goes_the_description_that_may_hold_the_whole_of_it() -> None:
    change = a_change(replace(MUG, name="Large mug"))

    assert change.fields == (ItemField.NAME, ItemField.DESCRIPTION)
    assert decided(change, MUG).write == (ItemField.NAME,)


def test_what_the_books_own_and_what_is_no_field_is_no_change() -> None:
    kept = {**ALL, ItemField.PRICE: FieldOwner.NOBODY}
    after = replace(MUG, price=usd("6.00"), attribute="Red", department="Kitchen")

    assert change_of(BOOKS, MUG, after, kept) is None


def test_an_emptied_field_stays_also_beside_another_that_changed() -> None:
    after = replace(MUG, name="Large mug", description="", price=None, upc="")

    change = a_change(after)

    assert change.after == replace(MUG, name="Large mug")


def test_what_somebody_typed_stays_unless_the_store_rules() -> None:
    typed = replace(MUG, price=usd("5.50"))
    after = replace(MUG, price=usd("6.00"))

    assert decided(a_change(after), typed).kept == (ItemField.PRICE,)
    ruled = a_change(after, FieldOwner.STORE)
    assert decided(ruled, typed).write == (ItemField.PRICE,)


def test_a_code_that_the_books_cannot_hold_empties_nothing() -> None:
    after = {ItemField.NAME: ("",), ItemField.UPC: ("",)}

    assert wanted(after) == {ItemField.NAME: ("",)}


def test_a_price_counts_by_how_far_it_moves() -> None:
    effect = price_effect(a_change(replace(MUG, price=usd("7.50"))), "I-1")

    assert effect is not None
    assert (effect.kind, effect.amount) == (EffectKind.REPRICED, Decimal(50))
    assert price_effect(a_change(replace(MUG, name="Cup")), "I-1") is None


NAMES = st.text(alphabet="abc ", max_size=4)
RECORDS = st.builds(
    ItemRecord,
    name=NAMES,
    sku=st.just("MUG"),
    upc=st.text(alphabet="123", max_size=3),
    description=NAMES,
    price=st.none() | st.sampled_from(["1.00", "2.50", "3.00"]).map(usd),
)


@given(before=RECORDS, after=RECORDS, now=RECORDS)
def test_after_writing_nothing_is_left_to_write_and_nothing_typed_is_gone(
    before: ItemRecord, after: ItemRecord, now: ItemRecord
) -> None:
    change = change_of(BOOKS, before, after, ALL)
    if change is None:
        return
    whole = told(change.after)
    first = decided(change, now)

    books = told(now) | {field: whole[field] for field in first.write}
    again = decide(change, now=books, before=told(before), after=whole)

    assert again == Decided(kept=first.kept)
    there = is_there(change, now=books, before=told(before), after=whole)
    assert there is not bool(first.kept)
    assert set(first.write).isdisjoint(first.kept)


@given(before=RECORDS, after=RECORDS)
def test_what_was_posted_is_not_a_change_again(
    before: ItemRecord, after: ItemRecord
) -> None:
    change = change_of(BOOKS, before, after, ALL)
    if change is None:
        return
    base = told_part(before)

    known = Agreed(base, base, base).posted(ITEM_FORM, change)

    assert change_of(BOOKS, known.told, after, ALL, since=known.said) is None
