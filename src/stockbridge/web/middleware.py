"""What happens to every request and answer of the pages."""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone

from stockbridge.companies.models import User

Handler = Callable[[HttpRequest], HttpResponseBase]

#: Everything comes from ourselves. `data:` pictures: icons inside Tabler's style sheet
#: and the QR code of the second factor.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


#: What answers before anybody has been here: the wizard, its files, and watchdogs.
BEFORE_FIRST_RUN = ("/welcome/", "/static/", "/hooks/", "/api/", "/healthz", "/metrics")


def security_headers(get_response: Handler) -> Handler:
    """Say to the browser what a page may load; a view may have said it before."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # The last request in this thread may have set its company's time zone.
        timezone.deactivate()
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response

    return middleware


def messages_for_parts(get_response: Handler) -> Handler:
    """Add waiting messages to the answer where only a part of the page is renewed."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if _takes_messages(request, response):
            assert isinstance(response, HttpResponse)
            waiting = list(get_messages(request))
            if waiting:
                response.write(
                    render_to_string("web/messages_part.html", {"messages": waiting})
                )
        return response

    return middleware


def _takes_messages(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        bool(getattr(request, "htmx", None))
        and not request.htmx.boosted  # type: ignore[attr-defined]
        and isinstance(response, HttpResponse)
        and response.status_code == 200
        and response.get("Content-Type", "").startswith("text/html")
        and "HX-Redirect" not in response
        and "HX-Refresh" not in response
    )


def first_run(get_response: Handler) -> Handler:
    """Lead every address to the wizard while nobody has been here yet."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # Who is signed in is somebody; only visitors cost a look at the database.
        if (
            request.path.startswith(BEFORE_FIRST_RUN)
            or request.user.is_authenticated
            or User.objects.exists()
        ):
            return get_response(request)
        return redirect("welcome")

    return middleware
