"""Where programs call: the API, its document and pages; whether all is well."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, re_path

from stockbridge.companies.tokens import find_token
from stockbridge.engine import health, metrics
from stockbridge.engine.clock import utc_now
from stockbridge.web.api.api import api
from stockbridge.web.api.refusals import NOT_FOUND
from stockbridge.web.hooks import caller

MOUNT = "root"


def healthz(request: HttpRequest) -> HttpResponse:
    """Say how the installation is: 200 when all is well, else 503."""
    found = health.look(utc_now())
    response = JsonResponse(found.as_data(), status=200 if found.is_ok else 503)
    response["Cache-Control"] = "no-store"
    return response


def metrics_page(request: HttpRequest) -> HttpResponse:
    """Give figures to whoever calls from this machine, or has a token for them.

    They are of all companies: only a token counts that an administrator of the
    installation has made.
    """
    if not (_is_from_here(request) or _has_token(request)):
        refusal = HttpResponse(
            "A token is needed.", status=401, content_type="text/plain"
        )
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    return HttpResponse(metrics.render(utc_now()), content_type=metrics.CONTENT_TYPE)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer addresses of the API that there are not, as JSON."""
    return JsonResponse(NOT_FOUND.model_dump(), status=404)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether this machine calls; behind a proxy all calls seem to."""
    if settings.PUBLIC_URL or settings.TRUSTED_PROXY:
        return False
    try:
        return ip_address(caller(request)).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    token = find_token(text.strip(), utc_now())
    if token is None or token.created_by is None:
        return False
    return token.created_by.is_superuser and token.created_by.is_active


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics_page, name="metrics"),
    path("api/v1/", api.urls),
    re_path(r"^api/", nothing_here),
]
