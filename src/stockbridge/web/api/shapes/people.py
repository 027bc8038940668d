"""Companies, their people, and programs' tokens."""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from stockbridge.companies.models import ApiToken, Company, Invitation, Membership
from stockbridge.companies.permissions import Permission, Role
from stockbridge.web.api.calls import In


class CompanyOut(Schema):
    """The company."""

    slug: str
    name: str
    time_zone: str
    currency: str
    closed_until: date | None
    retention_days: int
    allows_private_addresses: bool


class CompanyChange(In):
    """What is to change; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200)
    time_zone: str | None = Field(None, max_length=64)
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    closed_until: date | None = None
    retention_days: int | None = Field(None, ge=7, le=3650)


class MemberOut(Schema):
    """Somebody who works in the company."""

    id: int
    email: str
    name: str
    role: str
    permissions: list[str]
    last_login: datetime | None


class GrantIn(In):
    """What somebody is to be allowed."""

    role: Role
    permissions: list[Permission] = Field([], max_length=50)


class InvitationIn(GrantIn):
    """Whom to invite, and to what."""

    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")


class InvitationOut(Schema):
    """An offer that nobody has taken yet."""

    id: int
    email: str
    role: str
    expires_at: datetime


class Invited(InvitationOut):
    """A new offer; its link is known only now."""

    link: str


class TokenIn(In):
    """A token to be made; it may do no more than the one that makes it."""

    name: str = Field(min_length=1, max_length=100)
    permissions: list[Permission] = Field([], max_length=50)


class TokenOut(Schema):
    """A program's way in."""

    id: int
    name: str
    prefix: str
    permissions: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(TokenOut):
    """A new token; its text is known only now."""

    token: str


def company_out(row: Company) -> CompanyOut:
    """Return a company."""
    return CompanyOut(
        slug=row.slug,
        name=row.name,
        time_zone=row.time_zone,
        currency=row.currency,
        closed_until=row.closed_until,
        retention_days=row.retention_days,
        allows_private_addresses=row.allows_private_addresses,
    )


def member_out(row: Membership) -> MemberOut:
    """Return a member; the user must have been loaded."""
    return MemberOut(
        id=row.pk,
        email=row.user.email,
        name=row.user.display_name,
        role=row.role,
        permissions=sorted(row.permissions),
        last_login=row.user.last_login,
    )


def invitation_out(row: Invitation) -> InvitationOut:
    """Return an offer."""
    return InvitationOut(
        id=row.pk, email=row.email, role=row.role, expires_at=row.expires_at
    )


def token_out(row: ApiToken) -> TokenOut:
    """Return a token, without its text."""
    return TokenOut(
        id=row.pk,
        name=row.name,
        prefix=row.prefix,
        permissions=row.permissions,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
