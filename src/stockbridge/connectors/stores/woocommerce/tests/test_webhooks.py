"""Our webhooks are made, watched, repaired and removed; others' are left alone."""

import pytest

from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.client import StoreApi
from stockbridge.connectors.stores.woocommerce.tests.desk import (
    ALL_VERSIONS,
    Desk,
    a_desk,
)
from stockbridge.connectors.stores.woocommerce.webhooks import TOPICS
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.domain.errors import AnswerLostError
from stockbridge.ports import Finding, Severity

OURS = "https://us.example.com/hooks/42"
THEIRS = "https://them.example.com/hook"


def _hooks(desk: Desk) -> list[dict[str, object]]:
    return StoreApi(desk.link()).get("webhooks", {"per_page": "100"}).rows


def _add(desk: Desk, topic: str, address: str, **more: str) -> str:
    body = {"topic": topic, "delivery_url": address, "secret": "x", **more}
    return str(StoreApi(desk.link()).post("webhooks", body).data["id"])


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_webhooks_for_all_that_we_read_are_made_once(version: str) -> None:
    with a_desk(version) as desk:
        store = desk.store()

        first = store.ensure_webhooks(OURS, "secret")
        second = store.ensure_webhooks(OURS, "secret")

        hooks = _hooks(desk)
    assert first.is_working
    assert first == second
    assert sorted(str(hook["topic"]) for hook in hooks) == sorted(TOPICS)


def test_webhooks_of_others_are_never_touched() -> None:
    with a_desk() as desk:
        theirs = _add(desk, "order.created", THEIRS)
        store = desk.store()
        store.ensure_webhooks(OURS, "secret")

        store.remove_webhooks(OURS)

        left = _hooks(desk)
    assert [str(hook["id"]) for hook in left] == [theirs]


def test_a_webhook_that_the_store_switched_off_is_noticed_and_repaired() -> None:
    with a_desk() as desk:
        store = desk.store()
        ids = store.ensure_webhooks(OURS, "secret").ids
        StoreApi(desk.link()).call(
            "PUT", f"webhooks/{ids[0]}", payload={"status": "disabled"}
        )

        noticed = store.webhook_health(OURS)
        repaired = store.ensure_webhooks(OURS, "secret")

    assert not noticed.is_working
    assert [finding.code for finding in noticed.findings] == ["webhooks_disabled"]
    assert repaired.is_working
    assert repaired.ids == ids


def test_a_webhook_that_somebody_deleted_is_noticed() -> None:
    with a_desk() as desk:
        store = desk.store()
        ids = store.ensure_webhooks(OURS, "secret").ids
        path = f"webhooks/{ids[0]}"
        StoreApi(desk.link()).call("DELETE", path, query={"force": "true"})

        health = store.webhook_health(OURS)

    assert [finding.code for finding in health.findings] == ["webhooks_missing"]


def test_doubles_that_a_lost_answer_left_are_removed() -> None:
    with a_desk() as desk:
        store = desk.store()
        store.check()
        desk.simulator.faults.add(
            Fault(FaultKind.ANSWER_LOST, method="POST", path="webhooks")
        )
        with pytest.raises(AnswerLostError):
            store.ensure_webhooks(OURS, "secret")
        _add(desk, "order.updated", OURS)
        _add(desk, "order.updated", OURS)

        health = store.ensure_webhooks(OURS, "secret")

        assert health.is_working
        assert len(_hooks(desk)) == len(TOPICS)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/hooks/1",
        "https://192.168.1.10/hooks/1",
        "http://localhost/hooks/1",
        "https://pos-computer/hooks/1",
        "https://us.example.com:8443/hooks/1",
    ],
)
def test_an_address_that_the_store_cannot_reach_means_polling_only(
    address: str,
) -> None:
    with a_desk() as desk:
        desk.wire = RecordingWire(allows_private=False)
        before = len(desk.simulator.log.rows())

        health = desk.store().ensure_webhooks(address, "secret")

        assert len(desk.simulator.log.rows()) == before
    (finding,) = health.findings
    assert not health.is_working
    assert isinstance(finding, Finding)
    assert (finding.code, finding.severity) == (
        "webhooks_unreachable",
        Severity.WARNING,
    )
    assert "nothing is lost" in finding.message
