"""The one address of this installation to which people come back from a sign-in."""

from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

LOCAL = "http://localhost:8420"  # where nobody said how we are reached


def return_address(request: HttpRequest | None = None) -> str:
    """Return it in full, as it has to be entered at the other side, to the letter.

    Without a public address it is as the browser knows us.
    """
    path = reverse("signed_in_again")
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    if request is None:
        return f"{LOCAL}{path}"
    return request.build_absolute_uri(path)


def returned_in(address: str) -> dict[str, str]:
    """Return what came back, by the whole address at which a person ended."""
    return dict(parse_qsl(urlsplit(address.strip()).query))
