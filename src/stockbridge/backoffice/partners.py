"""Partners: created, changed, found, merged, exported and erased."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from stockbridge.backoffice.ledger import lock_books, next_number, next_seq
from stockbridge.backoffice.models import Ledger, Partner
from stockbridge.backoffice.names import email_key, phone_key
from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.companies.statements import Fixed
from stockbridge.domain.errors import ConflictError, InvalidInputError

SERIES = "P"
ERASED_NAME = "Erased"
FIELDS = frozenset(
    {
        "name",
        "is_customer",
        "is_vendor",
        "first_name",
        "last_name",
        "business_name",
        "email",
        "phone",
        "billing",
        "shipping",
        "note",
        "marker",
        "is_active",
    }
)
_CHARS_MAX = {
    "name": 255,
    "first_name": 150,
    "last_name": 150,
    "business_name": 255,
    "email": 254,
    "phone": 60,
}
_PERSONAL = (
    "first_name",
    "last_name",
    "business_name",
    "email",
    "email_key",
    "phone",
    "phone_key",
    "note",
    "marker",
)


def create_partner(
    company: Company, fields: Mapping[str, Any], *, at: datetime
) -> Partner:
    """Create a partner; raises InvalidInputError, naming the field."""
    with transaction.atomic():
        ledger = lock_books(company)
        number = next_number(ledger, SERIES)
        partner = Partner(company=company, number=number, created_at=at)
        set_fields(partner, fields)
        _save(partner, ledger, at)
    return partner


def change_partner(
    partner: Partner, fields: Mapping[str, Any], *, at: datetime
) -> Partner:
    """Change fields of a partner; an erased one stays erased."""
    with transaction.atomic():
        ledger = lock_books(partner.company)
        partner = Partner.objects.select_related("company").get(pk=partner.pk)
        if partner.erased_at:
            raise ConflictError(f"{partner.number} was erased and stays so.")
        before = [getattr(partner, name) for name in sorted(FIELDS)]
        set_fields(partner, fields)
        if before != [getattr(partner, name) for name in sorted(FIELDS)]:
            _save(partner, ledger, at)
    return partner


def merge(partner: Partner, into: Partner, *, at: datetime) -> None:
    """Let `into` stand for `partner` from now on; posted documents stay."""
    if partner.pk == into.pk or partner.company_id != into.company_id:
        raise InvalidInputError("Choose another partner.", field="into")
    with transaction.atomic():
        ledger = lock_books(partner.company)
        target = into.merged_into or into
        if target.pk == partner.pk:
            raise ConflictError(f"{into.number} was already merged into this one.")
        for merged in [partner, *partner.merged.all()]:
            merged.merged_into, merged.is_active = target, False
            _save(merged, ledger, at)


def find_customers(
    company: Company, *, email: str = "", phone: str = "", name: str = ""
) -> QuerySet[Partner]:
    """Return live customers that have the e-mail, the phone or the name given."""
    wanted = Q()
    if email_key(email):
        wanted |= Q(email_key=email_key(email))
    if phone_key(phone):
        wanted |= Q(phone_key=phone_key(phone))
    if name.strip():
        wanted |= Q(name__iexact=name.strip())
    live = company.partners.filter(is_customer=True, merged_into=None, erased_at=None)
    return live.filter(wanted) if wanted else live.none()


def changed_after(company: Company, seq: int, *, limit: int) -> Sequence[Partner]:
    """Return about `limit` partners that changed after `seq`, in that order."""
    return _changed(company.pk, seq, Fixed(limit))


@prepared
def _changed(company_id: int, seq: int, most: Fixed) -> QuerySet[Partner]:
    rows = Partner.objects.filter(company=company_id, seq__gt=seq)
    return rows.order_by("seq")[: most.value]


def search(company: Company, words: str) -> QuerySet[Partner]:
    """Return partners whose name, company, e-mail, phone or number has all words."""
    found = company.partners.filter(merged_into=None)
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(business_name__icontains=word)
            | Q(email__icontains=word)
            | Q(phone__icontains=word)
            | Q(number__iexact=word)
        )
    return found


def person(company: Company, email: str) -> dict[str, Any]:
    """Return all that is kept of the person with this e-mail address."""
    return {
        "partners": [
            {name: getattr(partner, name) for name in ("number", *sorted(FIELDS))}
            for partner in _of_person(company, email)
        ],
        "orders": [
            {
                "number": order.number,
                "reference": order.reference,
                "date": order.business_date.isoformat(),
                "total": f"{order.total} {order.currency}",
                "bill_to": order.bill_to,
                "ship_to": order.ship_to,
                "note": order.note,
            }
            for order in company.customer_orders.filter(
                _order_of(company, email)
            ).distinct()
        ],
    }


def erase(company: Company, email: str, *, at: datetime) -> int:
    """Forget who a person was; accounting documents stay. Return how many rows."""
    with transaction.atomic():
        ledger = lock_books(company)
        orders = company.customer_orders.filter(_order_of(company, email))
        count = company.customer_orders.filter(
            pk__in=list(orders.values_list("pk", flat=True))
        ).update(bill_to={}, ship_to={}, note="")
        for partner in _of_person(company, email):
            for name in _PERSONAL:
                setattr(partner, name, "")
            partner.name = f"{ERASED_NAME} {partner.number}"
            partner.billing, partner.shipping = {}, {}
            partner.erased_at, partner.is_active = at, False
            _save(partner, ledger, at)
            count += 1
    return count


def _of_person(company: Company, email: str) -> QuerySet[Partner]:
    key = email_key(email)
    return company.partners.filter(email_key=key) if key else company.partners.none()


def _order_of(company: Company, email: str) -> Q:
    return Q(partner__in=list(_of_person(company, email))) | Q(
        bill_to__email__iexact=email.strip()
    )


def set_fields(partner: Partner, fields: Mapping[str, Any]) -> None:
    """Set and check fields; raises InvalidInputError, naming the field."""
    for name, value in fields.items():
        if name not in FIELDS:
            raise InvalidInputError(f"A partner has no field {name}.", field=name)
        setattr(partner, name, value.strip() if isinstance(value, str) else value)
    partner.email_key = email_key(partner.email)
    partner.phone_key = phone_key(partner.phone)
    if not partner.name:
        raise InvalidInputError("A partner needs a name.", field="name")
    if not (partner.is_customer or partner.is_vendor):
        raise InvalidInputError(
            "A partner is a customer, a vendor, or both.", field="is_customer"
        )
    for name, limit in _CHARS_MAX.items():
        if len(getattr(partner, name)) > limit:
            raise InvalidInputError(f"At most {limit} characters.", field=name)


def _save(partner: Partner, ledger: Ledger, at: datetime) -> None:
    partner.seq, partner.changed_at = next_seq(ledger), at
    partner.save()
    ledger.save(update_fields=["change_seq", "numbers"])
