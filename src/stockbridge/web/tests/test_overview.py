"""The first screen: is all well, what needs me, and how today's orders stand."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from stockbridge.companies.permissions import Permission
from stockbridge.engine import workers
from stockbridge.engine.desk.access import make_access
from stockbridge.engine.models import (
    Bridge,
    Connection,
    DeliverySource,
    Disposition,
    Installation,
    Issue,
    Snapshot,
)
from stockbridge.engine.overview import Overview, booked_per_day, overview
from stockbridge.engine.tests.rows import NOW, a_connection, a_delivery
from stockbridge.web.tests.joined import a_joined_store, a_store
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db


def seen(people: People) -> Overview:
    return overview(people.company, NOW)


def codes(people: People) -> set[str]:
    return {one.code for one in seen(people).troubles}


def a_working_company() -> tuple[People, Bridge]:
    """Return a company where all is well: a worker runs, the store answers."""
    people = make_people()
    workers.beat("w1", now=NOW)
    bridge = a_joined_store(people)
    Bridge.objects.update(is_enabled=True)
    Connection.objects.update(last_seen_at=NOW)
    return people, Bridge.objects.get(pk=bridge.pk)


def an_order(bridge: Bridge, number: int, at: datetime = NOW) -> Snapshot:
    return Snapshot.objects.create(
        connection=bridge.store,
        feed="orders",
        external_id=str(number),
        digest="d",
        key=f"#{number}",
        at=at,
        amount=Decimal("10.50"),
        seen_at=NOW,
    )


def a_sale(bridge: Bridge, order_id: str, total: Decimal) -> None:
    sale = a_delivery(bridge, state="posted", total=total)
    DeliverySource.objects.create(
        delivery=sale,
        bridge=bridge,
        kind="order",
        source_id=order_id,
        order_id=order_id,
        effect="sale",
        revision="r",
    )


def a_disposition(bridge: Bridge, number: int, outcome: str) -> None:
    Disposition.objects.create(
        bridge=bridge,
        source_kind="order",
        source_id=str(number),
        order_id=str(number),
        revision="r",
        outcome=outcome,
        at=NOW,
    )


def test_the_overview_is_seen_by_every_member() -> None:
    people = make_people()
    a_store(people)

    assert_access(people, people.url("overview"), Permission.VIEW)


def test_a_new_company_is_led_to_its_first_store() -> None:
    people = make_people()

    page = people.client().get(people.url("overview")).content.decode()

    assert people.url("connection_add") in page


def test_all_is_well_where_nothing_needs_anybody() -> None:
    people, _ = a_working_company()

    assert seen(people).is_well


def test_no_worker_is_said_on_top_with_what_to_do() -> None:
    people = make_people()
    a_store(people)

    page = people.client().get(people.url("overview")).content.decode()

    assert "No worker is running" in page
    assert "stockbridge serve" in page


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "needs_sign_in"}, "sign_in"),
        ({"status": "failing"}, "failing"),
        ({"status": "paused"}, "paused_one"),
        ({"last_seen_at": NOW - timedelta(minutes=16)}, "silent"),
        ({"webhooks": {"mode": "webhooks", "is_working": False}}, "webhooks"),
    ],
)
def test_each_trouble_of_a_connection_is_said(
    fields: dict[str, object], code: str
) -> None:
    people, bridge = a_working_company()

    Connection.objects.filter(pk=bridge.store_id).update(**fields)

    assert codes(people) == {code}


def test_a_store_that_answered_a_quarter_of_an_hour_ago_is_not_silent() -> None:
    people, bridge = a_working_company()

    Connection.objects.filter(pk=bridge.store_id).update(
        last_seen_at=NOW - timedelta(minutes=15)
    )

    assert codes(people) == set()


@pytest.mark.parametrize(("minutes", "is_said"), [(59, False), (61, True)])
def test_a_web_connector_that_has_not_called_is_said_with_what_to_do(
    minutes: int, *, is_said: bool
) -> None:
    people, _ = a_working_company()
    till = a_connection(people.company, name="Till", connector="quickbooks_pos")
    access, _password = make_access(till)
    access.last_sign_in_at = timezone.now() - timedelta(minutes=minutes)
    access.save()

    page = people.client().get(people.url("overview")).content.decode()

    assert ("Till has not called" in page) is is_said
    assert ("Web Connector runs there with Auto-Run ticked" in page) is is_said


def test_a_pause_after_a_restore_is_said_first() -> None:
    people, _ = a_working_company()
    Installation.current()
    Installation.objects.update(paused_reason="A backup was put back.")

    assert seen(people).troubles[0].code == "paused"


def test_open_issues_are_counted_and_resolved_ones_are_not() -> None:
    people, _ = a_working_company()
    for resolved_at in (None, NOW):
        Issue.objects.create(
            company=people.company,
            fingerprint=str(resolved_at),
            code="x",
            title="X",
            opened_at=NOW,
            seen_at=NOW,
            resolved_at=resolved_at,
        )

    found = seen(people)

    assert found.issues == 1
    assert not found.is_well


def test_the_queue_is_counted_by_where_documents_stand() -> None:
    people, bridge = a_working_company()
    for state in ("ready", "sent", "in_doubt", "held", "failed", "posted", "cancelled"):
        a_delivery(bridge, state=state)

    queue = seen(people).queue

    assert (queue.waiting, queue.in_doubt, queue.held, queue.failed) == (2, 1, 1, 1)
    assert queue.done_today == 1


def test_todays_orders_are_compared_with_the_books() -> None:
    people, bridge = a_working_company()
    outcomes = {1: "posted", 5: "posted", 2: "held", 3: "waiting", 4: "planned"}
    for number, outcome in outcomes.items():
        an_order(bridge, number)
        a_disposition(bridge, number, outcome)
    an_order(bridge, 9, at=NOW - timedelta(days=1))
    for reference in ("1", "5"):  # two of the same amount are two
        a_sale(bridge, reference, Decimal("10.50"))

    (today,) = seen(people).today

    assert (today.in_store, today.in_store_total) == (5, Decimal("52.50"))
    assert (today.in_books, today.in_books_total) == (2, Decimal("21.00"))
    assert (today.held, today.waiting, today.missing) == (1, 1, 1)


def test_today_begins_where_the_company_is() -> None:
    people, bridge = a_working_company()
    people.company.time_zone = "America/New_York"
    people.company.save()
    bridge.company.refresh_from_db()
    an_order(bridge, 1, at=NOW.replace(hour=3))  # eleven in the evening before

    (today,) = seen(people).today

    assert today.in_store == 0


def test_the_chart_counts_each_day_even_those_without_orders() -> None:
    people, bridge = a_working_company()
    a_delivery(bridge, state="posted", posted_at=NOW)
    a_delivery(bridge, state="posted", posted_at=NOW - timedelta(days=2))
    a_delivery(bridge, state="posted", posted_at=NOW - timedelta(days=40))

    days, counts = booked_per_day(people.company, NOW)

    assert len(days) == 30
    assert counts[-3:] == [1, 0, 1]
    assert sum(counts) == 2


def test_the_page_renews_its_part_alone() -> None:
    people, _ = a_working_company()

    part = people.client().get(
        people.url("overview"),
        headers={"hx-request": "true", "hx-target": "overview"},
    )

    text = part.content.decode()
    assert "<html" not in text
    assert "Mug shop" in text


def test_agencies_see_all_companies_at_a_glance() -> None:
    people, bridge = a_working_company()
    Connection.objects.filter(pk=bridge.store_id).update(status="failing")
    a_delivery(bridge, state="ready", changed_at=timezone.now())

    page = people.client().get("/companies/").content.decode()

    assert "1 of 2 failing" in page
    assert "Waiting to be sent" in page


def test_a_store_that_is_not_started_is_told_how_to_go_on() -> None:
    people, _ = a_working_company()
    address = people.url("overview")
    client = people.client()
    assert "press Start" not in client.get(address).content.decode()

    Bridge.objects.update(is_enabled=False)

    assert "press Start" in client.get(address).content.decode()
