"""Intuit's page and the way back: where it leads to, and what is refused."""

import pytest

from stockbridge.connectors.books.quickbooks_online.connecting import QuickBooksSignIn
from stockbridge.connectors.books.quickbooks_online.endpoint import (
    QuickBooksAppEndpoint,
    QuickBooksOnlineEndpoint,
)
from stockbridge.connectors.books.quickbooks_online.notices import signature
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    RETURN,
    SignedIn,
)
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.ports import Call

SIGN_IN = QuickBooksSignIn()


@pytest.mark.parametrize(
    ("environment", "address", "works"),
    [
        ("production", "https://sync.example.com/signed-in/", True),
        ("sandbox", "https://sync.example.com/signed-in/", True),
        ("sandbox", "http://localhost:8420/signed-in/", True),
        ("production", "http://localhost:8420/signed-in/", False),
        ("production", "https://localhost/signed-in/", False),
        ("sandbox", "http://sync.example.com/signed-in/", False),
        ("sandbox", "http://127.0.0.1:8420/signed-in/", False),
        ("production", "https://192.0.2.7/signed-in/", False),
    ],
)
def test_intuit_sends_people_back_to_https_names_or_to_localhost_for_a_sandbox(
    environment: str,
    address: str,
    works: bool,  # noqa: FBT001 – a row of the table
) -> None:
    settings = QuickBooksOnlineSettings.model_validate({"environment": environment})

    assert (SIGN_IN.why_not(settings, address) == "") is works


def test_cancel_on_intuits_page_changes_nothing_and_says_so(
    connected: SignedIn,
) -> None:
    before = dict(connected.keeper.secrets)

    with pytest.raises(ActionNeededError, match="not allowed") as caught:
        SIGN_IN.connect(
            connected.link(), {"error": "access_denied"}, return_address=RETURN
        )

    assert "Connect to QuickBooks" in caught.value.remedy
    assert connected.keeper.secrets == before


@pytest.mark.parametrize(
    ("reason", "shown"),
    [("server_error", "server_error"), ("<b>call this number</b>", "?")],
)
def test_what_came_back_is_quoted_only_where_it_is_a_plain_word(
    connected: SignedIn, reason: str, shown: str
) -> None:
    with pytest.raises(ActionNeededError) as caught:
        SIGN_IN.connect(connected.link(), {"error": reason}, return_address=RETURN)

    assert caught.value.message == f"Intuit ended the sign-in ({shown})."


def test_a_return_without_a_code_is_refused(connected: SignedIn) -> None:
    with pytest.raises(InvalidInputError, match="no code"):
        SIGN_IN.connect(connected.link(), {"realmId": "1"}, return_address=RETURN)


def test_the_standing_is_read_from_what_is_kept(connected: SignedIn) -> None:
    standing = SIGN_IN.standing(connected.keeper.secrets)

    assert standing.is_signed_in
    assert standing.account_id == connected.simulator.realm_id
    assert standing.ends_at is not None
    assert not SIGN_IN.standing({"client_id": "a client id"}).is_signed_in


def test_of_a_delivery_about_several_companies_only_the_own_part_is_kept(
    connected: SignedIn,
) -> None:
    own, token = connected.simulator.realm_id, connected.keeper.secrets["webhook_token"]
    entity = '{"name":"Item","id":"7","operation":"Update"}'
    parts = ",".join(
        f'{{"realmId":"{realm}","dataChangeEvent":{{"entities":[{entity}]}}}}'
        for realm in (own, "4711")
    )
    body = f'{{"eventNotifications":[{parts}]}}'.encode()
    headers = {"intuit-signature": signature(token, body)}
    call = Call(method="POST", path="", headers=headers, body=body)

    heard = QuickBooksOnlineEndpoint().hear(call, connected.link())
    app = QuickBooksAppEndpoint()

    assert heard.excerpt == "item 7 update"
    assert app.is_genuine(call, token)
    assert not app.is_genuine(call, "another token")
    assert app.account_ids(call) == {own, "4711"}
