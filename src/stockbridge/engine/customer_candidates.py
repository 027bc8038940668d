"""Who in the books has anything in common with buyers: one indexed query per key."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.domain.catalog import BooksCustomer
from stockbridge.domain.commerce import Customer
from stockbridge.domain.customer_matching import CustomerKey, customer_code
from stockbridge.engine.codec import BOOKS_CUSTOMER
from stockbridge.engine.fetch import CUSTOMERS
from stockbridge.engine.models import Snapshot

_Row: TypeAlias = tuple[str, str, str, Any]  # id, name, e-mail address, data
_Found: TypeAlias = QuerySet[Snapshot, _Row]
_NAME_CHARS, _PHONE_CHARS, _EMAIL_CHARS = 200, 60, 200  # as the columns keep them


def customer_candidates(
    books_id: int, people: Sequence[Customer], keys: Sequence[CustomerKey]
) -> list[tuple[BooksCustomer, ...]]:
    """Return, for each of the people, the customers who share one of these keys.

    Who of them it is, or whether it is any, `match_customer` says.
    """
    found: dict[tuple[CustomerKey, str], list[BooksCustomer]] = defaultdict(list)
    for key in keys:
        wanted = [one for one in people if customer_code(key, one)]
        if wanted:
            for row in _ASK[key](books_id, wanted):
                customer = _customer(*row)
                found[key, customer_code(key, customer)].append(customer)
    return [
        tuple(
            candidate
            for key in keys
            if (code := customer_code(key, one))
            for candidate in found.get((key, code), ())
        )
        for one in people
    ]


def _by_email(books_id: int, people: Sequence[Customer]) -> list[_Row]:
    return _with_email(books_id, _codes(CustomerKey.EMAIL, people, _EMAIL_CHARS))


def _by_name(books_id: int, people: Sequence[Customer]) -> list[_Row]:
    return _with_name(books_id, _codes(CustomerKey.NAME, people, _NAME_CHARS))


def _by_phone(books_id: int, people: Sequence[Customer]) -> list[_Row]:
    return _with_phone(books_id, _codes(CustomerKey.PHONE, people, _PHONE_CHARS))


def _by_both(books_id: int, people: Sequence[Customer]) -> list[_Row]:
    phones = _codes(CustomerKey.PHONE, people, _PHONE_CHARS)
    return _with_both(books_id, phones, _codes(CustomerKey.NAME, people, _NAME_CHARS))


_ASK: dict[CustomerKey, Callable[[int, Sequence[Customer]], list[_Row]]] = {
    CustomerKey.EMAIL: _by_email,
    CustomerKey.NAME: _by_name,
    CustomerKey.PHONE: _by_phone,
    CustomerKey.NAME_AND_PHONE: _by_both,
}


def _codes(key: CustomerKey, people: Sequence[Customer], chars_max: int) -> list[str]:
    return sorted({customer_code(key, one)[:chars_max] for one in people} - {""})


def _customer(external_id: str, name: str, email: str, data: object) -> BooksCustomer:
    """Return a customer; of one that can no longer be read, what its columns say."""
    if data is None:
        return BooksCustomer(external_id, name, email=email)
    return BOOKS_CUSTOMER.validate_python(data)


def _people() -> _Found:
    rows = Snapshot.objects.filter(feed=CUSTOMERS, deleted_at=None)
    return rows.values_list("external_id", "name", "match_key", "data")


@prepared
def _with_email(books_id: int, emails: Collection[str]) -> _Found:
    return _people().filter(connection=books_id, match_key__in=emails)


@prepared
def _with_name(books_id: int, names: Collection[str]) -> _Found:
    return _people().filter(connection=books_id, name_key__in=names)


@prepared
def _with_phone(books_id: int, phones: Collection[str]) -> _Found:
    return _people().filter(connection=books_id, phone_key__in=phones)


@prepared
def _with_both(
    books_id: int, phones: Collection[str], names: Collection[str]
) -> _Found:
    rows = _people().filter(connection=books_id, phone_key__in=phones)
    return rows.filter(name_key__in=names)
