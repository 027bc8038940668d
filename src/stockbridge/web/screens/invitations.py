"""Invitations: who is offered a place, and the page on which it is taken."""

import smtplib

from django import forms
from django.contrib import messages
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.invitations import Invited, invite, pending
from stockbridge.companies.models import Invitation
from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import ActionNeededError, ConflictError
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.mail import public_address, sends_mail
from stockbridge.web.permission_forms import PermissionsForm
from stockbridge.web.tables import (
    BulkAction,
    Column,
    Empty,
    Table,
    resolve_selection,
    show_table,
)


class InvitationForm(PermissionsForm):
    """Whom to invite, and to what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ("email", "role", "permissions")


def _state(invitation: Invitation) -> str:
    if invitation.expires_at <= timezone.now():
        return cells.badge(gettext("expired"), "red")
    return cells.badge(gettext("waiting"), "blue")


INVITATIONS = Table(
    key="invitations",
    caption=_("Invitations that nobody has taken yet"),
    columns=(
        Column("email", _("E-mail"), sort="email"),
        Column("role", _("Role"), value=Invitation.get_role_display, sort="role"),
        Column("invited_by", _("Invited by")),
        Column(
            "expires",
            _("Until"),
            value="expires_at",
            sort="expires_at",
            format=cells.moment,
        ),
        Column("state", _("State"), cell=_state, is_exported=False),
    ),
    sort="email",
    search=("email__icontains",),
    actions=(
        BulkAction(
            "revoke",
            _("Revoke"),
            url="invitations_revoke",
            permission=Permission.MANAGE_USERS,
            icon="trash",
            confirm=_("The links that were sent will no longer work."),
        ),
    ),
    empty=Empty(
        _("Nobody is invited at the moment."),
        icon="mail",
        action=_("Invite somebody"),
        url="invitation_add",
    ),
)


def _waiting(request: CompanyRequest) -> QuerySet[Invitation]:
    return pending(request.company).select_related("invited_by")


@screen(Permission.MANAGE_USERS)
def invitations(request: CompanyRequest) -> HttpResponseBase:
    """List the offers that wait."""
    return show_table(request, INVITATIONS, _waiting(request), "web/invitations.html")


@screen(Permission.MANAGE_USERS)
def invitation_add(request: CompanyRequest) -> HttpResponse:
    """Invite somebody; the link is shown once."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            invited = invite(
                request.membership,
                form.cleaned_data["email"],
                form.grant(),
                timezone.now(),
            )
        except ConflictError as refusal:
            form.add_error("email", f"{refusal.message} {refusal.remedy}")
        except ActionNeededError as refusal:
            form.refuse(refusal)
        else:
            return _show_link(request, invited)
    status = 422 if form.errors else 200
    return render(request, "web/invitation_add.html", {"form": form}, status=status)


@screen(Permission.MANAGE_USERS)
@require_POST
def invitations_revoke(request: CompanyRequest) -> HttpResponse:
    """Take offers back."""
    count, _by_model = resolve_selection(
        request, INVITATIONS, _waiting(request)
    ).delete()
    messages.success(request, gettext("%(count)s revoked.") % {"count": count})
    return redirect("invitations", company=request.company.slug)


def _show_link(request: CompanyRequest, invited: Invited) -> HttpResponse:
    where = reverse("invitation", kwargs={"token": invited.token})
    link = public_address(request, where)
    context = {
        "invitation": invited.invitation,
        "link": link,
        "is_sent": _send(request, invited.invitation, link),
    }
    response = render(request, "web/invitation_made.html", context)
    response["Cache-Control"] = "no-store"  # the link is a key
    return response


def _send(request: CompanyRequest, invitation: Invitation, link: str) -> bool:
    """Send the link; return whether that went well."""
    if not sends_mail():
        return False
    text = render_to_string(
        "web/mail/invitation.txt", {"invitation": invitation, "link": link}, request
    )
    subject = gettext("%(company)s on Stockbridge") % {"company": invitation.company}
    try:
        send_mail(" ".join(subject.split()), text, None, [invitation.email])
    except (OSError, smtplib.SMTPException) as failure:
        messages.warning(request, gettext("The e-mail could not be sent: %s") % failure)
        return False
    return True


urlpatterns = [
    path("users/invitations/", invitations, name="invitations"),
    path("users/invitations/new/", invitation_add, name="invitation_add"),
    path("users/invitations/revoke/", invitations_revoke, name="invitations_revoke"),
]
