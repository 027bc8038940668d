"""API tokens: a program's way in, never more powerful than who made it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from stockbridge.companies.members import Grant
from stockbridge.companies.models import ApiToken, Membership, new_token, token_hash
from stockbridge.companies.permissions import NEEDS, Permission, Role

PREFIX_CHARS = 10
#: "Last used" is written at most this often: a busy program is not a write per call.
USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: the text is known only now."""

    token: ApiToken
    text: str


def make_token(by: Membership, name: str, permissions: list[str]) -> Made:
    """Make a token for the maker's company.

    Raises InvalidInputError if it would be allowed what its maker is not.
    """
    Grant(Role.MEMBER, tuple(permissions)).check(by)
    text, hashed = new_token()
    wanted = {Permission.VIEW.value, *permissions}
    for permission in permissions:
        wanted |= NEEDS.get(permission, frozenset())
    token = ApiToken.objects.create(
        company=by.company,
        name=name,
        prefix=text[:PREFIX_CHARS],
        token_hash=hashed,
        permissions=sorted(wanted),
        created_by=by.user,
    )
    return Made(token, text)


def find_token(text: str, now: datetime) -> ApiToken | None:
    """Return the token that a program sent; None if unknown or revoked."""
    found = (
        ApiToken.objects.select_related("company", "created_by")
        .filter(token_hash=token_hash(text), revoked_at=None)
        .first()
    )
    if found and (not found.last_used_at or now - found.last_used_at > USE_NOTED_EVERY):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def revoke(tokens: QuerySet[ApiToken], now: datetime) -> int:
    """End tokens and return how many; they stay listed: their traces can be read."""
    return tokens.filter(revoked_at=None).update(revoked_at=now)
