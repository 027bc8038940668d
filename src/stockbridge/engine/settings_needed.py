"""Settings of books that documents wait for: one issue each, however many wait."""

from collections.abc import Iterable
from datetime import datetime

from stockbridge.connectors import registry
from stockbridge.domain.delivery import REPLACEABLE, State
from stockbridge.domain.errors import DefectError, SettingNeededError, SyncError
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.models import Connection, Delivery, DeliveryNeed, Issue

CODE = "setting_needed"
SUBJECT = "setting"
_WAITING = sorted(state.value for state in REPLACEABLE)


def needed(error: SyncError) -> str:
    """Return the settings that a delivery waits for, as it keeps them; "" for none."""
    return ",".join(error.settings) if isinstance(error, SettingNeededError) else ""


def need_settings(
    connection: Connection, error: SettingNeededError, *, now: datetime
) -> None:
    """Say that documents wait for a setting; they are marked as waiting already."""
    title = title_of(connection, error.field)
    open_issue(
        IssueDraft(
            company=connection.company,
            connection=connection,
            code=CODE,
            subject_kind=SUBJECT,
            subject_id=error.field,
            title=f"{connection.name}: choose “{title}”",
            message=str(error),
            remedy=error.remedy or f"Choose {title} on the connection's settings.",
            waiting_count=count_waiting(connection, error.field),
            details={"field": error.field, "settings": list(error.settings)},
        ),
        now=now,
    )


def recount_settings(connection: Connection, *, now: datetime, by: str) -> None:
    """Bring the issues of a connection in line with what still waits."""
    issues = Issue.objects.filter(connection=connection, code=CODE, resolved_at=None)
    for issue in issues:
        count = count_waiting(connection, issue.subject_id)
        if count:
            Issue.objects.filter(pk=issue.pk).update(waiting_count=count)
        else:
            resolve_issues(
                connection.company,
                now=now,
                code=CODE,
                connection=connection,
                subject_id=issue.subject_id,
                by=by,
            )


def waiting_ids(connection: Connection, settings: Iterable[str]) -> list[int]:
    """Return the documents that wait for one of these settings, the oldest first."""
    changed = set(settings)
    held = Delivery.objects.filter(
        connection=connection, state=State.HELD.value
    ).exclude(waits_for="")
    kinds = held.order_by().values_list("waits_for", flat=True).distinct()
    wanted = [one for one in kinds if changed & set(one.split(","))]
    rows = held.filter(waits_for__in=wanted)
    return list(rows.order_by("id").values_list("pk", flat=True))


def count_waiting(connection: Connection, setting: str) -> int:
    """Return how many documents wait, those included that need one of them."""
    held = Delivery.objects.filter(connection=connection, state=State.HELD.value)
    foremost = [
        pk
        for pk, waits_for in held.exclude(waits_for="").values_list("pk", "waits_for")
        if waits_for.split(",")[0] == setting
    ]
    needs = DeliveryNeed.objects.filter(
        needed__in=foremost, delivery__state__in=_WAITING
    )
    return len({*foremost, *needs.values_list("delivery_id", flat=True)})


def title_of(connection: Connection, setting: str) -> str:
    """Return what a setting is called on the screen."""
    try:
        fields = registry.get(connection.connector).settings.model_fields
    except DefectError:
        return setting
    info = fields.get(setting)
    return (info.title if info else "") or setting
