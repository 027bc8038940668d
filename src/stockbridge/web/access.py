"""Who may open a screen.

    @screen(Permission.VIEW, post=Permission.CONFIGURE)
    def rules(request: CompanyRequest) -> HttpResponse: ...

The address has a part `company` (all of `/c/<company>/…` have); the view gets the
company as `request.company` instead. Nobody signed in: the sign-in page comes first. A
stranger to the company: 404, as if it did not exist. A member who lacks the permission:
403, with its name and who can give it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.permissions import NEEDS, Permission, Role

P = ParamSpec("P")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


class CompanyRequest(PersonRequest):
    """A request of a member, within one company."""

    company: Company
    membership: Membership


class NotAllowedError(PermissionDenied):
    """A member lacks a permission."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(str(permission.label))
        self.permission = permission


CompanyView = Callable[Concatenate[CompanyRequest, P], HttpResponseBase]
PersonView = Callable[Concatenate[PersonRequest, P], HttpResponseBase]


def screen(
    permission: Permission, *, post: Permission | None = None
) -> Callable[[CompanyView[P]], Callable[..., HttpResponseBase]]:
    """Make a view a screen of a company, for members with `permission`.

    `post` is asked instead when the request would change something.
    """

    def decorate(view: CompanyView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(
            request: CompanyRequest, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            slug = str(kwargs.pop("company"))
            request.membership = find_membership(request.user, slug)
            request.company = request.membership.company
            timezone.activate(ZoneInfo(request.company.time_zone))
            needed = permission if request.method in SAFE_METHODS else post
            try:
                demand(request, needed or permission)
                return view(request, *args, **kwargs)
            except NotAllowedError as refusal:
                return refuse(request, refusal.permission)

        return guarded

    return decorate


def signed_in(view: PersonView[P]) -> Callable[..., HttpResponseBase]:
    """Make a view a page of the person, outside any company."""

    @wraps(view)
    def guarded(
        request: PersonRequest, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        return view(request, *args, **kwargs)

    return guarded


def installation_admin(view: PersonView[P]) -> Callable[..., HttpResponseBase]:
    """Make a view a page of the installation's administrators; 404 for others."""

    @wraps(view)
    def guarded(
        request: PersonRequest, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        if not request.user.is_superuser:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def demand(request: CompanyRequest, permission: Permission) -> None:
    """Raise NotAllowedError unless the member may; for checks inside a view."""
    if not request.membership.may(permission):
        raise NotAllowedError(missing(request.membership, permission))


def missing(membership: Membership, permission: Permission) -> Permission:
    """Return which permission is lacking: the act's own, or one that it needs."""
    wanted = [str(permission), *sorted(NEEDS.get(permission, frozenset()))]
    return Permission(next(w for w in wanted if w not in membership.permissions))


def find_membership(user: User, slug: str) -> Membership:
    """Return the person's place in the company; Http404 for a stranger.

    An administrator of the installation is an administrator of every company.
    """
    found = Membership.objects.select_related("company", "user").filter(
        company__slug=slug, user=user
    )
    if membership := found.first():
        return membership
    company = Company.objects.filter(slug=slug).first() if user.is_superuser else None
    if company is None:
        raise Http404
    return Membership(company=company, user=user, role=Role.ADMINISTRATOR)


def administrators(company: Company) -> list[User]:
    """Return who can give permissions in the company."""
    return list(
        User.objects.filter(
            memberships__company=company,
            memberships__role=Role.ADMINISTRATOR,
            is_active=True,
        ).order_by("email")
    )


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the sign-in page, and back here afterwards."""
    if getattr(request, "htmx", None):  # a part of a page cannot hold the sign-in page
        here = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        answer = redirect_to_login(here)
        return HttpResponseClientRedirect(answer.url)
    return redirect_to_login(request.get_full_path(), resolve_url("account_login"))


def refuse(request: CompanyRequest, permission: Permission) -> HttpResponse:
    """Answer 403 and say what is missing and who can give it."""
    context: dict[str, Any] = {
        "permission": permission,
        "administrators": administrators(request.company),
    }
    if not request.htmx:
        return render(request, "web/refused.html", context, status=403)
    answer = render(request, "web/refused_part.html", context, status=403)
    answer["HX-Retarget"] = "#messages"
    answer["HX-Reswap"] = "beforeend"
    return answer
