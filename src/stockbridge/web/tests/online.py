"""A simulated QuickBooks Online, a connection to it, and a browser that consents.

A test module that says `online = online_books.online` has one for each test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from stockbridge.companies.models import User
from stockbridge.connectors import registry
from stockbridge.connectors.books.quickbooks_online.simulator import (
    Habits,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import FORM, raw
from stockbridge.engine.actions.connections import (
    Act,
    ConnectionDraft,
    create_connection,
)
from stockbridge.engine.models import Connection
from stockbridge.web.tests.answers import Answer
from stockbridge.web.tests.people import People, make_people


@dataclass
class Online:
    """One simulated QuickBooks, and one connection of the company to it."""

    people: People
    simulator: QuickBooksOnlineSimulator
    row: Connection
    browser: Client = field(default_factory=Client)

    def url(self, name: str) -> str:
        """Return an address of the connection."""
        return self.people.url(name, uid=self.row.uid)

    def press_connect(self, browser: Client | None = None) -> str:
        """Press the button; return where the browser is sent."""
        answer = (browser or self.browser).post(self.url("sign_in"))
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def consent(self, address: str, realm_id: str | None = None) -> str:
        """Choose a company on Intuit's page ("": Cancel); return the way back."""
        parts = urlsplit(address)
        chosen = self.simulator.realm_id if realm_id is None else realm_id
        answer = raw(
            self.simulator,
            "POST",
            f"{parts.path}?{parts.query}",
            urlencode({"realm": chosen}).encode(),
            {"Content-Type": FORM},
        )
        assert answer.status == 302, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"

    def come_back(self, way: str, user: User | None = None) -> Answer:
        """Follow the way back, as the same browser or as somebody else."""
        browser = self.browser if user is None else self.people.client(user)
        return browser.get(way)

    def sign_in(self) -> Answer:
        """Go the whole way, as the owner."""
        answer = self.come_back(self.consent(self.press_connect()))
        self.row.refresh_from_db()
        return answer

    def secrets_now(self) -> dict[str, str]:
        """Return what is kept of the connection's secrets by now."""
        found: dict[str, str] = Connection.objects.get(pk=self.row.pk).secrets
        return found

    def said(self, answer: Answer) -> str:
        """Return what the page says to which the browser is led."""
        return str(self.browser.get(answer["Location"]).content.decode())


def a_connection_to(
    people: People, simulator: QuickBooksOnlineSimulator, name: str = "Books online"
) -> Connection:
    """Return a connection with the app's keys, to which nobody has signed in."""
    people.company.allows_private_addresses = True
    people.company.save()
    keys = {
        "client_id": simulator.client_id,
        "client_secret": simulator.client_secret,
        "webhook_token": simulator.webhooks.verifier_token,
    }
    draft = ConnectionDraft(name, {"address": simulator.url}, keys)
    act = Act(now=timezone.now(), by="Alice Adams")
    return create_connection(
        people.company, registry.get("quickbooks_online"), draft, act
    )


@contextmanager
def an_online_company(people: People) -> Iterator[Online]:
    """Start a simulated QuickBooks and add a connection to it."""
    options = Options(habits=Habits(automated_tax=True))
    with QuickBooksOnlineSimulator(options) as simulator:
        row = a_connection_to(people, simulator)
        yield Online(people, simulator, row, people.client())


@pytest.fixture
def online() -> Iterator[Online]:
    """Give the owner a connection to which nobody has signed in."""
    with an_online_company(make_people()) as found:
        yield found
