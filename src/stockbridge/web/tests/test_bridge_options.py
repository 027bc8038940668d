"""The options of a connection: saved together, explained, asked about."""

from typing import Any

import pytest
from django.utils import timezone

from stockbridge.companies.permissions import Permission
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.actions.bridges import OptionsRefusedError, enable, save_options
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Connection, Disposition, Lease, Snapshot
from stockbridge.engine.options import posting_policy
from stockbridge.engine.tests.rows import NOW
from stockbridge.web.bridge_forms import OptionsForm
from stockbridge.web.tests.answers import Answer
from stockbridge.web.tests.joined import a_joined_store
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db


def given(people: People, bridge: Bridge, **changes: object) -> dict[str, Any]:
    """Return the form as it stands on the page, with changes; None unticks."""
    page = people.client().get(people.url("bridge", uid=bridge.uid))
    form: OptionsForm = page.context["form"]
    posted: dict[str, Any] = {}
    for name in form.fields:
        value = form[name].value()
        if value is not None and value is not False:
            posted[name] = "on" if value is True else value
    posted |= changes
    return {name: value for name, value in posted.items() if value is not None}


def save(people: People, bridge: Bridge, **changes: object) -> Answer:
    """Post the form with these changes."""
    data = given(people, bridge, **changes)
    return people.client().post(people.url("bridge", uid=bridge.uid), data)


def test_options_are_seen_by_members_and_saved_by_those_who_may_configure() -> None:
    people = make_people()
    url = people.url("bridge", uid=a_joined_store(people).uid)

    assert_access(people, url, Permission.VIEW)
    assert_access(people, url, Permission.CONFIGURE, "post")


def test_starting_and_stopping_is_for_those_who_may_configure() -> None:
    people = make_people()
    bridge = a_joined_store(people)

    assert_access(
        people,
        people.url("bridge_switch", uid=bridge.uid),
        Permission.CONFIGURE,
        "post",
    )
    assert_access(
        people, people.url("bridge_run", uid=bridge.uid), Permission.SYNC_STOCK, "post"
    )


def test_a_bridge_of_another_company_does_not_exist_here() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    rival = people.stranger.memberships.get().company

    answer = people.client(people.stranger).get(
        people.url("bridge", uid=bridge.uid).replace(people.company.slug, rival.slug)
    )

    assert answer.status_code == 404


def test_all_options_are_saved_together() -> None:
    people = make_people()
    bridge = a_joined_store(people)

    answer = save(
        people, bridge, stock_enabled="on", stock_interval_min="10", buffer="2"
    )

    bridge.refresh_from_db()
    options = options_of(bridge)
    assert answer.status_code == 302
    assert (options.stock_enabled, options.stock_interval_min) == (True, 10)
    assert str(options.buffer) == "2"


def test_one_wrong_option_saves_nothing_and_is_said_beside_it() -> None:
    people = make_people()
    bridge = a_joined_store(people)

    answer = save(people, bridge, stock_enabled="on", stock_interval_min="0")

    bridge.refresh_from_db()
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"stock_interval_min"}
    assert not options_of(bridge).stock_enabled


def test_the_first_automatic_import_is_asked_about() -> None:
    people = make_people()
    bridge = a_joined_store(people)

    asked = save(people, bridge, orders_enabled="on")
    sure = save(people, bridge, orders_enabled="on", sure="on")

    bridge.refresh_from_db()
    assert asked.status_code == 422
    assert "Import an order by hand first" in asked.content.decode()
    assert sure.status_code == 302
    assert options_of(bridge).orders_enabled


def test_after_an_import_by_hand_nobody_is_asked() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    Disposition.objects.create(
        bridge=bridge,
        source_kind="order",
        source_id="1",
        revision="r",
        outcome=Disposition.Outcome.POSTED,
        is_by_hand=True,
        at=NOW,
    )

    answer = save(people, bridge, orders_enabled="on")

    assert answer.status_code == 302


def test_switching_the_import_on_leaves_history_to_people() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    before = timezone.now()

    save(people, bridge, orders_enabled="on", sure="on")

    bridge.refresh_from_db()
    start = options_of(bridge).start_date
    assert start is not None
    assert start >= before.replace(microsecond=0)


def test_saving_again_leaves_the_start_date_as_it_was_to_the_second() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    moment = "2026-03-01T08:15:42"
    save(people, bridge, orders_enabled="on", sure="on", start_date=moment)
    before = options_of(Bridge.objects.get()).start_date

    save(people, bridge, buffer="1")

    assert before is not None
    assert before.second == 42
    assert options_of(Bridge.objects.get()).start_date == before


def test_a_very_short_interval_is_warned_about_and_saved() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    data = given(people, bridge, stock_enabled="on", stock_interval_min="1")

    answer = people.client().post(
        people.url("bridge", uid=bridge.uid), data, follow=True
    )

    assert "every minute is much for a small host" in answer.content.decode()
    assert options_of(Bridge.objects.get()).stock_interval_min == 1


def test_saving_during_work_says_when_it_takes_effect() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    Lease.objects.create(
        connection=bridge.store, holder="x", expires_at=NOW.replace(year=2099)
    )

    answer = people.client().post(
        people.url("bridge", uid=bridge.uid), given(people, bridge), follow=True
    )

    assert "takes effect at its next step" in answer.content.decode()


def test_locations_and_accounts_are_chosen_from_the_books_own_lists() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    location = people.company.locations.get()
    account = people.company.accounts.first()
    assert account is not None

    answer = save(
        people,
        bridge,
        locations=[str(location.pk)],
        cent_difference="rounding_account",
        rounding_account=str(account.pk),
    )
    foreign = save(people, bridge, locations=["999999"])

    options = options_of(Bridge.objects.get())
    assert answer.status_code == 302
    assert options.locations == [str(location.pk)]
    assert options.rounding_account == str(account.pk)
    assert set(foreign.context["form"].errors) == {"locations"}


def test_a_fallback_item_is_named_by_its_sku() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    Snapshot.objects.create(
        connection=bridge.books,
        feed="items",
        external_id="77",
        digest="d",
        key="MISC",
        name="Miscellaneous",
        seen_at=NOW,
    )

    known = save(people, bridge, fallback_item="misc")
    unknown = save(people, bridge, fallback_item="NOPE")

    assert known.status_code == 302
    assert options_of(Bridge.objects.get()).fallback_item == "77"
    assert set(unknown.context["form"].errors) == {"fallback_item"}


def test_starting_needs_both_sides_tested() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    bridge.store.status = "new"
    bridge.store.save()

    answer = people.client().post(
        people.url("bridge_switch", uid=bridge.uid), follow=True
    )

    bridge.refresh_from_db()
    assert "test it first" in answer.content.decode()
    assert not bridge.is_enabled


def test_started_it_is_looked_at_now_and_stopped_it_rests() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    url = people.url("bridge_switch", uid=bridge.uid)

    people.client().post(url)
    bridge.refresh_from_db()
    bridge.store.refresh_from_db()
    started = (bridge.is_enabled, bridge.store.woken, bridge.activated_at is not None)
    people.client().post(url)
    bridge.refresh_from_db()

    assert started == (True, True, True)
    assert not bridge.is_enabled


def test_starting_twice_keeps_the_first_moment() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    enable(bridge, Act(now=NOW))

    enable(bridge, Act(now=NOW.replace(year=2027)))

    assert bridge.activated_at == NOW


def test_where_books_have_no_accounts_none_is_asked_for_and_items_take_the_cents() -> (
    None
):
    people = make_people()
    bridge = a_joined_store(people)
    Connection.objects.filter(pk=bridge.books_id).update(
        connector="quickbooks_pos",
        settings={},
        facts={"lists": {"accounts": [["cash", "Cash", "tender", ""]]}},
    )
    bridge = Bridge.objects.select_related("books").get()

    page = people.client().get(people.url("bridge", uid=bridge.uid))
    answer = save(people, bridge, cent_difference="rounding_account")
    with pytest.raises(OptionsRefusedError):
        save_options(bridge, {"rounding_account": "cash"}, Act(now=NOW))

    bridge.refresh_from_db()
    policy = posting_policy(options_of(bridge), capabilities_of(bridge.books))
    assert "rounding_account" not in page.context["form"].fields
    assert "Book the cents with the item for fees" in page.content.decode()
    assert answer.status_code == 302
    assert policy.rounding_account
