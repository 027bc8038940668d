"""Support: a bundle for whoever helps; everything needed, and nobody in it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.engine.support import bundle
from stockbridge.web.access import CompanyRequest, demand, screen


@screen(Permission.CONFIGURE)
def support(request: CompanyRequest) -> HttpResponse:
    """Say what the bundle holds, and what not."""
    return render(request, "web/support.html")


@screen(Permission.CONFIGURE)
@require_POST
def support_bundle(request: CompanyRequest) -> HttpResponse:
    """Give the bundle as a file; it holds the logs, so these must be allowed."""
    demand(request, Permission.SEE_LOGS)
    now = timezone.now()
    response = HttpResponse(
        bundle([request.company], now=now), content_type="application/zip"
    )
    name = f"stockbridge-{request.company.slug}-{now:%Y%m%d-%H%M}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [
    path("support/", support, name="support"),
    path("support/bundle/", support_bundle, name="support_bundle"),
]
