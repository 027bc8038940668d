"""How Intuit calls us: one address for the app, whichever companies it speaks of.

Each connection hears what is about its own company. An installation whose app serves
several companies gives every delivery to all of their connections (`notices.notices_in`
says which).
"""

from collections.abc import Mapping

from stockbridge.connectors.books.quickbooks_online.notices import (
    SIGNATURE_HEADER,
    Notice,
    is_signed,
    notices_in,
)
from stockbridge.ports import Answer, Call, Heard, Hint, Link

BODY_BYTES_MAX = 5 * 1024 * 1024
#: What to read again; a document that moves stock is a hint about items.
_FEEDS = {
    "customer": "customers",
    "item": "items",
    **dict.fromkeys(
        (
            *("salesreceipt", "invoice", "refundreceipt", "creditmemo"),
            *("inventoryadjustment", "bill", "purchase", "vendorcredit"),
        ),
        "items",
    ),
}


class QuickBooksOnlineEndpoint:
    """The port `Endpoint`: bytes in, a decision out."""

    def hear(self, call: Call, link: Link) -> Heard:
        """Check the signature on the raw bytes, and decide."""
        if call.method != "POST":
            return Heard(Answer(405))
        if len(call.body) > BODY_BYTES_MAX:
            return Heard(Answer(413), note="A notice was too large to be heard.")
        token = link.secrets.get("webhook_token", "")
        shown = call.headers.get(SIGNATURE_HEADER, "")
        if not is_signed(token, call.body, shown):
            note = "A notice with a wrong signature was refused."
            return Heard(Answer(401), note=note)
        try:
            notices = notices_in(call.body)
        except ValueError:
            return Heard(Answer(400), note="A notice that nobody can read was refused.")
        own = [one for one in notices if one.realm_id == link.secrets.get("realm_id")]
        kept = "; ".join(
            f"{one.entity} {one.external_id} {one.operation}" for one in own
        )
        return Heard(Answer(200, b"ok"), hints=hints_of(own), excerpt=kept)


class QuickBooksAppEndpoint:
    """Implements `ports.AppEndpoint`: Intuit posts for all companies of an app."""

    def key(self, secrets: Mapping[str, str]) -> str:
        """Return the app's verifier token."""
        return secrets.get("webhook_token", "")

    def is_genuine(self, call: Call, key: str) -> bool:
        """Return whether the body is signed with the app's token."""
        return is_signed(key, call.body, call.headers.get(SIGNATURE_HEADER, ""))

    def account_ids(self, call: Call) -> frozenset[str]:
        """Return the companies of a delivery."""
        return frozenset(one.realm_id for one in notices_in(call.body))


def hints_of(notices: list[Notice]) -> tuple[Hint, ...]:
    """Return what to look at, one hint per feed."""
    found: dict[str, dict[str, None]] = {}
    for one in notices:
        feed = _FEEDS.get(one.entity)
        if feed is None:
            continue
        ids = found.setdefault(feed, {})
        if one.entity in {"customer", "item"}:
            ids[one.external_id] = None
    return tuple(Hint(feed, tuple(ids)) for feed, ids in found.items())
