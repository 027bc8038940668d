"""People: how they come into being, and how their address changes."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from stockbridge.companies.models import User
from stockbridge.domain.errors import InvalidInputError


def normal_email(email: str) -> str:
    """Return the address as it is kept: without spaces around it, in small letters."""
    return email.strip().lower()


@transaction.atomic
def create_person(
    email: str, password: str, display_name: str, *, is_administrator: bool = False
) -> User:
    """Make a person who signs in with this address.

    `is_administrator`: of the whole installation, not of a company.
    """
    user = User.objects.create_user(
        normal_email(email),
        password,
        display_name=display_name,
        is_staff=is_administrator,
        is_superuser=is_administrator,
    )
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    return user


@transaction.atomic
def change_email(user: User, email: str) -> None:
    """Give a person another address; the old one no longer signs in or resets.

    Raises InvalidInputError if somebody else has it.
    """
    wanted = normal_email(email)
    if User.objects.filter(email__iexact=wanted).exclude(pk=user.pk).exists():
        raise InvalidInputError(_("Somebody else has this address."), field="email")
    user.email = wanted
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=wanted, verified=True, primary=True)
