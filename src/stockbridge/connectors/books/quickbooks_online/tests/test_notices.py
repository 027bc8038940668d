"""Intuit is heard in both formats, for the right company; nobody else is."""

import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_online.endpoint import (
    QuickBooksOnlineEndpoint,
)
from stockbridge.connectors.books.quickbooks_online.notices import (
    Notice,
    is_signed,
    notices_in,
    signature,
)
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.simulator.webhooks import Webhooks
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    CONTRACTS,
    needs_contracts,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.ports import Call, Heard, Hint, Link

TOKEN, REALM = "verifier-token", "310687"


def heard(body: bytes, *, token: str = TOKEN, method: str = "POST") -> Heard:
    link = Link(
        "1",
        QuickBooksOnlineSettings(),
        {"webhook_token": TOKEN, "realm_id": REALM},
        RecordingWire(),
    )
    headers = {"intuit-signature": signature(token, body)}
    return QuickBooksOnlineEndpoint().hear(Call(method, "", headers, body), link)


def events(rows: Iterable[tuple[str, str, str]]) -> bytes:
    return json.dumps(
        [
            {
                "specversion": "1.0",
                "id": f"id-{number}",
                "source": "intuit.example",
                "type": f"qbo.{kind}.v1",
                "time": "2026-01-05T12:00:00Z",
                "intuitentityid": entity,
                "intuitaccountid": realm,
            }
            for number, (realm, kind, entity) in enumerate(rows)
        ]
    ).encode()


@needs_contracts
@pytest.mark.parametrize("name", ["legacy", "cloudevents"])
def test_intuits_own_samples_of_both_formats_say_the_same(name: str) -> None:
    body = (CONTRACTS / "webhooks" / f"{name}-notification.sample.json").read_bytes()

    assert notices_in(body) == (Notice("310687", "account", "1234", "create"),)


def test_a_delivery_of_several_companies_is_told_apart() -> None:
    body = events(
        [
            (REALM, "item.updated", "19"),
            ("999", "item.updated", "20"),
            (REALM, "customer.created", "58"),
            (REALM, "invoice.voided", "130"),
        ]
    )

    assert heard(body).hints == (Hint("items", ("19",)), Hint("customers", ("58",)))
    assert {one.realm_id for one in notices_in(body)} == {REALM, "999"}


def test_one_odd_event_lets_the_others_of_a_delivery_be_heard() -> None:
    good = json.loads(events([(REALM, "item.updated", "19")]))
    odd: list[dict[str, object]] = [
        {"type": "qbo.item.updated.v1"},
        {"type": "qbo.item.updated.v1", "intuitaccountid": REALM},
        {**good[0], "intuitentityid": 20, "intuitaccountid": int(REALM)},
        {"specversion": "1.0"},
    ]
    old = {
        "eventNotifications": [
            {"realmId": REALM},
            {
                "realmId": int(REALM),
                "dataChangeEvent": {"entities": [{"name": "Item"}]},
            },
            {
                "realmId": REALM,
                "dataChangeEvent": {
                    "entities": [{"name": "Item", "id": 21, "operation": "Update"}]
                },
            },
        ]
    }

    new = heard(json.dumps([*odd, *good]).encode())

    assert new.hints == (Hint("items", ("20", "19")),)
    assert heard(json.dumps(old).encode()).hints == (Hint("items", ("21",)),)


def test_a_document_is_a_hint_about_items_and_names_none() -> None:
    assert heard(events([(REALM, "salesreceipt.created", "7")])).hints == (
        Hint("items"),
    )


def test_what_we_do_not_read_is_heard_and_forgotten() -> None:
    found = heard(events([(REALM, "vendor.created", "7")]))

    assert (found.answer.status, found.hints) == (200, ())


@pytest.mark.parametrize("token", ["", "another"])
def test_a_delivery_that_intuit_did_not_sign_is_refused(token: str) -> None:
    found = heard(events([(REALM, "item.updated", "19")]), token=token)

    assert (found.answer.status, found.hints) == (401, ())


def test_without_a_verifier_token_nobody_is_believed() -> None:
    body = events([])

    assert not is_signed("", body, signature("", body))


@given(body=st.binary(max_size=200), token=st.text(min_size=1, max_size=40))
def test_the_signature_is_the_one_that_intuit_makes(body: bytes, token: str) -> None:
    sender = Webhooks(SettableClock())
    sender.verifier_token = token
    shown = sender.signature(body)

    assert is_signed(token, body, shown)
    assert not is_signed(token, body + b" ", shown)


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"[1]", b"\xff", b"[" * 5000])
def test_what_nobody_can_read_is_refused_and_breaks_nothing(body: bytes) -> None:
    assert heard(body).answer.status == 400


def test_only_a_post_is_heard() -> None:
    assert heard(b"", method="GET").answer.status == 405
