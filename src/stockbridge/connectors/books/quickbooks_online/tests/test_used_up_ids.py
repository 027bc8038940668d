"""A request id that a refusal answered is used up, in whichever try it was.

Intuit says that a request id gives the first answer again, and not whether a refusal is
one. Here it is: what is sent again with such an id is refused for ever.
"""

from collections.abc import Callable, Iterator

import pytest

from stockbridge.connectors.books.quickbooks_online.facts import Facts
from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
)
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_line,
    a_mug,
    a_post,
    a_sale,
    ada,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
    signed_in,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.accounting import BooksRef, ItemChange, ItemField, ItemRecord
from stockbridge.ports import Books, LookUpOutcome, PostOutcome, PostRequest


@pytest.fixture
def keeping() -> Iterator[SignedIn]:
    """Return a company that gives a refusal again for the same request id."""
    options = Options(
        habits=Habits(automated_tax=True),
        limits=UNLIMITED,
        clock=SettableClock(),
        request_ids_keep_refusals=True,
    )
    with signed_in(options) as connected:
        yield connected


def refuse_second(
    connected: SignedIn, kind: str, question: str, code: str = "6200"
) -> None:
    """Refuse the try that follows the question about what is taken."""

    def refuse() -> None:
        connected.simulator.refuse(kind, code=code)

    connected.simulator.faults.interrupt(refuse, path=question)


def outcome(books: Books, post: PostRequest) -> PostOutcome:
    (result,) = books.post([post])
    return result.outcome


def a_voided_number(connected: SignedIn) -> PostRequest:
    """Take a sale back; return the same sale, to be booked anew."""
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    posted(books, sale, "sale/1001/1")
    (first,) = connected.records("SalesReceipt")
    connected.simulator.write("SalesReceipt", dict(first), "void")
    refuse_second(connected, "SalesReceipt", "/batch")
    return a_post(sale, "sale/1001/2")


def a_taken_name(connected: SignedIn) -> PostRequest:
    a_mug(connected.books())  # so the company is known, and asked no more
    connected.simulator.write("Vendor", {"DisplayName": "Ada Example"})
    connected.settings["name_taken"] = "suffix"
    refuse_second(connected, "Customer", "/batch")
    return a_post(ada(), "customer/ada/1")


def an_old_version(connected: SignedIn) -> PostRequest:
    """Let somebody change an item between our reading and our writing."""
    item = a_mug(connected.books())
    record = ItemChange(
        BooksRef(item),
        ItemRecord("Mug", "MUG-1"),
        ItemRecord("Mug", "MUG-1", price=a_line().total),
        (ItemField.PRICE,),
        (ItemField.PRICE,),
    )
    (stored,) = [r for r in connected.records("Item") if r["Id"] == item]

    def change() -> None:
        told = {"Id": item, "SyncToken": stored["SyncToken"], "sparse": True}
        connected.simulator.write("Item", {**told, "Description": "Blue"}, "update")
        refuse_second(connected, "Item", "/batch")

    connected.simulator.faults.interrupt(change, path="/item\\?")
    return a_post(record, "item/price/1")


@pytest.mark.parametrize("given", [a_voided_number, a_taken_name, an_old_version])
def test_a_second_try_that_was_refused_is_not_refused_for_ever(
    keeping: SignedIn, given: Callable[[SignedIn], PostRequest]
) -> None:
    post = given(keeping)

    first = outcome(keeping.books(), post)
    second = outcome(keeping.books(), post)

    assert (first, second) == (PostOutcome.REFUSED, PostOutcome.POSTED)


@pytest.mark.parametrize("code", ["10000", "600"])
def test_what_ended_in_an_error_and_is_not_there_leaves_with_another_id(
    keeping: SignedIn, code: str
) -> None:
    post = a_post(a_sale(a_line(item=a_mug(keeping.books()))))
    keeping.simulator.refuse("SalesReceipt", code=code)

    in_doubt = keeping.books().post([post])
    clock = keeping.simulator.options.clock
    assert isinstance(clock, SettableClock)
    clock.advance(131)
    (answer,) = keeping.books().look_up([post])

    assert in_doubt == ()
    assert answer.outcome is LookUpOutcome.MISSING
    assert outcome(keeping.books(), post) is PostOutcome.POSTED


def test_the_ids_of_a_long_closed_period_are_all_remembered(keeping: SignedIn) -> None:
    facts = Facts(keeping.link(), keeping.simulator.realm_id)
    ids = [f"{number:036d}"[::-1] for number in range(300)]
    for start in range(0, 300, 30):
        facts.note_refused(ids[start : start + 30])

    known = Facts(keeping.link(), keeping.simulator.realm_id)

    assert all(known.was_refused(one) for one in ids)
    assert not known.was_refused("a" * 36)
    assert len(keeping.facts["refused_ids"]) < 4000
