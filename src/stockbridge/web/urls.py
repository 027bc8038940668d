"""The addresses of screens, API and hooks."""

from django.urls import URLPattern, URLResolver, include, path

from stockbridge.web import hooks
from stockbridge.web.screens import screen_modules


def _screens(mount: str) -> list[URLPattern | URLResolver]:
    return [
        pattern
        for module in screen_modules()
        if getattr(module, "MOUNT", "company") == mount
        for pattern in getattr(module, "urlpatterns", ())
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:company>/", include(_screens("company"))),
    *_screens("root"),
    *hooks.urlpatterns,
]
