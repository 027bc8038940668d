"""Every call from outside: `/hooks/<connection>/…`, bytes in, bytes out.

Whoever calls is a machine and unknown until its connector's endpoint has checked the
signature on the raw bytes. Until then a call may cost us little: its size is limited
before it is read, its caller is slowed down, and nothing is written but when the Web
Connector was here and which version it said it was.

An address that names no connection is answered as slowly as one that does: it is
looked up and its bytes are digested like those of a real call.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.urls import path, re_path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from stockbridge.connectors import registry
from stockbridge.engine.app_hearing import hear_app
from stockbridge.engine.desk.serving import body_bytes_max, serve
from stockbridge.engine.hearing import hear
from stockbridge.engine.models import Connection
from stockbridge.ports import Answer, Call
from stockbridge.web.rate_limits import RateLimit

BODY_BYTES_MAX = 5 * 1024 * 1024  # an order or product with much meta data
#: A store sends a notice per changed record: thousands after a bulk edit. It counts
#: each refusal, and stops to call after six, so these are far above that.
CONNECTION_LIMIT = RateLimit(per_s=50, burst=3_000)
CALLER_LIMIT = RateLimit(per_s=50, burst=3_000)
FORGERY_COST = 100  # thirty forged calls, then one each two seconds
_DECOY = b"as long as a real key of thirty-two"


@csrf_exempt
def hook(request: HttpRequest, uid: str, rest: str = "") -> HttpResponse:
    """Hear one call."""
    peer = caller(request)
    found = Connection.objects.select_related("company").filter(uid=uid).first()
    # A forger behind the same proxy as a store must not silence the store.
    who = f"{peer} {found.uid if found else '?'}"
    if not CALLER_LIMIT.take(who):
        return _too_many(CALLER_LIMIT.wait_s(who))
    if found is not None and not CONNECTION_LIMIT.take(uid):
        return _too_many(CONNECTION_LIMIT.wait_s(uid))
    most = (body_bytes_max(found) if found else None) or BODY_BYTES_MAX
    body = _body(request, most)
    if body is None:
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    if found is None:
        hmac.new(_DECOY, body, sha256).digest()
        CALLER_LIMIT.punish(who, FORGERY_COST)
        return HttpResponse(status=404, content_type="text/plain")
    call = _call(request, rest, body, peer)
    is_desk = body_bytes_max(found) is not None
    outcome = serve(found, call) if is_desk else hear(found, call, now=timezone.now())
    if outcome.is_refused:
        CALLER_LIMIT.punish(who, FORGERY_COST)
    return answered(outcome.answer, outcome.afterwards)


@csrf_exempt
def app_hook(request: HttpRequest, connector: str) -> HttpResponse:
    """Hear a call of an app, about whichever of its companies."""
    peer = caller(request)
    found = next((one for one in registry.books() if one.slug == connector), None)
    is_known = found is not None and found.app_endpoint is not None
    who = f"{peer} {connector if is_known else '?'}"
    if not CALLER_LIMIT.take(who):
        return _too_many(CALLER_LIMIT.wait_s(who))
    if is_known and not CONNECTION_LIMIT.take(connector):
        return _too_many(CONNECTION_LIMIT.wait_s(connector))
    body = _body(request, BODY_BYTES_MAX)
    if body is None:
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    if found is None or not is_known:
        CALLER_LIMIT.punish(who, FORGERY_COST)
        return HttpResponse(status=404, content_type="text/plain")
    outcome = hear_app(found, _call(request, "", body, peer), now=timezone.now())
    if outcome.is_refused:
        CALLER_LIMIT.punish(who, FORGERY_COST)
    return answered(outcome.answer)


def caller(request: HttpRequest) -> str:
    """Return who calls; behind a trusted proxy what the proxy says, the last one."""
    if settings.TRUSTED_PROXY:
        said: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if last := said.rpartition(",")[2].strip():
            return last[:60]
    return str(request.META.get("REMOTE_ADDR", ""))[:60]


def _call(request: HttpRequest, rest: str, body: bytes, peer: str) -> Call:
    return Call(
        method=request.method or "GET",
        path=rest,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        query=request.META.get("QUERY_STRING", ""),
        peer=peer,
        address=request.build_absolute_uri(request.path),
    )


def _body(request: HttpRequest, most: int) -> bytes | None:
    """Return the raw bytes; None where there are more than we take.

    What is announced as too large is not read; what is not announced is read up to
    the limit.
    """
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and int(announced) > most:
        return None
    try:
        body = request.read(most + 1)
    except (UnreadablePostError, RawPostDataException):
        return b""  # the caller hung up
    return None if len(body) > most else body


class AnswerResponse(HttpResponse):
    """An answer, and what is done once its bytes are on their way: nobody waits."""

    afterwards: Callable[[], None] | None = None

    def close(self) -> None:
        """Do it; the server closes a response that it has sent."""
        try:
            if self.afterwards is not None:
                self.afterwards()
        finally:
            super().close()


def answered(
    answer: Answer, afterwards: Callable[[], None] | None = None
) -> HttpResponse:
    """Return an answer as Django sends it."""
    response = AnswerResponse(
        answer.body, status=answer.status, content_type=answer.content_type
    )
    response.afterwards = afterwards
    if answer.status == 405:
        response["Allow"] = "POST"
    response["Cache-Control"] = "no-store"
    return response


def _too_many(wait_s: float) -> HttpResponse:
    response = HttpResponse("Too many calls.", status=429, content_type="text/plain")
    response["Retry-After"] = str(max(1, ceil(wait_s)))
    return response


urlpatterns = [
    path("hooks/apps/<slug:connector>/", app_hook, name="app_hook"),
    path("hooks/<slug:uid>/", hook, name="hook"),
    re_path(r"^hooks/(?P<uid>[-\w]+)/(?P<rest>.+)$", hook),
]
