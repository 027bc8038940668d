"""Translates what a store refuses into what happened, what to do, who does it."""

import re
from datetime import datetime
from html import unescape
from typing import Any

from stockbridge.connectors.http import HttpAnswer, retry_after_s
from stockbridge.connectors.redaction import redacted_text
from stockbridge.connectors.stores.woocommerce.answers import Body, BodyKind
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    ConflictError,
    DefectError,
    InvalidInputError,
    MappingError,
    RetryableError,
    SignInError,
    SyncError,
)

_KEYS_PAGE = "WooCommerce, Settings, Advanced, REST API"
_TAGS = re.compile(r"<[^>]+>")
# What sits in front of WordPress refuses with these; WooCommerce's own refusals
# with the same numbers are JSON.
_FIREWALL_STATUS = frozenset({401, 403, 405, 406, 409, 418, 429, 501})
_GONE_CODES = frozenset(
    {
        "woocommerce_rest_shop_order_invalid_id",
        "woocommerce_rest_product_invalid_id",
        "woocommerce_rest_product_variation_invalid_id",
        "woocommerce_rest_invalid_product_id",
        "woocommerce_rest_customer_invalid_id",
        "woocommerce_rest_invalid_id",
        "woocommerce_rest_shop_webhook_invalid_id",
        "woocommerce_rest_shop_order_refund_invalid_id",
        "woocommerce_rest_invalid_order_refund_id",
    }
)


def refusal(
    answer: HttpAnswer, body: Body, *, is_write: bool, now: datetime
) -> SyncError | None:
    """Return the error that an answer stands for; None: it is a good one."""
    if 300 <= answer.status < 400:
        return _redirected(answer)
    if answer.status == 429:
        return RetryableError(
            "The store asks us to slow down.",
            code="rate_limited",
            retry_after_s=retry_after_s(answer, now),
        )
    if answer.status == 503:
        return _unavailable(answer, body, is_write=is_write, now=now)
    if body.is_json:
        if answer.status < 400:
            return None
        return from_error_object(body.data, answer.status, is_write=is_write)
    return _not_json(answer, body, is_write=is_write)


def from_error_object(data: object, status: int, *, is_write: bool) -> SyncError:
    """Return the error for WordPress' `{code, message, data}`, a batch row's too."""
    data = data if isinstance(data, dict) else {}
    code, message = str(data.get("code", "")), plain(str(data.get("message", "")))
    if code in _GONE_CODES or (status == 404 and code.endswith("_invalid_id")):
        return MappingError(
            "The store no longer has this record.",
            code=code,
            remedy="It was deleted in the store: refresh, and link the item anew.",
        )
    if status == 401 and "nonce" in message.lower() and "parameter" not in code:
        return _repeated(is_write=is_write)
    if status in {401, 403}:
        return sign_in_refusal(code, message, status)
    known = _known(code, message, data)
    if known is not None:
        return known
    if status >= 500:
        return _broke(message, code, is_write=is_write)
    return ActionNeededError(
        f"The store refused: {message or status}",
        code=code or f"status_{status}",
        remedy="Change what it names, in the store or here, and try again.",
    )


def sign_in_refusal(code: str, message: str, status: int) -> SignInError:
    """Return why the keys were not enough, told apart by WooCommerce's words."""
    lowered = message.lower()
    if "read permissions" in lowered:
        return SignInError(
            "The key may only write.",
            code="key_write_only",
            remedy=f"Set its permissions to Read/Write: {_KEYS_PAGE}.",
        )
    if "write permissions" in lowered:
        return SignInError(
            "The key may only read.",
            code="key_read_only",
            remedy=f"Set its permissions to Read/Write: {_KEYS_PAGE}.",
        )
    if "secret is invalid" in lowered or "signature does not match" in lowered:
        return SignInError(
            "The consumer secret is wrong.",
            code="secret_wrong",
            remedy="Copy the secret again, or make a new key; the store shows a "
            "secret only once. Over http also compare the address with the one that "
            "WordPress has (Settings, General): calls are signed with it.",
        )
    if "parameter" in code or "signature method" in lowered:
        return SignInError(
            "What signs our calls in reaches the store in pieces.",
            code="sign_in_garbled",
            remedy="Ask the host what changes addresses or headers in front of the "
            "shop: a proxy, a cache or a firewall.",
        )
    if "timestamp" in lowered:
        return SignInError(
            "The clocks of this machine and of the store differ by over 15 minutes.",
            code="clock",
            remedy="Set the clock of this machine, or ask the host to set theirs.",
        )
    if status == 403:
        return SignInError(
            "The key's user lacks rights in the shop, or no longer exists.",
            code="key_without_rights",
            remedy="Make a key for an administrator or shop manager: "
            f"{_KEYS_PAGE}. (A security plugin can answer the same.)",
        )
    return SignInError(
        "The store does not know this key: it was revoked, deleted or mistyped.",
        code="key_unknown",
        remedy=f"Copy the key again, or make a new one: {_KEYS_PAGE}.",
    )


def plain(text: str) -> str:
    """Return a message without tags and entities, short, without secrets."""
    return redacted_text(unescape(_TAGS.sub(" ", text)).strip())[:300]


def _known(code: str, message: str, data: dict[str, Any]) -> SyncError | None:
    details = data.get("data")
    details = details if isinstance(details, dict) else {}
    if code in {"product_invalid_sku", "woocommerce_rest_product_not_created"}:
        owner = details.get("resource_id")
        where = f"product {owner}" if owner else "another product, maybe in the trash,"
        return ConflictError(
            f"In the store {where} already has this SKU.",
            code=code,
            remedy="Change one of the SKUs, or delete the other product for good.",
        )
    if code == "product_invalid_global_unique_id":
        return ConflictError(
            "In the store another product already has this UPC.",
            code=code,
            remedy="Change one of them.",
        )
    if code == "rest_invalid_param":
        names = ", ".join(map(str, (details.get("params") or {}).keys()))
        return InvalidInputError(
            f"The store refused {names or 'a value'}: {message}",
            field=names.partition(",")[0],
            code=code,
            remedy="Change the value.",
        )
    if code == "rest_no_route":
        return ActionNeededError(
            "The store does not have this function.",
            code=code,
            remedy="WooCommerce may be switched off, or too old.",
        )
    if code in {
        "woocommerce_rest_trash_not_supported",
        "woocommerce_rest_request_entity_too_large",
    }:
        return DefectError(f"We asked the store for what it cannot do: {message}")
    return None


def _repeated(*, is_write: bool) -> SyncError:
    """Something on the way sends a call twice; the first may have been carried out."""
    kind = AnswerLostError if is_write else RetryableError
    return kind(
        "A call of ours reached the store twice: something in between repeats calls.",
        code="call_repeated",
        remedy="If it goes on: ask the host about the proxy in front of the shop.",
    )


def _broke(message: str, code: str, *, is_write: bool) -> SyncError:
    text = f"The store broke while answering ({message or 'no reason given'})."
    if is_write:
        # A plugin that dies after the save leaves the write standing.
        return AnswerLostError(text, code=code or "store_broke")
    return RetryableError(
        text,
        code=code or "store_broke",
        remedy="If it goes on: the reason is in the store's log (WooCommerce, Status, "
        "Logs).",
    )


def _unavailable(
    answer: HttpAnswer, body: Body, *, is_write: bool, now: datetime
) -> SyncError:
    wait = retry_after_s(answer, now)
    is_maintenance = body.is_json or wait is not None or "maintenance" in body.text
    if is_maintenance:
        return RetryableError(
            "The store is in maintenance and will be back.",
            code="maintenance",
            retry_after_s=wait,
            remedy="Nothing to do: we come back by ourselves.",
        )
    text = "The store's server is overloaded (503)."
    if is_write:
        return AnswerLostError(text, code="overloaded")
    return RetryableError(text, code="overloaded", retry_after_s=wait)


def _redirected(answer: HttpAnswer) -> ActionNeededError:
    target = answer.headers.get("location", "").partition("?")[0]
    return ActionNeededError(
        "The store sends our call on to another address"
        f"{f', {redacted_text(target)}' if target else ''}.",
        code="redirected",
        remedy="Use the address that the browser shows for the shop (with or without "
        "www). If it is the same: set the permalinks to anything but Plain "
        "(WordPress, Settings, Permalinks).",
    )


def _not_json(answer: HttpAnswer, body: Body, *, is_write: bool) -> SyncError:
    if body.kind is BodyKind.TRUNCATED:
        kind = AnswerLostError if is_write else RetryableError
        return kind("The store's answer was cut off.", code="truncated")
    if answer.status < 300 and body.kind is not BodyKind.HTML:
        return _broke_off(body, is_write=is_write)
    if answer.status == 413:
        return ActionNeededError(
            "The store's host refuses a call of this size (413).",
            code="body_too_large",
            remedy="Ask the host to allow bodies of 1 MB and more, or shorten the "
            "descriptions of the items.",
        )
    if answer.status >= 500 and answer.status != 501:
        text = f"The store's server failed ({answer.status})."
        if is_write:
            return AnswerLostError(text, code="server_failed")
        return RetryableError(text, code="server_failed")
    if answer.status in _FIREWALL_STATUS:
        return firewall(answer, body)
    if answer.status == 404:
        return ActionNeededError(
            "There is no WooCommerce at this address.",
            code="no_api",
            remedy="Check the address. If it is right, set the permalinks to anything "
            "but Plain (WordPress, Settings, Permalinks).",
        )
    return _page_instead_of_data()


def _page_instead_of_data() -> ActionNeededError:
    return ActionNeededError(
        "The store answered with a web page instead of data.",
        code="not_json",
        remedy="Set the permalinks to anything but Plain (WordPress, Settings, "
        "Permalinks); a 'coming soon' or security plugin can do the same.",
    )


def _broke_off(body: Body, *, is_write: bool) -> SyncError:
    """PHP that dies answers 200 all the same, with nothing or with a line of text."""
    text = "The store broke off without an answer."
    if is_write:
        return AnswerLostError(text, code="broke_off")
    if body.kind is not BodyKind.EMPTY:
        return _page_instead_of_data()
    return RetryableError(
        text,
        code="broke_off",
        remedy="If it goes on: PHP may have too little memory; ask the host for more, "
        "or read fewer rows per call.",
    )


def firewall(answer: HttpAnswer, body: Body) -> ActionNeededError:
    """Return the words for a refusal by what stands in front of the shop."""
    name = _firewall_name(answer, body.text.lower())
    own = _own_address(answer, body)
    whitelist = f"our address {own}" if own else "the address of this machine"
    length = len(answer.address)
    hint = (
        f" The refused address has {length} characters: some plugins filter those "
        "over 255."
        if length > 255
        else ""
    )
    return ActionNeededError(
        f"{name} in front of the store refused our call ({answer.status}).",
        code="firewall",
        remedy=f"Ask the host to let {whitelist} call /wp-json/.{hint}",
    )


def _firewall_name(answer: HttpAnswer, page: str) -> str:
    server = answer.headers.get("server", "").lower()
    for sign, name in (
        ("cloudflare", "Cloudflare"),
        ("sucuri", "Sucuri"),
        ("wordfence", "Wordfence"),
        ("mod_security", "ModSecurity"),
        ("modsecurity", "ModSecurity"),
        ("imunify", "Imunify360"),
    ):
        if sign in page or sign in server:
            return name
    # ModSecurity's classic refusals are 406 and 501, without its name.
    return "ModSecurity" if answer.status in {406, 501} else "A firewall"


def _own_address(answer: HttpAnswer, body: Body) -> str:
    shown = re.search(
        r"your ip(?: address)?\W{0,40}?(\d{1,3}(?:\.\d{1,3}){3})",
        _TAGS.sub(" ", body.text),
        re.IGNORECASE,
    )
    return shown[1] if shown else answer.own_address
