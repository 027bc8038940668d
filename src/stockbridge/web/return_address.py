"""The addresses of this installation to which the other side leads people."""

from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

LOCAL = "http://localhost:8420"  # where nobody said how we are reached


def return_address(request: HttpRequest | None = None) -> str:
    """Return it in full, as it has to be entered at the other side, to the letter.

    Without a public address it is as the browser knows us.
    """
    return _in_full(reverse("signed_in_again"), request)


def launch_address(connector: str, request: HttpRequest | None = None) -> str:
    """Return where an app of this kind leads people from its own list of apps."""
    return _in_full(reverse("app_launch", args=[connector]), request)


def disconnect_address(connector: str, request: HttpRequest | None = None) -> str:
    """Return where people end who took the access away on the other side."""
    return _in_full(reverse("app_disconnected", args=[connector]), request)


def _in_full(path: str, request: HttpRequest | None) -> str:
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    if request is None:
        return f"{LOCAL}{path}"
    return request.build_absolute_uri(path)


def returned_in(address: str) -> dict[str, str]:
    """Return what came back, by the whole address at which a person ended."""
    return dict(parse_qsl(urlsplit(address.strip()).query))
