"""Whether this installation can send e-mail, and the address it is known by."""

from django.conf import settings
from django.http import HttpRequest


def sends_mail() -> bool:
    """Return whether e-mail leaves the house; without a server it is only printed."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def public_address(request: HttpRequest, path: str) -> str:
    """Return the full address of a path, as people outside reach it."""
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)
