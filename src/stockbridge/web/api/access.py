"""Who may call what: a token of one company, with permissions of its own.

No address names a company: the token does. So what belongs to another company is
answered like what does not exist, and nobody learns anything by trying.
"""

from datetime import datetime
from http import HTTPStatus
from math import ceil

from django.http import Http404, HttpRequest
from ninja.security import HttpBearer

from stockbridge.companies.models import ApiToken, Company, Membership, User
from stockbridge.companies.permissions import NEEDS, Permission, Role
from stockbridge.companies.tokens import find_token
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.clock import utc_now
from stockbridge.web.hooks import caller
from stockbridge.web.rate_limits import RateLimit

#: A busy program reads some pages a second; a program gone wild does not stop us.
TOKEN_LIMIT = RateLimit(per_s=20, burst=300)
#: Whoever guesses tokens is slowed down; calls with a good token cost nothing here.
STRANGER_LIMIT = RateLimit(per_s=0.5, burst=30)


class ApiRequest(HttpRequest):
    """A call with a token that was accepted."""

    auth: ApiToken


class RefusedCallError(Exception):
    """The call is turned away before anything of it is looked at."""

    def __init__(
        self, status: HTTPStatus, message: str, remedy: str = "", *, wait_s: float = 0
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.remedy = remedy
        self.wait_s = wait_s


class BearerToken(HttpBearer):
    """Lets a call in whose token is valid and has the permission."""

    def __init__(self, permission: Permission) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        """Return the token; RefusedCallError says why there is none."""
        peer = caller(request)
        if STRANGER_LIMIT.wait_s(peer) > 0:
            raise too_many(STRANGER_LIMIT.wait_s(peer))
        token: ApiToken | None = super().__call__(request)
        if token is None:
            STRANGER_LIMIT.take(peer)
            raise RefusedCallError(
                HTTPStatus.UNAUTHORIZED,
                "This call has no valid token.",
                "Send the header “Authorization: Bearer sb_…”; a token is made on the "
                "screen API tokens, or by `stockbridge token add`.",
            )
        if not TOKEN_LIMIT.take(token.token_hash):
            raise too_many(TOKEN_LIMIT.wait_s(token.token_hash))
        demand(token, self.permission)
        return token

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the token that was sent, if there is such a one."""
        return find_token(token.strip(), utc_now())


def too_many(wait_s: float) -> RefusedCallError:
    """Return the refusal of a call that comes too early."""
    return RefusedCallError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many calls.",
        f"Try again in {ceil(wait_s)} seconds.",
        wait_s=wait_s,
    )


def demand(token: ApiToken, permission: Permission) -> None:
    """Raise RefusedCallError, naming what is lacking, unless the token may."""
    if token.may(permission):
        return
    wanted = [str(permission), *sorted(NEEDS.get(permission, frozenset()))]
    lacking = Permission(next(one for one in wanted if one not in token.permissions))
    raise RefusedCallError(
        HTTPStatus.FORBIDDEN,
        f"This token lacks the permission “{lacking.label}”.",
        "Make a token that has it on the screen API tokens.",
    )


def company_of(request: ApiRequest) -> Company:
    """Return the company whose token it is."""
    return request.auth.company


def act_of(request: ApiRequest, now: datetime | None = None) -> Act:
    """Return who acts, and when."""
    return Act(now=now or utc_now(), by=f"API: {request.auth.name}"[:150])


def person_of(request: ApiRequest) -> User:
    """Return who made the token: who answers for what it does."""
    if request.auth.created_by is None:
        raise RefusedCallError(
            HTTPStatus.FORBIDDEN,
            "Whoever made this token is no longer here.",
            "Make a new token.",
        )
    return request.auth.created_by


def membership_of(request: ApiRequest) -> Membership:
    """Return the token as a member: what it gives is never more than it has."""
    return Membership(
        company=company_of(request),
        user=person_of(request),
        role=Role.MEMBER,
        extra_permissions=request.auth.permissions,
    )


def not_found() -> Http404:
    """Return the one answer to all that is not there, or is not yours."""
    return Http404("There is nothing here.")
