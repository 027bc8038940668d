"""Checklists turn green by themselves; troubleshooting recognises its cases."""

from decimal import Decimal

import pytest
from django.utils import timezone

from stockbridge.companies.models import Membership
from stockbridge.companies.permissions import Permission
from stockbridge.engine import workers
from stockbridge.engine.checklists import Check, checklists
from stockbridge.engine.item_marks import GROUPING
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Cursor,
    Disposition,
    LogEntry,
    Run,
    RunRow,
    Snapshot,
    StockReading,
    StockTarget,
)
from stockbridge.engine.tests.rows import NOW, a_delivery
from stockbridge.engine.troubleshooting import cases
from stockbridge.web.tests.joined import a_joined_store
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db


def checks(bridge: Bridge) -> dict[str, Check]:
    found = Bridge.objects.select_related("store", "books", "company").get(pk=bridge.pk)
    return {one.key: one for both in checklists(found) for one in both.checks}


def signs(people: People, key: str) -> list[str]:
    """Return what troubleshooting says of one case, as Alice sees it."""
    bridge = Bridge.objects.select_related("store", "books", "company").get()
    alice = Membership.objects.get(user=people.owner)
    found = {case.key: case for case in cases(bridge, alice, NOW)}
    return [sign.message for sign in found[key].signs]


def an_item(bridge: Bridge, sku: str, **fields: object) -> Snapshot:
    return Snapshot.objects.create(
        connection=bridge.store,
        feed="items",
        external_id=str(fields.pop("external_id", sku)),
        digest="d",
        key=sku,
        match_key=sku.lower(),
        name=f"Item {sku}",
        seen_at=NOW,
        **fields,
    )


def a_pair(bridge: Bridge, store_id: str) -> Binding:
    return Binding.objects.create(
        company=bridge.company,
        store_connection=bridge.store,
        books_connection=bridge.books,
        kind="item",
        store_id=store_id,
        books_id="1",
        matched_by="sku",
    )


def test_checklists_and_troubleshooting_are_seen_by_members() -> None:
    people = make_people()
    a_joined_store(people)

    assert_access(people, people.url("checklists"), Permission.VIEW)
    assert_access(people, people.url("troubleshooting"), Permission.VIEW)


def test_ticking_is_for_those_who_may_configure() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    url = people.url("checklist_tick", uid=bridge.uid, key="accounts")

    assert_access(people, url, Permission.CONFIGURE, "post", {"ticked": "yes"})


def test_nothing_is_green_before_anything_was_done() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    LogEntry.objects.all().delete()

    met = {key for key, one in checks(bridge).items() if one.is_met}

    assert met == set()


def test_the_test_list_turns_green_line_by_line() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    bridge.store.report = {"is_usable": True, "at": NOW.isoformat(), "findings": []}
    bridge.store.save()
    an_item(bridge, "MUG-1")
    StockTarget.objects.create(
        bridge=bridge, item_id="1", product_id="1", written_at=NOW, is_due=False
    )
    Disposition.objects.create(
        bridge=bridge,
        source_kind="order",
        source_id="1",
        revision="r",
        outcome="posted",
        is_by_hand=True,
        at=NOW,
    )
    a_delivery(bridge, state="posted", books_id="7")
    a_delivery(bridge, kind="customer", state="posted")

    found = checklists(
        Bridge.objects.select_related("store", "books", "company").get(pk=bridge.pk)
    )

    assert found[0].is_complete
    assert checks(bridge)["manual_first"].is_met


def test_matching_names_what_is_left_and_a_person_may_settle_it() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_item(bridge, "MUG-1")
    an_item(bridge, "MUG-2")
    a_pair(bridge, "MUG-1")
    url = people.url("checklist_tick", uid=bridge.uid, key="matching")

    before = checks(bridge)["matching"]
    people.client().post(url, {"ticked": "yes"})
    ticked = checks(bridge)["matching"]
    people.client().post(url)

    assert (before.is_met, before.detail) == (
        False,
        "1 of 2 store items are linked. Not linked: MUG-2.",
    )
    assert (ticked.is_met, ticked.ticked_by) == (True, "Alice Adams")
    assert not checks(bridge)["matching"].is_met


def test_groupings_that_sell_nothing_need_no_counterpart() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_item(bridge, "MUG-1")
    an_item(bridge, "", external_id="parent", marks=GROUPING)
    a_pair(bridge, "MUG-1")

    assert checks(bridge)["matching"].is_met


def test_what_checks_itself_cannot_be_ticked() -> None:
    people = make_people()
    bridge = a_joined_store(people)

    answer = people.client().post(
        people.url("checklist_tick", uid=bridge.uid, key="reconnect"),
        {"ticked": "yes"},
        follow=True,
    )

    assert "checks itself" in answer.content.decode()
    assert Bridge.objects.get().checklist == {}


def test_an_unmet_line_leads_to_where_it_is_done() -> None:
    people = make_people()
    bridge = a_joined_store(people)

    page = people.client().get(people.url("checklists")).content.decode()

    assert people.url("connection", uid=bridge.store.uid) in page


def test_a_failing_connection_is_recognised_with_the_tests_own_words() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    workers.beat("w", now=NOW)
    finding = {
        "severity": "error",
        "code": "key_unknown",
        "message": "The key is unknown.",
        "remedy": "Copy it.",
    }
    bridge.store.status = "needs_sign_in"
    bridge.store.report = {"findings": [finding]}
    bridge.store.save()

    assert signs(people, "connection") == [
        "Mug shop: needs sign-in. The key is unknown."
    ]


def test_items_without_or_with_doubled_skus_are_recognised() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_item(bridge, "MUG-1")
    an_item(bridge, "mug-1", external_id="2")
    an_item(bridge, "", external_id="3")

    said = " ".join(signs(people, "matching"))

    assert "3 of 3 store items have no counterpart" in said
    assert "1 store item has no SKU" in said
    assert "share a SKU: mug-1" in said


def test_a_location_that_holds_stock_and_does_not_count_is_recognised() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    for place in ("1", "2"):
        StockReading.objects.create(
            books=bridge.books,
            item_id="1",
            location_id=place,
            on_hand=Decimal(3),
            began_at=NOW,
        )
    Bridge.objects.update(options={"locations": ["1"], "stock_enabled": True})

    one = signs(people, "stock")
    Bridge.objects.update(options={"stock_enabled": True, "stock_interval_min": 600})
    none_chosen = signs(people, "stock")

    assert one == ["1 location holds stock and does not count."]
    assert "all 2 that hold stock count" in none_chosen[0]
    assert "every 600 minutes" in none_chosen[1]


def test_skipped_items_are_counted_by_their_reasons() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    run = Run.objects.create(
        company=people.company,
        bridge=bridge,
        kind=Run.Kind.IMPORT_ITEMS,
        state=Run.State.DONE,
        created_at=NOW,
    )
    for number in range(2):
        RunRow.objects.create(
            run=run,
            subject_kind="item",
            subject_id=str(number),
            label="Mug",
            action="skip",
            reason="The name exists already.",
        )

    assert signs(people, "skipped") == ["2 × The name exists already."]


def test_a_switch_that_blocks_imports_is_recognised() -> None:
    people = make_people()
    a_joined_store(people)
    Bridge.objects.update(options={"allow_customers": False})

    assert signs(people, "blocked") == [
        "Importing customers is switched off for this connection."
    ]


def test_a_lacking_permission_is_recognised() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    bob = Membership.objects.get(user=people.member)

    found = {one.key: one for one in cases(bridge, bob, NOW)}

    assert "You may not import orders." in [s.message for s in found["blocked"].signs]
    assert any("You may not:" in sign.message for sign in found["menu"].signs)


def test_orders_with_missing_products_are_recognised() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    Disposition.objects.create(
        bridge=bridge,
        source_kind="order",
        source_id="1",
        revision="r",
        outcome="held",
        code="missing_items",
        at=NOW,
    )

    assert signs(people, "order_items")[0].startswith("1 order waits")


def test_items_that_were_not_read_lately_are_recognised() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    Cursor.objects.create(connection=bridge.store, feed="items", caught_up_at=NOW)

    assert signs(people, "new_items") == [
        "The items of the books have never been read."
    ]


def test_all_cases_are_explained_even_without_signs() -> None:
    people = make_people()
    a_joined_store(people)
    workers.beat("w", now=timezone.now())

    page = people.client().get(people.url("troubleshooting"))

    assert len(page.context["cases"]) == 8
    assert "no sign of it" in page.content.decode()
