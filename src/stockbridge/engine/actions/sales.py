"""Choosing which of two books of one company take the sales of a store."""

from enum import StrEnum

from django.db import transaction

from stockbridge.domain.delivery import UNSETTLED
from stockbridge.domain.errors import (
    ActionNeededError,
    InvalidInputError,
    RetryableError,
)
from stockbridge.domain.planning import SALE
from stockbridge.engine import ticks
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.bridge_rows import plan_unposted
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import Bridge, Delivery
from stockbridge.engine.sales_once import CODE, Partner, partners_of
from stockbridge.engine.same_company import say_separate

Sales = Bridge.Sales


class Takes(StrEnum):
    """Who takes the sales of a store that is joined to two books."""

    HERE = "here"
    ELSEWHERE = "elsewhere"  # the other books
    BOTH = "both"  # a person says that they are of separate companies


def takes_of(text: str) -> Takes:
    """Return the choice that is named. Raises InvalidInputError for any other word."""
    try:
        return Takes(text)
    except ValueError as error:
        raise InvalidInputError(
            "Choose which books take the sales: here, elsewhere or both.", field="takes"
        ) from error


def choose_sales(bridge: Bridge, takes: Takes, act: Act) -> None:
    """Let one of two books take the sales; what the other has booked stays there.

    Raises ActionNeededError where there is nothing to choose, RetryableError while a
    sale is on its way to books that are to take none any more.
    """
    partners = partners_of(bridge)
    if not partners:
        raise ActionNeededError(
            f"{bridge.store.name} is joined to no other books of this company.",
            remedy="There is nothing to choose.",
        )
    wanted = _wanted(bridge, partners, takes)
    with transaction.atomic():
        rows = Bridge.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        for row in rows.select_related("store", "books"):
            _refuse_underway(row, wanted[row.pk])
            row.sales = wanted[row.pk]
            row.save(update_fields=["sales"])
            plan_unposted(row)
            resolve_issues(
                bridge.company, now=act.now, code=CODE, bridge=row, by=act.by
            )
        if takes is Takes.BOTH:
            for one in partners:
                say_separate(one.handing.giver, one.handing.taker, one.handing.sign)
        act.note(bridge.store, _SAID[takes].format(bridge, partners[0].bridge))
    bridge.refresh_from_db()
    ticks.wake([bridge.store_id, *(_books(bridge, partners))], now=act.now)


def _wanted(bridge: Bridge, partners: list[Partner], takes: Takes) -> dict[int, Sales]:
    if takes is Takes.BOTH:
        others, mine = Sales.HERE, Sales.HERE
    elif takes is Takes.HERE:
        others, mine = Sales.ELSEWHERE, Sales.HERE
    else:
        others, mine = Sales.HERE, Sales.ELSEWHERE
    return {bridge.pk: mine, **{one.bridge.pk: others for one in partners}}


def _refuse_underway(bridge: Bridge, wanted: Sales) -> None:
    """Wait for what has left and was not answered: it may be there, or not."""
    if wanted is not Sales.ELSEWHERE:
        return
    states = [state.value for state in UNSETTLED]
    if Delivery.objects.filter(bridge=bridge, kind=SALE, state__in=states).exists():
        raise RetryableError(
            f"A sale is on its way to {bridge.books.name} at this moment.",
            remedy="Choose again once it has answered: after its next visit.",
        )


def _books(bridge: Bridge, partners: list[Partner]) -> list[int]:
    return [bridge.books_id, *(one.bridge.books_id for one in partners)]


_SAID = {
    Takes.HERE: "{0} takes the sales; {1} takes none any more.",
    Takes.ELSEWHERE: "{1} takes the sales; {0} takes none any more.",
    Takes.BOTH: "{0} and {1} were said to be of two companies: both take the sales.",
}
