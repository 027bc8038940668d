"""Alerts: who is told of what, by e-mail or to a web address."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import InvalidInputError, SyncError
from stockbridge.engine.actions import alerts as actions
from stockbridge.engine.alerts import AlertEvent
from stockbridge.engine.models import AlertChannel
from stockbridge.web import cells, mail
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.tables import Column, Empty, Table, show_table

MENU = (
    MenuItem(
        Section.SETUP,
        gettext_lazy("Alerts"),
        "alerts",
        permission=Permission.CONFIGURE,
        order=50,
        icon="bell",
    ),
)
KINDS = {
    actions.EMAIL: gettext_lazy("E-mail"),
    actions.WEBHOOK: gettext_lazy("Web address"),
}
EVENTS = {
    AlertEvent.NO_WORKER: gettext_lazy("No worker is running"),
    AlertEvent.SILENT: gettext_lazy("A connection is silent, failing or paused"),
    AlertEvent.SIGN_IN: gettext_lazy("A connection needs new keys"),
    AlertEvent.WEBHOOK: gettext_lazy("A store no longer notifies us"),
    AlertEvent.HELD: gettext_lazy("Something has needed you for long"),
    AlertEvent.LIMIT: gettext_lazy("A safety limit stopped something"),
}


class ChannelForm(forms.Form):
    """Where to tell, and of what."""

    kind = forms.ChoiceField(label=gettext_lazy("How"), choices=list(KINDS.items()))
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=300,
        help_text=gettext_lazy(
            "An e-mail address; or a web address that takes JSON by POST, as chat "
            "programs offer."
        ),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Tell of"),
        choices=[(key.value, label) for key, label in EVENTS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means all of them."),
    )
    held_longer_than_h = forms.IntegerField(
        label=gettext_lazy("“For long” means (hours)"),
        initial=24,
        min_value=actions.HOURS_MIN,
        max_value=actions.HOURS_MAX,
    )
    daily_summary = forms.BooleanField(
        label=gettext_lazy("A summary every morning"),
        required=False,
        help_text=gettext_lazy("Yesterday in a few lines, even if all is well."),
    )

    @property
    def draft(self) -> actions.ChannelDraft:
        """What was said, after validation."""
        return actions.ChannelDraft(**self.cleaned_data)


def _address(row: AlertChannel) -> str:
    slug = row.company.slug
    return reverse("alert", kwargs={"company": slug, "pk": row.pk})


def _events(row: AlertChannel) -> str:
    names = [str(EVENTS[one]) for one in AlertEvent if one.value in row.events]
    return ", ".join(names) or _("everything")


def _state(row: AlertChannel) -> str:
    if row.last_error:
        return cells.badge(row.last_error, "red")
    return cells.badge(_("ready"), "green")


ALERTS = Table(
    key="alerts",
    caption=gettext_lazy("Where alerts go"),
    columns=(
        Column("address", gettext_lazy("Address"), sort="address", link=_address),
        Column("kind", gettext_lazy("How"), value=lambda row: KINDS[row.kind]),
        Column("events", gettext_lazy("Tells of"), value=_events),
        Column("daily_summary", gettext_lazy("Every morning"), format=cells.yes_no),
        Column("state", gettext_lazy("State"), value="last_error", cell=_state),
    ),
    sort="address",
    empty=Empty(
        gettext_lazy("Nobody is told when something goes wrong."),
        icon="bell",
        action=gettext_lazy("Add an address"),
        url="alert_add",
    ),
)


@screen(Permission.CONFIGURE)
def alerts(request: CompanyRequest) -> HttpResponseBase:
    """List the channels."""
    rows = AlertChannel.objects.filter(company=request.company)
    context = {"sends_mail": mail.sends_mail()}
    return show_table(
        request, ALERTS, rows.select_related("company"), "web/alerts.html", context
    )


@screen(Permission.CONFIGURE)
def alert_add(request: CompanyRequest) -> HttpResponse:
    """Make a channel."""
    return _edit(request, None)


@screen(Permission.CONFIGURE)
def alert(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change a channel."""
    return _edit(request, _find(request, pk))


@screen(Permission.CONFIGURE)
@require_POST
def alert_try(request: CompanyRequest, pk: int) -> HttpResponse:
    """Send a test message."""
    row = _find(request, pk)
    if error := actions.try_channel(row, act_of(request)):
        messages.error(
            request, _("The test did not get through: %(why)s") % {"why": error}
        )
    else:
        messages.success(
            request, _("A test is on its way to %(where)s.") % {"where": row.address}
        )
    return redirect("alert", company=request.company.slug, pk=pk)


@screen(Permission.CONFIGURE)
@require_POST
def alert_delete(request: CompanyRequest, pk: int) -> HttpResponse:
    """Remove a channel."""
    row = _find(request, pk)
    actions.delete_channel(row, act_of(request))
    messages.success(request, _("%(where)s is told no more.") % {"where": row.address})
    return redirect("alerts", company=request.company.slug)


def _edit(request: CompanyRequest, row: AlertChannel | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ChannelForm(data, initial=_initial(row))
    if form.is_valid():
        try:
            saved = actions.save_channel(
                request.company, form.draft, act_of(request), row
            )
        except InvalidInputError as refusal:
            form.add_error(refusal.field, f"{refusal.message} {refusal.remedy}".strip())
        except SyncError as refusal:
            form.add_error(None, f"{refusal.message} {refusal.remedy}")
        else:
            messages.success(request, _("Saved. Send a test to be sure."))
            return redirect("alert", company=request.company.slug, pk=saved.pk)
    context = {"form": form, "channel": row, "sends_mail": mail.sends_mail()}
    status = 422 if form.errors else 200
    return render(request, "web/alert.html", context, status=status)


def _initial(row: AlertChannel | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {name: getattr(row, name) for name in ChannelForm.base_fields}


def _find(request: CompanyRequest, pk: int) -> AlertChannel:
    rows = AlertChannel.objects.filter(company=request.company, pk=pk)
    row = rows.select_related("company").first()
    if row is None:
        raise Http404
    return row


urlpatterns = [
    path("alerts/", alerts, name="alerts"),
    path("alerts/new/", alert_add, name="alert_add"),
    path("alerts/<int:pk>/", alert, name="alert"),
    path("alerts/<int:pk>/test/", alert_try, name="alert_try"),
    path("alerts/<int:pk>/delete/", alert_delete, name="alert_delete"),
]
