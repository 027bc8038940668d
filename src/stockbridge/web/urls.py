"""The addresses of screens, API and hooks."""

from allauth.account import urls as account_urls
from django.urls import URLPattern, URLResolver, include, path

from stockbridge.web.screens import screen_modules

#: Of allauth's pages those that we offer; e-mail addresses and sign-up are our own.
ACCOUNT_PAGES = frozenset(
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
        "account_signup",  # closed by our adapter; allauth's pages ask for its address
        "account_email_verification_sent",
    }
)

_account: list[URLPattern | URLResolver] = [
    pattern for pattern in account_urls.urlpatterns if pattern.name in ACCOUNT_PAGES
]


def _screens(mount: str) -> list[URLPattern | URLResolver]:
    return [
        pattern
        for module in screen_modules()
        if getattr(module, "MOUNT", "company") == mount
        for pattern in getattr(module, "urlpatterns", ())
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include(_account)),
    path("c/<slug:company>/", include(_screens("company"))),
    *_screens("root"),
]
