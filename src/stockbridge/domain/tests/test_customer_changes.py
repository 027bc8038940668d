"""What the store changed of a customer reaches the books, and nothing else does."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
)
from stockbridge.domain.commerce import Address
from stockbridge.domain.customer_changes import CUSTOMER_FORM, change_of, said_of
from stockbridge.domain.record_changes import Agreed, Decided, decide, is_there
from stockbridge.domain.three_way import FieldOwner

ADA = CustomerRecord(
    "Ada Example",
    email="ada@example.com",
    phone="555-0100",
    first_name="Ada",
    last_name="Example",
    billing=Address(line1="1 Main Street", city="Springfield"),
)
MOVED = replace(ADA, billing=replace(ADA.billing, line1="2 Side Street"))
BOOKS = BooksRef("C-1")
ALL = dict.fromkeys(CustomerField, FieldOwner.CHANGED)


def a_change(
    after: CustomerRecord, owner: FieldOwner = FieldOwner.CHANGED
) -> CustomerChange:
    change = change_of(BOOKS, ADA, after, dict.fromkeys(CustomerField, owner))
    assert change is not None
    return change


def told(record: CustomerRecord) -> dict[CustomerField, tuple[str, ...]]:
    return {field: said_of(record, field) for field in CustomerField}


def decided(change: CustomerChange, now: CustomerRecord) -> Decided[CustomerField]:
    return decide(
        change, now=told(now), before=told(change.before), after=told(change.after)
    )


def test_a_customer_who_moved_is_a_change_of_the_address_alone() -> None:
    assert a_change(MOVED).fields == (CustomerField.BILLING,)


def test_the_same_in_other_letters_is_no_change() -> None:
    same = replace(ADA, email="ADA@example.com ", phone="(555) 0100")

    assert change_of(BOOKS, ADA, same, ALL) is None


def test_a_field_that_the_store_does_not_own_is_never_a_change() -> None:
    owners = {CustomerField.BILLING: FieldOwner.NOBODY}

    assert change_of(BOOKS, ADA, MOVED, owners) is None
    owners = {CustomerField.BILLING: FieldOwner.BOOKS}
    assert change_of(BOOKS, ADA, MOVED, owners) is None


def test_what_the_store_emptied_is_not_carried() -> None:
    emptied = replace(ADA, phone="", billing=Address(country="US"))

    assert change_of(BOOKS, ADA, emptied, ALL) is None


def test_what_the_books_still_say_as_agreed_is_written() -> None:
    assert decided(a_change(MOVED), ADA) == Decided(write=(CustomerField.BILLING,))


def test_an_empty_field_of_the_books_is_filled() -> None:
    bare = replace(ADA, billing=Address())

    assert decided(a_change(MOVED), bare).write == (CustomerField.BILLING,)


def test_what_somebody_typed_into_the_books_stays() -> None:
    typed = replace(ADA, billing=replace(ADA.billing, line1="PO Box 9"))

    assert decided(a_change(MOVED), typed) == Decided(kept=(CustomerField.BILLING,))


def test_where_the_store_rules_what_somebody_typed_is_overwritten() -> None:
    typed = replace(ADA, billing=replace(ADA.billing, line1="PO Box 9"))
    change = a_change(MOVED, FieldOwner.STORE)

    assert decided(change, typed) == Decided(write=(CustomerField.BILLING,))


def test_what_the_books_say_already_is_not_written_again() -> None:
    change = a_change(MOVED)

    assert decided(change, MOVED) == Decided()
    assert is_there(change, now=told(MOVED), after=told(MOVED))
    assert not is_there(change, now=told(ADA), after=told(MOVED))


NAMES = st.text(alphabet="abc ", max_size=4)
RECORDS = st.builds(
    CustomerRecord,
    name=NAMES,
    email=NAMES,
    phone=st.text(alphabet="12- ", max_size=4),
    first_name=NAMES,
    last_name=NAMES,
    company=NAMES,
    billing=st.builds(Address, line1=NAMES, city=NAMES),
    shipping=st.builds(Address, line1=NAMES, city=NAMES),
)


@given(before=RECORDS, after=RECORDS, now=RECORDS)
def test_after_writing_nothing_is_left_to_write_and_nothing_typed_is_gone(
    before: CustomerRecord, after: CustomerRecord, now: CustomerRecord
) -> None:
    change = change_of(BOOKS, before, after, ALL)
    if change is None:
        return
    first = decided(change, now)

    books = told(now) | {field: told(after)[field] for field in first.write}
    again = decide(change, now=books, before=told(before), after=told(after))

    assert again == Decided(kept=first.kept)
    assert is_there(change, now=books, after=told(after)) is not bool(first.kept)
    assert set(first.write).isdisjoint(first.kept)


def test_a_field_whose_change_was_dropped_is_compared_with_what_the_books_know() -> (
    None
):
    wrong = replace(ADA, email="wrong@example.com")
    right = replace(ADA, email="right@example.com")
    known = Agreed(ADA, ADA, ADA).dropped(CUSTOMER_FORM, a_change(wrong))

    change = change_of(BOOKS, known.told, right, ALL, since=known.said)

    assert change is not None
    assert decided(change, ADA).write == (CustomerField.EMAIL,)
    assert change_of(BOOKS, known.told, wrong, ALL, since=known.said) is None


def test_what_a_change_left_out_is_still_to_be_carried_by_hand() -> None:
    moved = replace(MOVED, phone="555-0199")
    known = Agreed(ADA, ADA, ADA).looked(CUSTOMER_FORM, MOVED)
    change = change_of(BOOKS, known.told, moved, ALL, since=known.seen)
    assert change is not None
    assert change.fields == (CustomerField.PHONE,)

    known = known.posted(CUSTOMER_FORM, change)

    by_hand = change_of(BOOKS, known.told, moved, ALL, since=known.said)
    assert by_hand is not None
    assert by_hand.fields == (CustomerField.BILLING,)
    assert change_of(BOOKS, known.told, moved, ALL, since=known.seen) is None
