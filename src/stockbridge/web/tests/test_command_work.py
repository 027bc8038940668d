"""The queue, what needs a person, runs and stock on the command line."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from stockbridge.companies.models import Company
from stockbridge.engine.models import Bridge, Issue, Run, RunRow
from stockbridge.engine.tests.rows import a_delivery
from stockbridge.web.tests.commands import asked, given, typed
from stockbridge.web.tests.joined import a_joined_store
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def bridge() -> Bridge:
    """Return a joined store of the only company."""
    found = a_joined_store(make_people())
    Company.objects.exclude(pk=found.company_id).delete()
    return found


def an_issue(bridge: Bridge, **fields: object) -> Issue:
    values = {
        "fingerprint": "one",
        "code": "missing_item",
        "title": "An item is missing",
        "message": "MUG is not in the books.",
        "remedy": "Import it.",
        "opened_at": NOW,
        "seen_at": NOW,
        **fields,
    }
    return Issue.objects.create(company=bridge.company, bridge=bridge, **values)


def test_the_queue_shows_what_waits_and_what_has_come_to_an_end(bridge: Bridge) -> None:
    waiting = a_delivery(bridge, total=Decimal("16.5"), currency="USD")
    a_delivery(bridge, state="posted", books_number="CO-1001")

    pending = given("queue list")
    previous = given("queue list --show previous")
    spoken = typed("queue list")

    assert [(one["id"], one["total"]) for one in pending] == [(waiting.pk, "16.50")]
    assert [one["books_number"] for one in previous] == ["CO-1001"]
    assert "16.50" in spoken.out
    assert given(f"queue show {waiting.pk}")["events"] == []


def test_documents_are_cancelled_and_what_cannot_be_says_why(bridge: Bridge) -> None:
    waiting, posted = a_delivery(bridge), a_delivery(bridge, state="posted")

    done = given(f"queue cancel {waiting.pk} {posted.pk}")
    nothing = asked(f"queue cancel {posted.pk}")
    unnamed = asked("queue cancel")

    assert done["count"] == 1
    assert done["refused"] == [{"id": str(posted.pk), "reason": "It is in the books."}]
    assert nothing.code == 1
    assert nothing.problem["remedy"] == "It is in the books."
    assert unnamed.code == 2


def test_clearing_the_queue_asks_first(bridge: Bridge) -> None:
    a_delivery(bridge)

    asks = asked("queue clear")
    before = len(given("queue list"))
    done = given("queue clear --yes")

    assert (asks.code, before) == (3, 1)
    assert done["count"] == 1
    assert given("queue list") == []


def test_all_that_gave_up_is_tried_again(bridge: Bridge) -> None:
    row = a_delivery(bridge, state="failed", error="No answer.")

    done = given("queue retry --all")

    assert done["count"] == 1
    assert given(f"queue show {row.pk}")["state"] == "ready"


def test_issues_are_listed_shown_and_settled(bridge: Bridge) -> None:
    row = an_issue(bridge)

    listed = given("issues list")
    spoken = typed("issues list")
    settled = given(f"issues settle {row.pk}")
    wrong = asked("issues show 4711")

    assert [one["title"] for one in listed] == ["An item is missing"]
    assert "Import it." in spoken.out
    assert settled["resolved_at"]
    assert given("issues list") == []
    assert (wrong.code, "issues list" in wrong.problem["remedy"]) == (1, True)


def test_what_a_safety_limit_holds_is_not_settled_but_allowed(bridge: Bridge) -> None:
    held = a_delivery(bridge, state="held")
    row = an_issue(bridge, code="limit_posted", details={"deliveries": [held.pk]})

    refused = asked(f"issues settle {row.pk}")
    given(f"issues allow {row.pk} --row {held.pk}")

    assert refused.code == 1
    assert "Allow" in refused.problem["remedy"]
    held.refresh_from_db()
    assert held.state == "ready"


def test_a_preview_is_looked_at_and_stopped(bridge: Bridge) -> None:
    run = Run.objects.create(
        company=bridge.company,
        bridge=bridge,
        kind=Run.Kind.IMPORT_ORDERS,
        state=Run.State.PREVIEW,
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )
    RunRow.objects.create(
        run=run, subject_kind="order", subject_id="1", label="727", action="create"
    )

    shown = given(f"runs show {run.pk}")
    spoken = typed(f"runs show {run.pk}")
    given(f"runs stop {run.pk}")
    again = asked(f"runs approve {run.pk}")

    assert [one["label"] for one in shown["rows"]] == ["727"]
    assert "waiting for approval" in spoken.out
    assert again.code == 1
    assert "Start it again" in again.problem["remedy"]


def test_a_run_needs_the_bridge_to_be_on_and_its_switch(bridge: Bridge) -> None:
    off = asked("pull orders --all")
    given("bridge enable")
    forbidden = asked("push prices")
    unsaid = asked("pull orders")

    assert (off.code, "switched off" in off.problem["message"]) == (1, True)
    assert forbidden.problem["code"] == "switched_off"
    assert unsaid.code == 1
    assert not Run.objects.exists()


def test_an_export_is_a_file_that_no_spreadsheet_runs(
    bridge: Bridge, tmp_path: Path
) -> None:
    a_delivery(bridge, title="=1+1", total=Decimal("16.5"), currency="USD")
    place = tmp_path / "queue.csv"

    typed(f"export queue --to {place}")
    again = asked(f"export queue --to {place}")
    rows = given("export queue")

    head, row = place.read_text().splitlines()
    assert head.startswith("id,kind,state")
    assert ",'=1+1," in row
    assert place.stat().st_mode & 0o077 == 0
    assert again.code == 1
    assert "exists already" in again.problem["message"]
    assert rows[0]["title"] == "=1+1"


@pytest.mark.parametrize("what", ["orders", "items", "customers", "queue", "journal"])
def test_an_export_of_nothing_is_an_empty_list(bridge: Bridge, what: str) -> None:
    assert given(f"export {what}") == []


def test_a_statement_of_days_without_orders_is_even(bridge: Bridge) -> None:
    spoken = typed("statement --from 2026-03-01 --to 2026-03-10 --csv -")
    found = given("statement --from 2026-03-01 --to 2026-03-10")
    backwards = asked("statement --from 2026-03-10 --to 2026-03-01")
    noise = asked("statement --from yesterday")

    assert spoken.out.startswith("date,number,")
    assert found["is_even"]
    assert backwards.problem["errors"][0]["field"] == "last"
    assert noise.code == 2
