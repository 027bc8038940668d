"""Limits, faults on the wire, webhooks, and the page for checkers."""

import base64
import hashlib
import hmac
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator import (
    Limits,
    Options,
    QuickBooksOnlineSimulator,
    command,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import (
    Client,
    a_client,
    a_sale,
    clock_of,
    raw,
    sign_in,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    faults_of,
    needs_contracts,
)
from stockbridge.connectors.simulation import Fault, FaultKind, SettableClock

HOOK = "http://shop.example.com/hooks"


def limited(limits: Limits) -> QuickBooksOnlineSimulator:
    return QuickBooksOnlineSimulator(Options(clock=SettableClock(), limits=limits))


def test_ten_a_second_get_in() -> None:
    with limited(Limits()) as simulator:
        client = sign_in(simulator)
        told = [client.ask("GET", "preferences").status for _ in range(11)]
        clock_of(client).advance(1)
        after = client.ask("GET", "preferences").status

        assert told == [200] * 10 + [429]
        assert after == 200


def test_so_many_a_minute_get_in_and_each_company_counts_alone() -> None:
    with limited(Limits(per_minute=3, per_second=0)) as simulator:
        client = sign_in(simulator)
        other = sign_in(simulator, simulator.add_company("Example Bakery").realm_id)

        told = [client.ask("GET", "preferences") for _ in range(4)]
        clock_of(client).advance(59)
        early = client.ask("GET", "preferences")
        clock_of(client).advance(1)
        late = client.ask("GET", "preferences")

        assert [one.status for one in told] == [200, 200, 200, 429]
        assert told[3].body["fault"]["error"][0]["code"] == "3001"
        assert (early.status, late.status) == (429, 200)
        assert other.ask("GET", "preferences").status == 200


def test_batches_have_a_limit_of_their_own() -> None:
    with limited(Limits(batches_per_minute=1)) as simulator:
        client = sign_in(simulator)
        body = {"BatchItemRequest": [{"bId": "1", "Query": "select * from Item"}]}

        told = [client.post("batch", body).status for _ in range(2)]

        assert told == [200, 429]
        assert client.ask("GET", "preferences").status == 200


@pytest.mark.parametrize(
    ("kind", "status", "is_written"),
    [
        (FaultKind.TOO_MANY_REQUESTS, 429, False),
        (FaultKind.SERVER_ERROR, 500, False),
        (FaultKind.ERROR_AFTER_WRITE, 500, True),
        (FaultKind.BAD_GATEWAY, 502, False),
        (FaultKind.MAINTENANCE, 503, False),
        (FaultKind.HTML, 200, False),
        (FaultKind.NOISE, 200, True),
    ],
)
def test_a_fault_looks_like_the_real_one(
    kind: FaultKind,
    status: int,
    is_written: bool,  # noqa: FBT001
) -> None:
    with a_client() as client:
        client.simulator.faults.add(Fault(kind, path="/salesreceipt"))

        answered = client.post("SalesReceipt", a_sale())

        assert answered.status == status
        assert len(_sales(client)) == int(is_written)


@pytest.mark.parametrize(
    ("kind", "is_written"),
    [(FaultKind.CONNECTION_CUT, False), (FaultKind.ANSWER_LOST, True)],
)
def test_a_cut_connection_hides_whether_something_was_written(
    kind: FaultKind,
    is_written: bool,  # noqa: FBT001
) -> None:
    with a_client() as client:
        client.simulator.faults.add(Fault(kind, path="/salesreceipt"))

        with pytest.raises(OSError, match="closed"):
            client.post("SalesReceipt", a_sale(), "?requestid=r1")

        assert len(_sales(client)) == int(is_written)
        client.create("SalesReceipt", a_sale(), "?requestid=r1")
        assert len(_sales(client)) == 1


def test_the_gateway_may_speak_xml_when_it_throttles() -> None:
    with a_client() as client:
        client.simulator.gateway.speaks_xml = True
        client.simulator.faults.add(Fault(FaultKind.TOO_MANY_REQUESTS))

        answered = client.ask("GET", "preferences")

        assert answered.text.startswith(b"<?xml")
        assert b"ThrottleExceeded" in answered.text


def _sales(client: Client) -> list[Value]:
    return list(client.simulator.company.of("SalesReceipt"))


class Receiver:
    """Takes deliveries as a post does, and answers what it was told to."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[bytes, dict[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        assert url == HOOK
        self.got.append((body, headers))
        return self.statuses.pop(0) if self.statuses else 200


@pytest.mark.parametrize("is_new", [True, False])
def test_changes_of_several_companies_come_in_one_signed_delivery(
    is_new: bool,  # noqa: FBT001
) -> None:
    with a_client() as client:
        webhooks = client.simulator.webhooks
        webhooks.url, webhooks.is_new_format = HOOK, is_new
        bakery = client.simulator.add_company("Example Bakery")
        other = sign_in(client.simulator, bakery.realm_id)
        receiver = Receiver()

        made = client.create("Customer", {"DisplayName": "Ada"})
        other.create("Customer", {"DisplayName": "Bob"})
        webhooks.send_all(receiver)

        ((body, headers),) = receiver.got
        key = webhooks.verifier_token.encode()
        wanted = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest())
        assert headers["intuit-signature"] == wanted.decode()
        assert faults_or_none(json.loads(body), is_new) == []
        told = _told(json.loads(body))
        assert (client.realm_id, made["Id"]) in told
        assert {realm for realm, _ in told} == {client.realm_id, bakery.realm_id}


def faults_or_none(body: Value, is_new: bool) -> list[str]:  # noqa: FBT001
    try:
        return faults_of(body, "webhooks", "cloudevents" if is_new else "legacy")
    except FileNotFoundError:
        return []


def _told(body: Value) -> set[tuple[str, str]]:
    if isinstance(body, list):
        return {(one["intuitaccountid"], one["intuitentityid"]) for one in body}
    return {
        (notice["realmId"], entity["id"])
        for notice in body["eventNotifications"]
        for entity in notice["dataChangeEvent"]["entities"]
    }


def test_a_void_is_told_as_one() -> None:
    with a_client() as client:
        webhooks = client.simulator.webhooks
        made = client.create("SalesReceipt", a_sale())
        webhooks.url = HOOK
        receiver = Receiver()

        body = {"Id": made["Id"], "SyncToken": "0"}
        client.create("SalesReceipt", body, "?operation=update&include=void")
        webhooks.send_all(receiver)

        (event,) = json.loads(receiver.got[0][0])
        assert event["type"] == "qbo.salesreceipt.void.v1"


def test_an_unanswered_delivery_comes_again_three_times() -> None:
    with a_client() as client:
        webhooks = client.simulator.webhooks
        webhooks.url = HOOK
        receiver = Receiver(0, 500, 503, 500)
        client.create("Customer", {"DisplayName": "Ada"})

        told = [webhooks.send_all(receiver)]
        for minutes in (19, 1, 30, 50, 600):
            clock_of(client).advance(minutes * 60)
            told.append(webhooks.send_all(receiver))

        assert told == [1, 0, 1, 1, 1, 0]
        assert len({body for body, _ in receiver.got}) == 1


def test_a_checker_sees_the_whole_state() -> None:
    with a_client() as client:
        made = client.create("SalesReceipt", a_sale(), "?requestid=r1")

        state = raw(client.simulator, "GET", "/simulator/state").body

        company = state["companies"][client.realm_id]
        assert company["records"]["SalesReceipt"][made["Id"]]["TotalAmt"] == "10.00"
        assert company["request_ids"] == ["r1"]


def test_somebody_works_at_the_screens_of_quickbooks() -> None:
    with a_client() as client:
        made = client.create("SalesReceipt", a_sale())
        path = f"/simulator/companies/{client.realm_id}/records/SalesReceipt"
        body = json.dumps({"Id": made["Id"], "operation": "delete"}).encode()

        answered = raw(client.simulator, "POST", path, body)

        assert answered.status == 200
        assert _sales(client) == []


def test_a_code_can_be_had_without_a_browser() -> None:
    with a_client() as client:
        told = raw(client.simulator, "POST", "/simulator/authorise").body

        assert told["realmId"] == client.realm_id
        assert told["code"] in client.simulator.authorizer.codes


def test_another_company_with_habits_of_its_own_is_opened_from_outside() -> None:
    with a_client() as client:
        habits = {"country": "CA", "currency": "CAD"}
        sent = json.dumps({"name": "Example Bakery", "habits": habits}).encode()

        told = raw(client.simulator, "POST", "/simulator/companies", sent).body
        path = f"/simulator/companies/{told['realmId']}/habits"
        changed = raw(client.simulator, "POST", path, b'{"plan": "Essentials"}').body

        other = sign_in(client.simulator, told["realmId"])
        assert other.read("CompanyInfo", told["realmId"])["Country"] == "CA"
        assert (changed["plan"], changed["country"]) == ("Essentials", "CA")


def test_a_slow_request_is_written_when_its_time_has_come() -> None:
    with a_client() as client, ThreadPoolExecutor(1) as others:
        arrived = threading.Event()
        faults = client.simulator.faults
        faults.add(Fault(FaultKind.SLOW, path="/salesreceipt", seconds=60))
        faults.interrupt(arrived.set)

        answer = others.submit(lambda: client.post("SalesReceipt", a_sale()))
        assert arrived.wait(10)
        before = len(_sales(client))
        client.simulator.hurry()

        assert answer.result().status == 200
        assert (before, len(_sales(client))) == (0, 1)


def test_the_command_says_how_to_sign_in() -> None:
    stopping = threading.Event()
    stopping.set()
    out = io.StringIO()

    command.serve({"port": 0, "seed": 1, "products": 2}, stopping, out)

    said = out.getvalue()
    for word in ("127.0.0.1", "Client ID", "Client secret", "Realm ID", "authorise"):
        assert word in said


@needs_contracts
def test_both_shapes_of_errors_look_as_the_contracts_say() -> None:
    with a_client() as client:
        client.simulator.faults.add(Fault(FaultKind.TOO_MANY_REQUESTS))
        gateway = client.ask("GET", "preferences")
        client.simulator.faults.add(Fault(FaultKind.SERVER_ERROR))
        service = client.ask("GET", "preferences")

        assert faults_of(gateway.body, "envelopes", "GatewayFaultResponse") == []
        assert faults_of(service.body, "envelopes", "FaultResponse") == []
