"""The daily summary: yesterday in a few lines, each morning, per company."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum

from stockbridge.companies.models import Company
from stockbridge.domain.delivery import State
from stockbridge.engine.alerts import Sender
from stockbridge.engine.messengers import Message, send
from stockbridge.engine.models import (
    AlertChannel,
    Delivery,
    Disposition,
    Issue,
    Snapshot,
)

FROM_HOUR = 7  # in the company's time zone


def summarise(now: datetime, *, sender: Sender = send) -> int:
    """Send what is due; return how many left. Once a day per channel, even if late."""
    count = 0
    wanted = AlertChannel.objects.filter(daily_summary=True).select_related("company")
    for channel in wanted:
        local = now.astimezone(ZoneInfo(channel.company.time_zone))
        if local.hour < FROM_HOUR or channel.last_summary_on == local.date():
            continue
        # Marked first: a summary may be missed, it is never sent twice.
        AlertChannel.objects.filter(pk=channel.pk).update(last_summary_on=local.date())
        error = sender(channel, summary_of(channel.company, now))
        AlertChannel.objects.filter(pk=channel.pk).update(last_error=error)
        count += not error
    return count


def summary_of(company: Company, now: datetime) -> Message:
    """Return yesterday's figures, by the company's own day."""
    zone = ZoneInfo(company.time_zone)
    today = now.astimezone(zone).date()
    day = today - timedelta(days=1)
    first = datetime.combine(day, time.min, zone)
    last = datetime.combine(today, time.min, zone)
    orders = Snapshot.objects.filter(
        connection__company=company,
        connection__kind="store",
        feed="orders",
        at__gte=first,
        at__lt=last,
    ).count()
    held = Disposition.objects.filter(
        bridge__company=company, is_current=True, outcome=Disposition.Outcome.HELD
    ).count()
    waiting = Delivery.objects.filter(
        company=company, state__in=[State.READY.value, State.IN_DOUBT.value]
    ).count()
    lines = [
        f"Orders placed in the stores: {orders}",
        *_posted(company, first, last),
        f"Orders that need you: {held}",
        f"Documents waiting to be sent: {waiting}",
        f"Open issues: {_issues(company)}",
    ]
    return Message(
        event="summary",
        company=company.name,
        title=f"Summary of {day.isoformat()}",
        text="\n".join(lines),
        at=now,
    )


def _posted(company: Company, first: datetime, last: datetime) -> list[str]:
    rows = (
        Delivery.objects.filter(
            company=company,
            kind="sale",
            state=State.POSTED.value,
            posted_at__gte=first,
            posted_at__lt=last,
        )
        .order_by()
        .values("currency")
        .annotate(count=Count("id"), sum=Sum("total"))
    )
    if not rows:
        return ["Sales booked: 0"]
    return [
        f"Sales booked: {row['count']}, {row['sum']:,.2f} {row['currency']}"
        for row in rows
    ]


def _issues(company: Company) -> int:
    return Issue.objects.filter(company=company, resolved_at=None).count()
