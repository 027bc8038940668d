"""Invitations: an offer to join, by a link that works once and for a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stockbridge.companies.members import Grant, extra_permissions
from stockbridge.companies.models import (
    Company,
    Invitation,
    Membership,
    User,
    new_token,
    token_hash,
)
from stockbridge.companies.people import normal_email
from stockbridge.domain.errors import ConflictError, InvalidInputError

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation and its token, which is known only now."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(by: Membership, email: str, grant: Grant, now: datetime) -> Invited:
    """Offer somebody a place; an earlier offer to the same address ends.

    Raises ConflictError if the person is a member already, InvalidInputError if the
    inviter gives more than the inviter has.
    """
    address = normal_email(email)
    company = by.company
    grant.check(by)
    if company.memberships.filter(user__email__iexact=address).exists():
        raise ConflictError(
            _("%(name)s works in %(company)s already.")
            % {"name": address, "company": company},
            remedy=_("Change what this person may do on the Users screen."),
        )
    pending(company).filter(email__iexact=address).delete()
    token, hashed = new_token()
    invitation = Invitation.objects.create(
        company=company,
        email=address,
        role=grant.role,
        extra_permissions=extra_permissions(grant.role, list(grant.permissions)),
        token_hash=hashed,
        invited_by=by.user,
        expires_at=now + VALID_FOR,
    )
    return Invited(invitation, token)


def pending(company: Company) -> QuerySet[Invitation]:
    """Return the offers that nobody has taken, the expired ones included."""
    return Invitation.objects.filter(company=company, accepted_at=None)


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the offer that the token opens; None if unknown, used, or too old."""
    return (
        Invitation.objects.select_related("company", "invited_by")
        .filter(token_hash=token_hash(token), accepted_at=None, expires_at__gt=now)
        .first()
    )


@transaction.atomic
def accept(invitation: Invitation, user: User, now: datetime) -> Membership:
    """Give the person the place that was offered; the link is used up.

    Raises InvalidInputError for somebody else's invitation, ConflictError when it was
    used in the meantime.
    """
    if user.email.lower() != invitation.email.lower():
        raise InvalidInputError(
            _("This invitation is for %(email)s.") % {"email": invitation.email}
        )
    taken = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, expires_at__gt=now
    ).update(accepted_at=now)
    if not taken:
        raise ConflictError(
            _("This invitation has been used."), remedy=_("Ask for a new one.")
        )
    membership, _is_new = Membership.objects.get_or_create(
        company=invitation.company,
        user=user,
        defaults={
            "role": invitation.role,
            "extra_permissions": invitation.extra_permissions,
        },
    )
    return membership
