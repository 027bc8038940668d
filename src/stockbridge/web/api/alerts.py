"""Calls about alerts: who is told of what."""

from ninja import Router, Schema
from pydantic import Field

from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions import alerts as actions
from stockbridge.engine.actions.alerts import ChannelDraft
from stockbridge.engine.models import AlertChannel
from stockbridge.web.api.access import ApiRequest, act_of, company_of, not_found
from stockbridge.web.api.calls import In, RowId, operation

router = Router(tags=["Alerts"])
SET_UP = Permission.CONFIGURE


class AlertIn(In):
    """Where to tell, and of what; no events: all of them."""

    kind: str = Field(max_length=8, description="email or webhook")
    address: str = Field(max_length=300)
    events: list[str] = Field([], max_length=50)
    daily_summary: bool = False
    held_longer_than_h: int = Field(24, ge=1, le=720)


class AlertOut(Schema):
    """A channel, and what went wrong when it was last used."""

    id: int
    kind: str
    address: str
    events: list[str]
    daily_summary: bool
    held_longer_than_h: int
    last_error: str


@operation(router, "GET /alerts", SET_UP, list[AlertOut])
def list_alerts(request: ApiRequest) -> list[AlertOut]:
    """Return where alerts go."""
    rows = AlertChannel.objects.filter(company=company_of(request)).order_by("pk")
    return [alert_out(row) for row in rows]


@operation(router, "POST /alerts", SET_UP, AlertOut, status=201)
def add_alert(request: ApiRequest, draft: AlertIn) -> AlertOut:
    """Make a channel."""
    wanted = ChannelDraft(**draft.model_dump())
    made = actions.save_channel(company_of(request), wanted, act_of(request))
    return alert_out(made)


@operation(router, "PUT /alerts/{int:alert_id}", SET_UP, AlertOut)
def change_alert(request: ApiRequest, alert_id: RowId, draft: AlertIn) -> AlertOut:
    """Change a channel."""
    row = _alert(request, alert_id)
    wanted = ChannelDraft(**draft.model_dump())
    return alert_out(
        actions.save_channel(company_of(request), wanted, act_of(request), row)
    )


@operation(router, "POST /alerts/{int:alert_id}/test", SET_UP, AlertOut)
def try_alert(request: ApiRequest, alert_id: RowId) -> AlertOut:
    """Send a test message; what went wrong is in `last_error`."""
    row = _alert(request, alert_id)
    row.last_error = actions.try_channel(row, act_of(request))
    return alert_out(row)


@operation(router, "DELETE /alerts/{int:alert_id}", SET_UP, None, status=204)
def delete_alert(request: ApiRequest, alert_id: RowId) -> None:
    """Tell this address no more."""
    actions.delete_channel(_alert(request, alert_id), act_of(request))


def alert_out(row: AlertChannel) -> AlertOut:
    """Return a channel."""
    return AlertOut(
        id=row.pk,
        kind=row.kind,
        address=row.address,
        events=row.events,
        daily_summary=row.daily_summary,
        held_longer_than_h=row.held_longer_than_h,
        last_error=row.last_error,
    )


def _alert(request: ApiRequest, alert_id: int) -> AlertChannel:
    rows = AlertChannel.objects.filter(company=company_of(request), pk=alert_id)
    row = rows.select_related("company").first()
    if row is None:
        raise not_found()
    return row
