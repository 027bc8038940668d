"""Who sees which company, and who still has to stay its administrator."""

from django.db import transaction
from django.db.models import QuerySet

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.permissions import NEEDS, ROLE_PERMISSIONS, Permission, Role
from stockbridge.domain.errors import ConflictError


def visible_companies(user: User) -> QuerySet[Company]:
    """Return the companies that a person may open."""
    if user.is_superuser:
        return Company.objects.all()
    return Company.objects.filter(memberships__user=user)


def extra_permissions(role: str, ticked: list[str]) -> list[str]:
    """Return what is kept beside a role: the ticked boxes and all that they need."""
    wanted = set(ticked)
    for permission in ticked:
        wanted |= NEEDS.get(permission, frozenset())
    known = wanted & set(Permission.values)
    return sorted(known - ROLE_PERMISSIONS[role])


@transaction.atomic
def change_membership(membership: Membership, role: str, ticked: list[str]) -> None:
    """Save a member's role and boxes.

    Raises ConflictError where nobody could manage the company's users afterwards.
    """
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(membership)
    membership.role = role
    membership.extra_permissions = extra_permissions(role, ticked)
    membership.save(update_fields=["role", "extra_permissions"])


@transaction.atomic
def remove_membership(membership: Membership) -> None:
    """Take a person out of a company; the person stays in others.

    Raises ConflictError for the last administrator.
    """
    _keep_an_administrator(membership)
    membership.delete()


def _keep_an_administrator(leaving: Membership) -> None:
    others = (
        Membership.objects.select_for_update()
        .filter(company=leaving.company, role=Role.ADMINISTRATOR, user__is_active=True)
        .exclude(pk=leaving.pk)
    )
    if leaving.role == Role.ADMINISTRATOR and not others.exists():
        raise ConflictError(
            f"{leaving.user} is the only administrator of {leaving.company}.",
            remedy="Make somebody else administrator first.",
        )
