"""Stock that both own: what each side changed adds up."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.store_stock import Seen, both_ways


def seen(
    agreed: int | None,
    shown: int,
    sellable: int,
    *,
    explained: int = 0,
    pending: int = 0,
) -> Seen:
    last = None if agreed is None else Decimal(agreed)
    return Seen(
        last, Decimal(shown), Decimal(explained), Decimal(sellable), Decimal(pending)
    )


def test_a_quantity_typed_in_the_store_becomes_an_adjustment_of_the_books() -> None:
    found = both_ways(seen(10, 13, 10))

    assert found.adjustment == 3
    assert found.show == 13


def test_a_change_in_the_books_goes_to_the_store() -> None:
    found = both_ways(seen(10, 10, 8))

    assert found.adjustment == 0
    assert found.show == 8


def test_both_at_once_add_up() -> None:
    found = both_ways(seen(10, 13, 8))

    assert found.adjustment == 3
    assert found.show == 11


def test_an_order_explains_what_the_store_lost() -> None:
    found = both_ways(seen(10, 8, 8, explained=-2))

    assert found.adjustment == 0
    assert found.show == 8


def test_an_adjustment_on_its_way_is_not_made_again() -> None:
    found = both_ways(seen(13, 13, 10, pending=3))

    assert found.adjustment == 0
    assert found.show == 13


def test_the_first_time_nobody_changed_anything() -> None:
    found = both_ways(seen(None, 99, 10))

    assert found.adjustment == 0
    assert found.show == 10


def test_debts_of_the_books_that_show_as_none_are_nobodys_change() -> None:
    first = both_ways(seen(5, 5, -3))
    second = both_ways(seen(int(first.agreed), 0, -3))

    assert first.show == 0
    assert second.adjustment == 0


@dataclass(slots=True)
class Both:
    """A store and its books, each edited by people, brought together now and then."""

    shown: int = 20
    books: int = 20
    agreed: int = 20
    explained: int = 0
    pending: int = 0
    unbooked: int = 0  # taken by orders that the books do not know yet
    truth: int = 20

    def sync(self) -> None:
        found = both_ways(
            seen(
                self.agreed,
                self.shown,
                self.books - self.unbooked,
                explained=self.explained,
                pending=self.pending,
            ),
            negative_to_zero=False,
        )
        self.pending += int(found.adjustment)
        self.shown = self.agreed = int(found.show)
        self.explained = 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["store", "books", "order", "book", "adjust", "sync"]),
        st.integers(-5, 5),
    ),
    max_size=40,
)


@given(steps=STEPS)
def test_no_change_of_either_side_is_ever_lost_or_doubled(
    steps: list[tuple[str, int]],
) -> None:
    both = Both()

    for what, count in [*steps, ("sync", 0), ("adjust", 0), ("book", 0), ("sync", 0)]:
        match what:
            case "store":
                both.shown += count
                both.truth += count
            case "books":
                both.books += count
                both.truth += count
            case "order":
                both.shown -= abs(count)
                both.explained -= abs(count)
                both.unbooked += abs(count)
                both.truth -= abs(count)
            case "book":
                both.books -= both.unbooked
                both.unbooked = 0
            case "adjust":
                both.books += both.pending
                both.pending = 0
            case _:
                both.sync()

    assert both.shown == both.books == both.truth
