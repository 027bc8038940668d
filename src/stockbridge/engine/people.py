"""Finding all that is kept of one person, by e-mail address."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

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
from stockbridge.engine.scrubbing import ERASED_NAME
from stockbridge.engine.suppression import Erased

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
    before: datetime | None = None  # what was made later is somebody new

    def documents(self) -> QuerySet[Delivery]:
        """Return the documents that book this person or their orders."""
        sources = DeliverySource.objects.filter(order_places(self.orders))
        own = Q(pk__in=sources.values("delivery_id"))
        own |= Q(needed_by__delivery__in=sources.values("delivery_id"), kind="customer")
        made = Q() if self.before is None else Q(created_at__lte=self.before)
        own |= Q(made, kind="customer", document__email__iexact=self.email)
        for part in ("before", "after"):
            is_theirs = Q(**{f"document__{part}__email__iexact": self.email})
            own |= Q(made, is_theirs, kind="change")
        # Earlier changes name addresses that nobody has any more.
        changes = DeliverySource.objects.filter(account_places(self.customers))
        own |= Q(made, pk__in=changes.values("delivery_id"))
        ids = Delivery.objects.filter(own, company=self.company).values("id")
        return Delivery.objects.filter(pk__in=ids)

    def links(self) -> QuerySet[Binding]:
        """Return the links of this person's accounts in stores."""
        found = Q()
        for part in ("record", "said", "seen"):
            found |= Q(**{f"agreed__{part}__email__iexact": self.email})
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
    return Person(company, email, customers, found, frozenset(words), before)


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


def left_behind(company: Company, erased: Erased) -> list[Delivery]:
    """Return customers and changes that were on their way when somebody was erased.

    They are settled by now, and still say who it was.
    """
    rows = Delivery.objects.filter(company=company, kind__in=["customer", "change"])
    rows = rows.exclude(state__in=_UNSETTLED).exclude(title=ERASED_NAME)
    emails = [f"document__{part}email" for part in ("", "before__", "after__")]
    ids = {
        pk
        for pk, made_at, *found in rows.values_list("id", "created_at", *emails)
        for since in map(erased.since, filter(None, found))
        if since is not None and made_at <= since
    }
    accounts = DeliverySource.objects.filter(is_of_erased_account(), delivery__in=rows)
    ids |= set(accounts.values_list("delivery_id", flat=True))
    return list(rows.filter(pk__in=ids))


def is_of_erased_account() -> Q:
    """Return the condition on sources: changes of accounts that were erased."""
    gone = Snapshot.objects.filter(
        connection=OuterRef("bridge__store"),
        feed="customers",
        external_id=OuterRef("source_id"),
        name__in=["", ERASED_NAME],
        data__email="",
    )
    return Q(Exists(gone), kind="customer", effect="change")


def account_places(customers: Iterable[Snapshot]) -> Q:
    """Return the condition on sources that are changes of these customers."""
    found = Q(pk__in=[])
    for row in customers:
        found |= Q(bridge__store=row.connection_id, source_id=row.external_id)
    return Q(found, kind="customer", effect="change")


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
