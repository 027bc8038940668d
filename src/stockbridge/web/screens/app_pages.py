"""Where an app of ours leads people: from its list there, and after a disconnection.

Both addresses belong to no company and tell a stranger nothing. What stands in their
query proves nothing: it only chooses among the connections of whoever is signed in, and
whether an access is gone is asked on the other side, with our own token.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from stockbridge.companies.members import visible_companies
from stockbridge.companies.models import User
from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.engine.checks import check_now, is_sign_in_trouble
from stockbridge.engine.models import Connection
from stockbridge.ports import WebSignIn
from stockbridge.web.access import PersonRequest, find_membership, signed_in
from stockbridge.web.rate_limits import RateLimit

MOUNT = "root"
#: Each look is a call to the other side: a few, then one in half a minute.
LOOK_LIMIT = RateLimit(per_s=1 / 30, burst=3)


class Access(StrEnum):
    """What was found of an access that is said to have ended."""

    GONE = "gone"
    THERE = "there"
    UNKNOWN = "unknown"  # nobody answered, or it was asked just now


@dataclass(frozen=True, slots=True)
class Looked:
    """A connection of the person, and how its access stands."""

    connection: Connection
    access: Access


@signed_in
@require_GET
def app_launch(request: PersonRequest, connector: str) -> HttpResponse:
    """Lead to the connection that is meant; to the list where there are several."""
    service = _service(connector)
    rows = list(_own(request.user, connector))
    found = _named(service, rows, request) or rows
    if len(found) == 1:
        (row,) = found
        return redirect("connection", company=row.company.slug, uid=row.uid)
    slugs = {row.company.slug for row in found}
    if len(slugs) == 1:
        return redirect("connections", company=slugs.pop())
    return redirect("home")


@require_GET
def app_disconnected(request: HttpRequest, connector: str) -> HttpResponse:
    """Say what happens after somebody ended the access on the other side."""
    service = _service(connector)
    looked: list[Looked] = []
    if isinstance(request.user, User):
        rows = _named(service, _own(request.user, connector), request)
        looked = list(_looked_at(request.user, service, rows))
    context = {
        "service": service.service,
        "connector": connector,
        "looked": looked,
        "is_known": request.user.is_authenticated,
    }
    return render(request, "web/app_disconnected.html", context)


def _looked_at(
    user: User, service: WebSignIn, rows: Iterable[Connection]
) -> Iterator[Looked]:
    """Ask the other side about these, for those who may test the connection."""
    for row in rows:
        if not find_membership(user, row.company.slug).may(Permission.CONFIGURE):
            continue
        if not service.standing(row.secrets).is_signed_in:
            yield Looked(row, Access.GONE)
        elif not LOOK_LIMIT.take(row.uid):
            yield Looked(row, Access.UNKNOWN)
        else:
            yield Looked(row, _asked(row))


def _asked(row: Connection) -> Access:
    report = check_now(row, now=timezone.now()).report
    if is_sign_in_trouble(report):
        return Access.GONE
    return Access.THERE if report.is_usable else Access.UNKNOWN


def _own(user: User, connector: str) -> Iterator[Connection]:
    rows = Connection.objects.filter(
        connector=connector, company__in=visible_companies(user)
    )
    yield from rows.select_related("company").order_by("id")


def _named(
    service: WebSignIn, rows: Iterable[Connection], request: HttpRequest
) -> list[Connection]:
    """Return those of the company that the address names; none where it names none."""
    named = service.account_id(request.GET.dict())
    if not named:
        return []
    return [row for row in rows if service.standing(row.secrets).account_id == named]


def _service(connector: str) -> WebSignIn:
    found = next((one for one in registry.books() if one.slug == connector), None)
    if found is None or found.sign_in is None:
        raise Http404
    return found.sign_in


urlpatterns = [
    path("apps/<slug:connector>/launch/", app_launch, name="app_launch"),
    path(
        "apps/<slug:connector>/disconnected/", app_disconnected, name="app_disconnected"
    ),
]
