"""How the store calls us: webhooks, their ping, and the keys of a pairing.

A webhook is only a hint to look: it may be lost, doubled, late or out of order, it
describes the record as it is at delivery, and our own writes come back as one. Hence
replaying one harms nothing, and what it says is never booked.
"""

import hmac
import re
from base64 import b64encode
from hashlib import sha256

from stockbridge.connectors.stores.woocommerce.pairing import (
    hear_pairing,
    is_pairing,
    parsed,
)
from stockbridge.ports import Answer, Call, Heard, Hint, Link

#: Far above any order; the store counts a refusal as a failure, and switches the
#: webhook off after six in a row.
BODY_BYTES_MAX = 5 * 1024 * 1024
_PING = re.compile(rb"webhook_id=\d{1,20}")
_FEEDS = {"order": "orders", "product": "items", "customer": "customers"}


class WooCommerceEndpoint:
    """The port `Endpoint`: bytes in, a decision out."""

    def hear(self, call: Call, link: Link) -> Heard:
        """Check the call and decide."""
        if call.method != "POST":
            return Heard(Answer(405))
        if len(call.body) > BODY_BYTES_MAX:
            return Heard(Answer(413), note="A notice was too large to be heard.")
        if _PING.fullmatch(call.body) and "x-wc-webhook-topic" not in call.headers:
            # Unsigned, sent while the webhook is being made; says nothing.
            return Heard(Answer(200, b"ok"))
        if "x-wc-webhook-signature" not in call.headers:
            data = parsed(call.body)
            if isinstance(data, dict) and is_pairing(data):
                return hear_pairing(data, link)
            return Heard(Answer(401), note="An unsigned call was refused.")
        return _hear_notice(call, link)


def signature(secret: str, body: bytes) -> str:
    """Return the signature of a body, as the store makes it."""
    return b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


def _hear_notice(call: Call, link: Link) -> Heard:
    secret = link.secrets.get("webhook_secret", "")
    shown = call.headers["x-wc-webhook-signature"].encode()
    if not secret or not hmac.compare_digest(
        signature(secret, call.body).encode(), shown
    ):
        return Heard(Answer(401), note="A notice with a wrong signature was refused.")
    resource = call.headers.get("x-wc-webhook-topic", "").partition(".")[0]
    feed = _FEEDS.get(resource)
    if feed is None:
        return Heard(Answer(200, b"ok"), note="A notice about nothing that we read.")
    data = parsed(call.body)
    external_id = data.get("id") if isinstance(data, dict) else None
    ids = (str(external_id),) if isinstance(external_id, int) else ()
    return Heard(Answer(200, b"ok"), hints=(Hint(feed, ids),))
