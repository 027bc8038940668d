"""Every refusal that a real store was recorded with means what we say it means."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from stockbridge.connectors.http import HttpAnswer
from stockbridge.connectors.stores.woocommerce.answers import BodyKind, read_body
from stockbridge.connectors.stores.woocommerce.errors import refusal
from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    needs_contracts,
    recording,
    recording_names,
)
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

pytestmark = needs_contracts

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Meaning = tuple[type[SyncError], str]  # the very class, and the code; "" = any code
# By what they mean, the recordings of refusals, of pages and of nothing.
MEANINGS: dict[Meaning, str] = {
    (MappingError, ""): """
        129-error-invalid-id-get 130-error-invalid-id-put 131-error-invalid-id-delete
        171-product-get-deleted 191-variation-put-as-product 197-variation-wrong-parent
        198-variation-put-wrong-parent 292-order-error-invalid-id
        293-order-error-product-id-as-order 305-order-note-invalid-order
        328-order-get-deleted 360-refund-get-wrong-order 415-customer-invalid-id
        486-webhook-invalid-id 616-auth-missing-invalid-item
        754-order-of-other-storage-not-found
    """,
    (InvalidInputError, "rest_invalid_param"): """
        106-product-create-number-price 111-product-create-stock-decimal
        112-product-create-stock-decimal-string 132-error-invalid-param-enum
        134-error-per-page-101 135-error-per-page-0 136-error-bad-date
        195-products-type-variation 222-product-put-manage-stock-string
        283-order-create-quantity-string-decimal 288-order-error-bad-status
        289-order-error-bad-email 294-order-error-bad-currency
        310-orders-list-status-bad 311-orders-list-status-wc-prefix
    """,
    (ConflictError, ""): """
        125-error-duplicate-sku 126-error-duplicate-sku-case
        127-error-duplicate-global-unique-id 167-product-create-sku-of-trashed
        185-variation-duplicate-sku 186-variation-sku-of-simple
    """,
    (DefectError, ""): """
        213-products-batch-101 214-products-batch-51-and-50
        424-customer-delete-without-force 484-webhook-delete-no-force
    """,
    (ActionNeededError, "rest_no_route"): """
        022-unknown-route 023-method-not-allowed 619-auth-missing-unknown-route
    """,
    (ActionNeededError, "redirected"): "655-plain-wp-json 661-plain-index-php-wp-json",
    (ActionNeededError, "not_json"): """
        655b-plain-wp-json-with-slash 655c-plain-wp-json-post
        655d-plain-wp-json-post-slash 656-plain-wp-json-index
    """,
    # Of things that we never ask for; the store's own words are passed on.
    (ActionNeededError, ""): """
        007-settings-bad-id 101-category-duplicate 133-error-invalid-json
        252-coupon-duplicate 271-settings-set-bad-value
        277-order-create-custom-line-no-product 290-order-error-bad-customer
        291-order-error-bad-coupon 301-order-update-bad-line-id
        401-customer-create-duplicate-email 402-customer-create-duplicate-email-case
        403-customer-create-no-email 404-customer-create-bad-email
        405-customer-create-duplicate-username 417-customer-update-email-taken
        418-customer-update-username 454-webhook-create-bad-topic
        455-webhook-create-bad-url 456-webhook-create-ftp-url
    """,
    (SignInError, "key_unknown"): """
        602-auth-missing-https 603-auth-wrong-key-https 605-auth-wrong-key-query
        612-auth-basic-http 613-auth-query-http 614-auth-missing-post
        615-auth-missing-item 617-auth-missing-batch 618-auth-missing-orders
        625-oauth-wrong-key 634-auth-basic-application-password-user 635-auth-bearer
        636-auth-basic-plus-forwarded-proto-http 650-pretty-rest-route-basic
        651-pretty-rest-route-index-php 657-plain-rest-route-basic
        658-plain-rest-route-index-php-basic 659-plain-rest-route-query-keys
        662-plain-rest-route-with-marker 664-plain-oauth-rest-route-http
        665-plain-order-links
    """,
    (SignInError, "secret_wrong"): """
        604-auth-wrong-secret-https 606-auth-wrong-secret-query
        624-oauth-bad-signature 626-oauth-wrong-secret
    """,
    (SignInError, "key_read_only"): """
        608-auth-readonly-key-writes 609-auth-readonly-key-batch
    """,
    (SignInError, "key_write_only"): "610-auth-writeonly-key-reads",
    (SignInError, "key_without_rights"): """
        637-auth-key-of-subscriber 638-auth-key-of-subscriber-orders
    """,
    (SignInError, "clock"): "627-oauth-old-timestamp 628-oauth-future-timestamp",
    (SignInError, "sign_in_garbled"): """
        631-oauth-missing-parameter 632-oauth-bad-method
    """,
    (RetryableError, "call_repeated"): "630-oauth-nonce-reused",
    (RetryableError, "maintenance"): """
        670-maintenance-json-accept 671-maintenance-no-accept 672-maintenance-post
    """,
    (RetryableError, ""): """
        673-database-down 674-php-fatal 675-php-fatal-accept-any 760-bad-gateway
    """,
    # Of writes: the record may have been saved before the store broke.
    (AnswerLostError, ""): """
        284-order-create-quantity-zero 361-refund-more-than-remaining
        363-refund-negative 365-refund-api-refund-default-without-gateway-support
        369-refund-after-full 676-php-fatal-after-save
    """,
}
_BY_NAME = {name: m for m, names in MEANINGS.items() for name in names.split()}


def _error(exchange: dict[str, Any]) -> SyncError | None:
    answer = _answer(exchange["response"])
    is_write = exchange["request"]["method"] not in {"GET", "HEAD", "OPTIONS"}
    return refusal(answer, read_body(answer), is_write=is_write, now=NOW)


def _answer(response: dict[str, Any]) -> HttpAnswer:
    body = response.get("body")
    text = response.get("body_text") if body is None else json.dumps(body)
    headers = {name.lower(): value for name, value in response["headers"].items()}
    raw = (text or "").encode()
    return HttpAnswer(response["status"], headers, raw, "https://shop.example.com/x")


def _is_refusal(exchange: dict[str, Any]) -> bool:
    response = exchange.get("response")
    request = exchange.get("request") or {}
    is_call = "/wp-json/" in request.get("path", "") or "rest_route" in str(
        request.get("query_string")
    )
    if not isinstance(response, dict) or not is_call or request["method"] == "HEAD":
        return False
    is_page = read_body(_answer(response)).kind is not BodyKind.JSON
    return response["status"] >= 300 or (is_page and "body" not in response)


@pytest.mark.parametrize("name", sorted(_BY_NAME))
def test_a_recorded_refusal_means_what_it_should(name: str) -> None:
    kind, code = _BY_NAME[name]

    error = _error(recording(name))

    assert type(error) is kind
    assert error.code == (code or error.code)
    assert error.message


def test_no_recorded_refusal_is_without_a_meaning() -> None:
    refused = {name for name in recording_names() if _is_refusal(recording(name))}

    noisy = {"677-output-before-json"}  # read through, see test_recordings.py
    assert refused - noisy == set(_BY_NAME)
