"""How often a document left, for people: each time that it was sent is an event."""

from collections.abc import Collection

from django.db.models import Count

from stockbridge.domain.delivery import Event
from stockbridge.engine.models import DeliveryEvent


def tries_of(delivery_ids: Collection[int]) -> dict[int, int]:
    """Return how often each of these left; one that never did is not in it.

    `Delivery.attempts` is something else: it numbers attempts, and grows with failure.
    """
    sent = DeliveryEvent.objects.filter(
        delivery__in=delivery_ids, event=Event.SEND.value
    ).order_by()
    counts = sent.values("delivery_id").annotate(count=Count("pk"))
    return dict(counts.values_list("delivery_id", "count"))
