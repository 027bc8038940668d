"""Signing in and out, passwords, the second factor: allauth's pages in our look."""

from allauth.account import urls as account_urls
from django.urls import URLPattern, URLResolver, include, path

MOUNT = "root"

#: Of allauth's pages those that we offer. E-mail addresses and sign-up are our own.
PAGES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_signup",  # closed by our adapter; allauth asks for its address
        "account_email_verification_sent",  # likewise
    }
)

_account: list[URLPattern | URLResolver] = [
    pattern for pattern in account_urls.urlpatterns if pattern.name in PAGES
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include(_account)),
]
