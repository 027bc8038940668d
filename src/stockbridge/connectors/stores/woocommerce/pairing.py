"""One click in the store instead of copying keys: `/wc-auth/v1/authorize`.

The shop owner logs in and approves; the store then posts a new pair of keys to our
callback address, unsigned. Only the one-time id ties the call to the request: it is
long, random, ours to check, and good once. Anything but exactly 200 makes the store
delete the keys again.
"""

import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from stockbridge.connectors.stores.woocommerce.settings import (
    WooCommerceSecrets,
    WooCommerceSettings,
)
from stockbridge.connectors.stores.woocommerce.signing import address_with
from stockbridge.domain.errors import ActionNeededError, DefectError
from stockbridge.ports import Answer, Heard, Link

ONE_TIME_ID_CHARS_MIN = 32
_APP_NAME = "Stockbridge"


def pairing_address(
    settings: BaseModel, one_time_id: str, return_address: str, callback_address: str
) -> str:
    """Return where to send the shop owner's browser.

    Raises ActionNeededError where the store could not call us back: it insists on
    https.
    """
    if not isinstance(settings, WooCommerceSettings):
        raise DefectError("These are no settings of a WooCommerce store.")
    if len(one_time_id) < ONE_TIME_ID_CHARS_MIN:
        raise DefectError("A one-time id that can be guessed lets others in.")
    if urlsplit(callback_address).scheme != "https":
        raise ActionNeededError(
            "Pairing needs an https address at which the store can reach us.",
            code="pairing_needs_https",
            remedy="Make the keys by hand: WooCommerce, Settings, Advanced, REST API, "
            "Add key, permissions Read/Write; then paste them here.",
        )
    query = {
        "app_name": _APP_NAME,
        "scope": "read_write",
        "user_id": one_time_id,
        "return_url": return_address,
        "callback_url": callback_address,
    }
    return address_with(f"{settings.address}/wc-auth/v1/authorize", query)


def is_pairing(data: object) -> bool:
    """Whether a body looks like the keys of a pairing."""
    return isinstance(data, dict) and {"consumer_key", "user_id"} <= data.keys()


def hear_pairing(data: Mapping[str, Any], link: Link) -> Heard:
    """Take the keys if the one-time id is the one that we wait for."""
    expected = link.facts.get("pairing_id", "")
    shown = str(data.get("user_id", ""))
    is_ours = hmac.compare_digest(shown.encode(), expected.encode())
    if len(expected) < ONE_TIME_ID_CHARS_MIN or not is_ours:
        return Heard(Answer(403), note="Keys came that nobody asked for: refused.")
    if data.get("key_permissions") != "read_write":
        return Heard(Answer(422), note="The keys that came may not read and write.")
    try:
        keys = WooCommerceSecrets(
            consumer_key=str(data["consumer_key"]),
            consumer_secret=str(data.get("consumer_secret", "")),
        )
    except ValidationError:
        return Heard(Answer(422), note="What came as keys are no keys.")
    return Heard(
        Answer(200, b"ok"),
        new_secrets={
            "consumer_key": keys.consumer_key,
            "consumer_secret": keys.consumer_secret,
        },
        note="Paired: the store made a pair of keys for us.",
    )


def parsed(body: bytes) -> object:
    """Return the body's JSON, None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
