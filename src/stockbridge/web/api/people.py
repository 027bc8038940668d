"""Calls about people and programs: members, invitations, tokens."""

from django.db.models import QuerySet
from django.urls import reverse
from ninja import Router

from stockbridge.companies.invitations import invite, pending
from stockbridge.companies.members import Grant, change_membership, remove_membership
from stockbridge.companies.models import ApiToken, Membership
from stockbridge.companies.permissions import Permission
from stockbridge.companies.tokens import make_token, revoke
from stockbridge.engine.clock import utc_now
from stockbridge.web.api.access import (
    ApiRequest,
    company_of,
    membership_of,
    not_found,
)
from stockbridge.web.api.calls import RowId, operation
from stockbridge.web.api.shapes.people import (
    GrantIn,
    InvitationIn,
    InvitationOut,
    Invited,
    MemberOut,
    TokenIn,
    TokenMade,
    TokenOut,
    invitation_out,
    member_out,
    token_out,
)
from stockbridge.web.mail import public_address

router = Router(tags=["Users and tokens"])
MANAGE = Permission.MANAGE_USERS


@operation(router, "GET /users", MANAGE, list[MemberOut])
def list_users(request: ApiRequest) -> list[MemberOut]:
    """Return who works in the company, and what each may do."""
    return [member_out(row) for row in _members(request).order_by("user__email")]


@operation(router, "PUT /users/{int:member_id}", MANAGE, MemberOut)
def change_user(request: ApiRequest, member_id: RowId, grant: GrantIn) -> MemberOut:
    """Change what a member may do; never beyond what the token may."""
    row = _member(request, member_id)
    change_membership(row, _grant(grant), membership_of(request))
    return member_out(row)


@operation(router, "DELETE /users/{int:member_id}", MANAGE, None, status=204)
def remove_user(request: ApiRequest, member_id: RowId) -> None:
    """Take a member out of the company."""
    row = _member(request, member_id)
    remove_membership(row, membership_of(request), now=utc_now())


@operation(router, "GET /invitations", MANAGE, list[InvitationOut])
def list_invitations(request: ApiRequest) -> list[InvitationOut]:
    """Return the offers that nobody has taken yet."""
    rows = pending(company_of(request)).order_by("email")
    return [invitation_out(row) for row in rows]


@operation(router, "POST /invitations", MANAGE, Invited, status=201)
def invite_user(request: ApiRequest, wish: InvitationIn) -> Invited:
    """Invite somebody; the link is told once, and not sent by mail."""
    made = invite(membership_of(request), wish.email, _grant(wish), utc_now())
    where = reverse("invitation", kwargs={"token": made.token})
    link = public_address(request, where)
    short = invitation_out(made.invitation).model_dump()
    return Invited(**short, link=link)


@operation(router, "DELETE /invitations/{int:invitation_id}", MANAGE, None, status=204)
def revoke_invitation(request: ApiRequest, invitation_id: RowId) -> None:
    """Take an offer back."""
    count, _ = pending(company_of(request)).filter(pk=invitation_id).delete()
    if not count:
        raise not_found()


@operation(router, "GET /tokens", MANAGE, list[TokenOut])
def list_tokens(request: ApiRequest) -> list[TokenOut]:
    """Return the programs' tokens, without their text."""
    rows = ApiToken.objects.filter(company=company_of(request)).order_by("pk")
    return [token_out(row) for row in rows]


@operation(router, "POST /tokens", MANAGE, TokenMade, status=201)
def add_token(request: ApiRequest, wish: TokenIn) -> TokenMade:
    """Make a token that may do no more than this one; its text is told once."""
    permissions = [str(one) for one in wish.permissions]
    made = make_token(membership_of(request), wish.name, permissions)
    return TokenMade(**token_out(made.token).model_dump(), token=made.text)


@operation(router, "DELETE /tokens/{int:token_id}", MANAGE, None, status=204)
def revoke_token(request: ApiRequest, token_id: RowId) -> None:
    """End a token; it stays listed."""
    rows = ApiToken.objects.filter(company=company_of(request), pk=token_id)
    if not rows.exists():
        raise not_found()
    revoke(rows, utc_now())


def _members(request: ApiRequest) -> QuerySet[Membership]:
    rows = Membership.objects.filter(company=company_of(request))
    return rows.select_related("user", "company")


def _member(request: ApiRequest, member_id: int) -> Membership:
    row = _members(request).filter(pk=member_id).first()
    if row is None:
        raise not_found()
    return row


def _grant(wish: GrantIn) -> Grant:
    return Grant(str(wish.role), tuple(str(one) for one in wish.permissions))
