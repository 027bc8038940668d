"""Builders for tests: a simulated company, and a client that has signed in to it."""

import base64
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Company,
    Habits,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.simulation import SettableClock

FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Answered:
    """One HTTP answer; `headers` have their names in lower case."""

    status: int
    text: bytes
    headers: dict[str, str]

    @property
    def body(self) -> Value:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """Return the first Fault's code."""
        return str(self.body["Fault"]["Error"][0]["code"])

    @property
    def detail(self) -> str:
        return str(self.body["Fault"]["Error"][0]["Detail"])


@dataclass(slots=True)
class Client:
    """A client with an access token, for one company."""

    simulator: QuickBooksOnlineSimulator
    realm_id: str
    token: str = ""
    sent: list[tuple[str, str]] = field(default_factory=list)

    def ask(
        self,
        method: str,
        path: str,
        body: Value = None,
        *,
        accept: str = "application/json",
    ) -> Answered:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": accept}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        whole = f"/v3/company/{self.realm_id}/{path}"
        return raw(self.simulator, method, whole, data, headers)

    def post(self, kind: str, body: Value, query: str = "") -> Answered:
        return self.ask("POST", f"{kind.lower()}{query}", body)

    def create(self, kind: str, body: Value, query: str = "") -> Value:
        """Return the object that was made."""
        answered = self.post(kind, body, query)
        assert answered.status == 200, answered.text
        return answered.body[kind]

    def read(self, kind: str, record_id: str) -> Value:
        answered = self.ask("GET", f"{kind.lower()}/{record_id}")
        assert answered.status == 200, answered.text
        return answered.body[kind]

    def query(self, text: str) -> Answered:
        return self.ask("GET", f"query?query={quote(text)}")

    def rows(self, kind: str, text: str) -> list[Value]:
        answered = self.query(text)
        assert answered.status == 200, answered.text
        return list(answered.body["QueryResponse"].get(kind, []))


def raw(
    simulator: QuickBooksOnlineSimulator,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answered:
    """Return the answer to any request."""
    host = simulator.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answered(answer.status, answer.read(), named)
    finally:
        connection.close()


def ask_token(simulator: QuickBooksOnlineSimulator, **form: str) -> Answered:
    """Return what the token endpoint answers."""
    both = f"{simulator.client_id}:{simulator.client_secret}"
    basic = base64.b64encode(both.encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": FORM}
    path = "/oauth2/v1/tokens/bearer"
    return raw(simulator, "POST", path, urlencode(form).encode(), headers)


def sign_in(simulator: QuickBooksOnlineSimulator, realm_id: str = "") -> Client:
    """Return a client with a fresh access token."""
    realm_id = realm_id or simulator.realm_id
    code = simulator.authorise(realm_id)
    told = ask_token(simulator, grant_type="authorization_code", code=code).body
    return Client(simulator, realm_id, told["access_token"])


@contextmanager
def a_client(**habits: Value) -> Iterator[Client]:
    """Run a company with these habits, without limits, its time standing still."""
    options = Options(clock=SettableClock(), limits=UNLIMITED, habits=Habits(**habits))
    with QuickBooksOnlineSimulator(options) as simulator:
        yield sign_in(simulator)
        assert simulator.crashes == []


def clock_of(client: Client) -> SettableClock:
    """Return the clock that the simulator goes by."""
    clock = client.simulator.options.clock
    assert isinstance(clock, SettableClock)
    return clock


def account(company: Company, name: str) -> dict[str, str]:
    """Return a reference to an account."""
    return {"value": company.named("Account", name)["Id"]}


def an_item(client: Client, name: str = "Mug", **fields: Value) -> Value:
    """Make an inventory item with ten pieces."""
    company = client.simulator.company
    item = {
        "Name": name,
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 10,
        "InvStartDate": "2025-01-01",
        "IncomeAccountRef": account(company, "Sales of Product Income"),
        "ExpenseAccountRef": account(company, "Cost of Goods Sold"),
        "AssetAccountRef": account(company, "Inventory Asset"),
        **fields,
    }
    return client.create("Item", item)


def a_line(item_id: str = "1", amount: float = 10, **detail: Value) -> dict[str, Value]:
    """Return a line that sells something."""
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item_id}, **detail},
    }


def a_sale(*lines: dict[str, Value], **fields: Value) -> dict[str, Value]:
    """Return a sales receipt or invoice to send."""
    return {"Line": list(lines) or [a_line()], **fields}


def a_customer(client: Client, name: str = "Ada Example") -> dict[str, str]:
    """Make a customer and return a reference."""
    return {"value": client.create("Customer", {"DisplayName": name})["Id"]}


def account_id(simulator: QuickBooksOnlineSimulator, name: str) -> str:
    """Return the id of an account of the company."""
    return str(simulator.company.named("Account", name)["Id"])


def account_ref(simulator: QuickBooksOnlineSimulator, name: str) -> dict[str, str]:
    """Return how documents name an account of the company."""
    return {"value": account_id(simulator, name)}
