"""What orders can be filtered by, quick with a hundred thousand of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.models import Bridge, Disposition, Snapshot
from stockbridge.web.state_words import OUTCOMES
from stockbridge.web.tables.filters import Rows

NOT_YET = "not_yet"
FEW = 2_000  # so many ids may be listed; more are looked up row by row
STATUSES_MAX = 40


@dataclass(frozen=True, slots=True)
class OutcomeFilter:
    """What became of the orders of one connection."""

    bridge: Bridge
    key: str = "became"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box."""
        shown = [(key, text) for key, text in OUTCOMES.items() if key in _OF_ORDERS]
        choices = [("", _("All")), *shown, (NOT_YET, _("not looked at yet"))]
        return {
            self.key: forms.ChoiceField(
                label=_("What became of it"), choices=choices, required=False
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the orders of which this became.

        Few are listed by their ids; of many, each row of the page is looked up: one
        plan is slow where the other is quick.
        """
        wanted = given.get(self.key)
        if not wanted:
            return rows
        known = Disposition.objects.filter(
            bridge=self.bridge, source_kind="order", is_current=True
        )
        own = known.filter(source_id=OuterRef("external_id"))
        if wanted == NOT_YET:
            return rows.filter(~Exists(own))
        found = known.filter(outcome=wanted).order_by()
        ids = list(found.values_list("source_id", flat=True)[: FEW + 1])
        if len(ids) <= FEW:
            return rows.filter(external_id__in=ids)
        return rows.filter(Exists(own.filter(outcome=wanted)))


_OF_ORDERS = frozenset(OUTCOMES) - {
    Disposition.Outcome.SUPERSEDED,
    Disposition.Outcome.SALE_NOT_IN_BOOKS,
}


@dataclass(frozen=True, slots=True)
class OrderSearch:
    """Finds orders by the beginning of their number, or within the customer's name.

    An index that holds both is read from end to end, and no order at all: few hits are
    then listed by their ids, many are met soon enough in the order of the page.
    """

    bridge: Bridge
    key: str = "q"

    def fields(self) -> dict[str, forms.Field]:
        """Return the search box."""
        box = forms.TextInput(attrs={"type": "search"})
        label = _("Search by number or customer")
        return {
            self.key: forms.CharField(
                label=label, required=False, max_length=200, widget=box
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the orders in which each word is found."""
        words = str(given.get(self.key) or "").split()[:10]
        if not words:
            return rows
        found = Q()
        for word in words:
            found &= Q(key__istartswith=word) | Q(name__icontains=word)
        hits = Snapshot.objects.filter(
            found, connection=self.bridge.store_id, feed=ORDERS, deleted_at=None
        ).order_by()
        ids = list(hits.values_list("pk", flat=True)[: FEW + 1])
        return rows.filter(pk__in=ids) if len(ids) <= FEW else rows.filter(found)


def statuses_of(bridge: Bridge) -> list[tuple[str, str]]:
    """Return the statuses of the store's orders, in the store's own words.

    Each is found by one step through the index, however many orders there are.
    """
    rows = Snapshot.objects.filter(connection=bridge.store_id, feed=ORDERS)
    rows = rows.order_by("status")
    found: list[tuple[str, str]] = []
    last = ""
    while len(found) < STATUSES_MAX:
        nearest = rows.filter(status__gt=last).values_list("status", flat=True)
        next_one = nearest.first()
        if next_one is None:
            return found
        found.append((next_one, next_one.replace("-", " ")))
        last = next_one
    return found
