"""Finding all that is kept of one person, by e-mail address."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from stockbridge.companies.models import Company
from stockbridge.domain.delivery import UNSETTLED
from stockbridge.domain.identity import normalized_email
from stockbridge.engine.models import (
    Binding,
    Delivery,
    DeliverySource,
    ExchangeLog,
    Snapshot,
)

_NAME_CHARS_MIN, _PHONE_CHARS_MIN = 5, 6
_UNSETTLED = [state.value for state in UNSETTLED]


@dataclass(frozen=True, slots=True)
class Person:
    """One person of one company: the records, and the words that betray them."""

    company: Company
    email: str
    customers: tuple[Snapshot, ...]
    orders: tuple[Snapshot, ...]
    words: frozenset[str] = field(default_factory=frozenset)  # address, names, phones

    def documents(self) -> QuerySet[Delivery]:
        """Return the documents that book this person or their orders."""
        sources = DeliverySource.objects.filter(order_places(self.orders))
        own = Q(pk__in=sources.values("delivery_id"))
        own |= Q(needed_by__delivery__in=sources.values("delivery_id"), kind="customer")
        own |= Q(kind="customer", document__email__iexact=self.email)
        for part in ("before", "after"):
            is_theirs = Q(**{f"document__{part}__email__iexact": self.email})
            own |= Q(is_theirs, kind="change")
        ids = Delivery.objects.filter(own, company=self.company).values("id")
        return Delivery.objects.filter(pk__in=ids)

    def links(self) -> QuerySet[Binding]:
        """Return the links of this person's accounts in stores."""
        found = Q(agreed__record__email__iexact=self.email)
        for row in self.customers:
            found |= Q(store_connection=row.connection_id, store_id=row.external_id)
        return Binding.objects.filter(found, company=self.company, kind="customer")

    def exchanges(self) -> QuerySet[ExchangeLog]:
        """Return the exchanges that were about this person's records alone."""
        about = Q(request__icontains=self.email) | Q(answer__icontains=self.email)
        for kind, rows in (("customers", self.customers), ("orders", self.orders)):
            for row in rows:
                path = f"/{kind}/{row.external_id}"
                at_end = Q(address__endswith=path) | Q(address__contains=f"{path}/")
                is_it = at_end | Q(address__contains=f"{path}?")
                about |= is_it & Q(connection=row.connection_id)
        return ExchangeLog.objects.filter(about, connection__company=self.company)


def find_person(
    company: Company, email: str, *, before: datetime | None = None
) -> Person:
    """Return what is kept; with `before`, only orders placed until then."""
    email = normalized_email(email)
    rows = Snapshot.objects.filter(connection__company=company, data__isnull=False)
    customers = tuple(rows.filter(feed="customers", data__email__iexact=email))
    orders = rows.filter(feed="orders", data__customer__email__iexact=email)
    if before is not None:
        orders = orders.filter(Q(at__lte=before) | Q(at=None))
    found = tuple(orders)
    words = {email, *_words(customers), *_words(found)}
    return Person(company, email, customers, found, frozenset(words))


def on_their_way(orders: Iterable[Snapshot]) -> set[int]:
    """Return those of the orders whose documents are sent and not yet answered.

    Their bytes must stay as they left until the answer is there.
    """
    rows = list(orders)
    places = DeliverySource.objects.filter(
        order_places(rows), delivery__state__in=_UNSETTLED
    ).values_list("bridge__store_id", "order_id")
    waiting = set(places)
    return {r.pk for r in rows if (r.connection_id, r.external_id) in waiting}


def order_places(orders: Iterable[Snapshot]) -> Q:
    """Return the condition on sources that belong to these orders."""
    by_store: dict[int, list[str]] = {}
    for row in orders:
        by_store.setdefault(row.connection_id, []).append(row.external_id)
    found = Q(pk__in=[])
    for store, ids in by_store.items():
        found |= Q(bridge__store=store, order_id__in=ids)
    return found


def _words(rows: Iterable[Snapshot]) -> set[str]:
    found: set[str] = set()
    for row in rows:
        data = row.data or {}
        customer = data.get("customer", data)
        for part in (customer, customer.get("billing"), customer.get("shipping")):
            found |= _of(part or {})
        found |= _of(data.get("shipping_address") or {})
    return found


def _of(part: dict[str, str]) -> set[str]:
    name = f"{part.get('first_name', '')} {part.get('last_name', '')}".strip()
    found = {name} if len(name) >= _NAME_CHARS_MIN and " " in name else set()
    phone = part.get("phone", "")
    street = part.get("line1", "")
    return found | {w for w in (phone, street) if len(w) >= _PHONE_CHARS_MIN}
