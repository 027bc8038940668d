"""Coming back from the other side's sign-in page: one address for all connections."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from stockbridge.engine.actions.signing_in import find_by_state
from stockbridge.web.access import PersonRequest, signed_in
from stockbridge.web.screens.signing_in import signed_in_to

MOUNT = "root"


@signed_in
@require_GET
def signed_in_again(request: PersonRequest) -> HttpResponseBase:
    """Go on with the connection that the state names, by its company's rules."""
    row = find_by_state(request.GET.get("state", ""))
    if row is None:
        return render(request, "web/sign_in_lost.html", status=404)
    return signed_in_to(request, company=row.company.slug, uid=row.uid)


urlpatterns = [path("signed-in/", signed_in_again, name="signed_in_again")]
