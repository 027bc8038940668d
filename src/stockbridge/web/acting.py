"""Saying what an act did: how many, and why some were left out."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions.hand import Acted
from stockbridge.web.access import CompanyRequest

REASONS_MAX = 5


def say(request: CompanyRequest, acted: Acted, done: str) -> None:
    """Tell what was done, and why the rest was not; `done` has a %(count)s."""
    if acted.count:
        messages.success(request, done % {"count": f"{acted.count:,}"})
    reasons = Counter(one.reason for one in acted.refused)
    for reason, count in reasons.most_common(REASONS_MAX):
        text = _("%(count)s left as it is: %(reason)s")
        messages.warning(request, text % {"count": f"{count:,}", "reason": reason})
    if not acted.count and not reasons:
        messages.info(request, _("There was nothing to do."))


def say_error(request: CompanyRequest, error: SyncError) -> None:
    """Tell what went wrong, and what to do about it."""
    messages.error(request, f"{error.message} {error.remedy}".strip())


def back(request: CompanyRequest, address: str) -> HttpResponse:
    """Return to the page that asked, if it is one of ours, else to `address`."""
    wanted = request.POST.get("next", "")
    # A word without a slash would be taken for the name of a page.
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None
    ):
        return redirect(wanted)
    return redirect(address)
