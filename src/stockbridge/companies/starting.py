"""How companies come into being, the first administrator of an installation, too."""

from zoneinfo import available_timezones

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.people import create_person
from stockbridge.companies.permissions import Role
from stockbridge.domain.errors import ConflictError

SLUG_CHARS_MAX = 50
#: Parts of addresses that would read as something else.
_RESERVED = frozenset({"new", "all"})


def time_zones() -> list[str]:
    """Return the names of time zones that people know: areas and cities."""
    return sorted(
        name
        for name in available_timezones()
        if name == "UTC"
        or ("/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix")))
    )


@transaction.atomic
def start_installation(email: str, password: str, display_name: str) -> User:
    """Make the first person: administrator of the installation.

    Raises ConflictError if somebody was quicker: only one ever gets through.
    """
    # Whoever comes second waits here, and then sees the first.
    list(ContentType.objects.select_for_update().filter(app_label="companies"))
    if User.objects.exists():
        raise ConflictError(
            _("This installation has been set up already."), remedy=_("Sign in.")
        )
    return create_person(email, password, display_name, is_administrator=True)


def start_company(by: User | None, name: str, time_zone: str, currency: str) -> Company:
    """Make a company with its maker as administrator; None: from the command line."""
    for number in range(1, 1_000):
        slug = _slug(name, number)
        if slug in _RESERVED or Company.objects.filter(slug=slug).exists():
            continue
        try:
            return _create(by, name, slug, (time_zone, currency))
        except IntegrityError:
            continue  # somebody took the address in the same moment
    raise ConflictError(
        _("There are too many companies named %(name)s.") % {"name": name},
        remedy=_("Choose another name."),
    )


@transaction.atomic
def _create(by: User | None, name: str, slug: str, place: tuple[str, str]) -> Company:
    time_zone, currency = place
    company = Company.objects.create(
        name=name, slug=slug, time_zone=time_zone, currency=currency
    )
    if by is not None:
        Membership.objects.create(company=company, user=by, role=Role.ADMINISTRATOR)
    return company


def _slug(name: str, number: int) -> str:
    stem = slugify(name)[:SLUG_CHARS_MAX].strip("-") or "company"
    return stem if number == 1 else f"{stem}-{number}"
