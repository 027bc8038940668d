"""Which customer of the books a buyer is, and by what: one rule for all who ask.

An order, an import by hand and the page of one customer ask here. A match names the
key that found it. Where several fit, a person chooses: nobody is billed by a guess.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stockbridge.domain.catalog import BooksCustomer
from stockbridge.domain.commerce import Customer
from stockbridge.domain.identity import match_key, normalized_email

PHONE_DIGITS_MIN = 7  # fewer are an extension, not a number
_NORTH_AMERICA, _NORTH_AMERICA_DIGITS = "1", 11


class CustomerKey(StrEnum):
    """By what a buyer is recognised."""

    EMAIL = "email"
    NAME = "name"  # the company, else first and last name
    PHONE = "phone"
    NAME_AND_PHONE = "name_and_phone"  # both of them, of one customer


class CustomerMatching(StrEnum):
    """Which keys an order's buyer is looked for by, in the order of trying."""

    EMAIL = "email"
    EMAIL_THEN_NAME = "email_then_name_and_phone"
    NAME_THEN_EMAIL = "name_and_phone_then_email"
    NAME = "name_and_phone"

    @property
    def keys(self) -> tuple[CustomerKey, ...]:
        """The keys; the first that finds anybody decides."""
        return _KEYS[self]


@dataclass(frozen=True, slots=True)
class CustomerMatch:
    """The one customer of the books that fits, and the key that found it."""

    books_id: str
    key: CustomerKey

    @property
    def reason(self) -> str:
        """Why it is this one, for a person."""
        return f"The books have one customer with the same {_WORDS[self.key]}."


@dataclass(frozen=True, slots=True)
class SeveralFit:
    """More than one customer fits: which of them it is cannot be told."""

    key: CustomerKey
    books_ids: tuple[str, ...]

    @property
    def reason(self) -> str:
        """What they have in common, for a person."""
        return f"{len(self.books_ids)} customers have its {_WORDS[self.key]}"


def match_customer(
    customer: Customer,
    candidates: Iterable[BooksCustomer],
    keys: Sequence[CustomerKey] = (CustomerKey.EMAIL,),
) -> CustomerMatch | SeveralFit | None:
    """Return who a buyer is in the books; None: nobody there.

    The keys are tried in order; the first that finds anybody decides.
    """
    known = list(candidates)
    for key in keys:
        found = sorted({c.external_id for c in known if fits(customer, c, key)})
        if len(found) == 1:
            return CustomerMatch(found[0], key)
        if found:
            return SeveralFit(key, tuple(found))
    return None


def fits(customer: Customer, candidate: BooksCustomer, key: CustomerKey) -> bool:
    """Return whether both have this key in common.

    Two people of one company are not one customer, whatever they share.
    """
    code = customer_code(key, customer)
    if not code or customer_code(key, candidate) != code:
        return False
    is_by_name = key in (CustomerKey.NAME, CustomerKey.NAME_AND_PHONE)
    one, other = _person(customer), _person(candidate)
    return not (is_by_name and one and other and one != other)


def customer_code(key: CustomerKey, who: Customer | BooksCustomer) -> str:
    """Return what of somebody is compared under this key; "" for nothing usable."""
    match key:
        case CustomerKey.EMAIL:
            return normalized_email(who.email)
        case CustomerKey.PHONE:
            return phone_digits(who.phone or _phone_of_bill(who))
        case CustomerKey.NAME:
            return _name(who)
        case CustomerKey.NAME_AND_PHONE:
            name, phone = _name(who), customer_code(CustomerKey.PHONE, who)
            return f"{phone} {name}" if name and phone else ""


def phone_digits(phone: str) -> str:
    """Return a telephone number as it is compared; "" for what is too short.

    The country's 1 that North Americans leave out at home is left out.
    """
    digits = "".join(sign for sign in phone if sign in "0123456789")
    digits = digits.removeprefix("00") if phone.lstrip().startswith("00") else digits
    if len(digits) == _NORTH_AMERICA_DIGITS:
        digits = digits.removeprefix(_NORTH_AMERICA)
    return digits if len(digits) >= PHONE_DIGITS_MIN else ""


_KEYS = {
    CustomerMatching.EMAIL: (CustomerKey.EMAIL,),
    CustomerMatching.EMAIL_THEN_NAME: (CustomerKey.EMAIL, CustomerKey.NAME_AND_PHONE),
    CustomerMatching.NAME_THEN_EMAIL: (CustomerKey.NAME_AND_PHONE, CustomerKey.EMAIL),
    CustomerMatching.NAME: (CustomerKey.NAME_AND_PHONE,),
}
_WORDS = {
    CustomerKey.EMAIL: "e-mail address",
    CustomerKey.NAME: "name",
    CustomerKey.PHONE: "telephone number",
    CustomerKey.NAME_AND_PHONE: "name and telephone number",
}


def _name(who: Customer | BooksCustomer) -> str:
    """Return the name under which somebody is filed: company, else the person.

    Books may know nothing but a name; half a person's name is too many people.
    """
    plain = who.name if isinstance(who, BooksCustomer) else ""
    return match_key(who.company) or _person(who) or match_key(plain)


def _person(who: Customer | BooksCustomer) -> str:
    first, last = match_key(who.first_name), match_key(who.last_name)
    return f"{first} {last}" if first and last else ""


def _phone_of_bill(who: Customer | BooksCustomer) -> str:
    return who.billing.phone if isinstance(who, Customer) else ""
