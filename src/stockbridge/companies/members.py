"""Who sees which company, who gives what to whom, and that somebody stays in charge."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stockbridge.companies.models import (
    ApiToken,
    Company,
    Invitation,
    Membership,
    User,
)
from stockbridge.companies.permissions import NEEDS, ROLE_PERMISSIONS, Permission, Role
from stockbridge.domain.errors import ConflictError, InvalidInputError


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody is to be allowed: a role, and boxes ticked beside it."""

    role: str
    permissions: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        """All that the grant comes to, with what each permission needs."""
        wanted = ROLE_PERMISSIONS[self.role] | frozenset(self.permissions)
        return wanted.union(*(NEEDS.get(one, frozenset()) for one in wanted))

    def check(self, by: Membership) -> None:
        """Raise InvalidInputError if `by` would give more than `by` has.

        Without this whoever manages users could make themselves administrator.
        """
        beyond = sorted(self.all - by.permissions)
        if beyond:
            names = ", ".join(str(Permission(one).label) for one in beyond)
            raise InvalidInputError(
                _("You cannot give what you may not do yourself: %(names)s.")
                % {"names": names},
                field="permissions" if self.role == Role.MEMBER else "role",
                remedy=_("Ask an administrator of the company."),
            )


def visible_companies(user: User) -> QuerySet[Company]:
    """Return the companies that a person may open."""
    if user.is_superuser:
        return Company.objects.all()
    return Company.objects.filter(memberships__user=user)


def extra_permissions(role: str, ticked: list[str]) -> list[str]:
    """Return what is kept beside a role: the ticked boxes and all that they need."""
    known = Grant(role, tuple(ticked)).all & set(Permission.values)
    return sorted(known - ROLE_PERMISSIONS[role])


@transaction.atomic
def change_membership(membership: Membership, grant: Grant, by: Membership) -> None:
    """Save a member's role and boxes; the member's API tokens shrink with them.

    Raises InvalidInputError if `by` takes part in more than `by` has, ConflictError
    where nobody could manage the company's users afterwards.
    """
    grant.check(by)
    _check_rank(membership, by)
    if grant.role != Role.ADMINISTRATOR:
        _keep_an_administrator(membership)
    membership.role = grant.role
    membership.extra_permissions = extra_permissions(
        grant.role, list(grant.permissions)
    )
    membership.save(update_fields=["role", "extra_permissions"])
    for token in _tokens(membership):
        token.permissions = sorted(membership.permissions & {*token.permissions})
        token.save(update_fields=["permissions"])
    for offer in _offers(membership):
        if not Grant(offer.role, tuple(offer.extra_permissions)).all <= (
            membership.permissions
        ):
            offer.delete()


@transaction.atomic
def remove_membership(membership: Membership, by: Membership, *, now: datetime) -> None:
    """Take a person out of a company; the person stays in others.

    The person's API tokens and open invitations end: they would be a way back in.

    Raises InvalidInputError for somebody who may do more than `by`, ConflictError for
    the last administrator.
    """
    _check_rank(membership, by)
    _keep_an_administrator(membership)
    _tokens(membership).update(revoked_at=now)
    _offers(membership).delete()
    membership.delete()


def _tokens(membership: Membership) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.filter(company=membership.company, revoked_at=None)
    return rows.filter(created_by=membership.user)


def _offers(membership: Membership) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(company=membership.company, accepted_at=None)
    return rows.filter(invited_by=membership.user)


def _check_rank(membership: Membership, by: Membership) -> None:
    if not membership.permissions <= by.permissions:
        raise InvalidInputError(
            _("%(name)s may do more than you.") % {"name": membership.user},
            field="role",
            remedy=_("Ask an administrator of the company."),
        )


def _keep_an_administrator(leaving: Membership) -> None:
    others = (
        Membership.objects.select_for_update()
        .filter(company=leaving.company, role=Role.ADMINISTRATOR, user__is_active=True)
        .exclude(pk=leaving.pk)
    )
    if leaving.role == Role.ADMINISTRATOR and not others.exists():
        raise ConflictError(
            _("%(name)s is the only administrator of %(company)s.")
            % {"name": leaving.user, "company": leaving.company},
            remedy=_("Make somebody else administrator first."),
        )
