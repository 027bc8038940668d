"""The same questions to each version, answered as the real ones answered them."""

import pytest

from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.tests.asking import a_store
from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    needs_contracts,
    recording,
)
from stockbridge.connectors.stores.woocommerce.tests.version_questions import Questions

pytestmark = needs_contracts

NAMES = {
    "11.0.1": "11.0.1 / WP 7.0.4",
    "8.9.3": "8.9.3 / WP 6.5.10",
    "7.1.1": "7.1.1 / WP 6.1.12",
}


def _answers(version: str) -> Json:
    with a_store(version=version) as (ask, clock):
        questions = Questions(ask, clock)
        found = questions.about_products()
        found |= questions.about_orders()
        found |= questions.about_customers()
        return found | questions.about_signing_in()


# Times of a machine; and a search whose words were not recorded.
NOT_ASKED = {
    "ms per single stock PUT (median of 30)",
    "ms per batch of 100 stock updates (median of 3)",
    "search_sku",
}


def test_every_recorded_question_is_asked() -> None:
    recorded = recording("950-versions-compared")

    asked = set(_answers("11.0.1"))

    assert asked == ({*recorded["same_in_all"], *recorded["different"]} - NOT_ASKED)


@pytest.mark.parametrize("version", NAMES)
def test_what_all_versions_answer_alike_is_answered_so(version: str) -> None:
    expected = recording("950-versions-compared")["same_in_all"]

    found = _answers(version)

    shared = {name: answer for name, answer in found.items() if name in expected}
    assert len(shared) >= 30
    assert shared == {name: expected[name] for name in shared}


@pytest.mark.parametrize("version", NAMES)
def test_what_versions_answer_differently_is_answered_as_that_one_does(
    version: str,
) -> None:
    recorded = recording("950-versions-compared")["different"]
    newest = _answers("11.0.1")

    found = _answers(version)

    differing = [name for name in found if name in recorded]
    assert len(differing) >= 15
    for name in differing:
        assert _shape(name, found, newest, version) == _recorded(
            recorded[name].get(NAMES[version]), name, version
        )


def _shape(name: str, found: Json, newest: Json, version: str) -> Value:
    if not name.startswith("keys of"):
        return found[name]
    if version == "11.0.1":
        return None
    missing = sorted(newest[name] - found[name])
    return {
        "missing against 11.0.1": missing,
        "more": sorted(found[name] - newest[name]),
    }


def _recorded(answer: Value, name: str, version: str) -> Value:
    """Return a recorded answer without the ids of that store."""
    if name == "duplicate SKU":
        return [answer[0], answer[1]["code"], sorted(answer[1]["data"])]
    if name == "SKU of a trashed product":
        return answer[:2]
    if name == "order.refunds":
        return [sorted(row) for row in answer]
    if name.startswith("order with"):
        # By its SKU the product was found; what its id was says nothing.
        data = answer[3]
        if isinstance(data, dict) and "new_draft_order_id" in data:
            data = {**data, "new_draft_order_id": "some"}
        if '"sku": "A"' in name:
            data = ["P"] if data[0] else data
        return [*answer[:3], data]
    return answer


def test_version_10_5_has_the_store_wide_routes() -> None:
    with a_store(version="10.5") as (ask, _):
        assert ask("GET", "variations")[0] == 200
        assert ask("GET", "refunds")[0] == 200
