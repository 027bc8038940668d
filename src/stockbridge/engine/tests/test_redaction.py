"""No secret reaches any log, however it gets there."""

import logging
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.redaction import redacted_text
from stockbridge.engine import logbook, redaction

SECRETS = (
    "ck_0123456789abcdef0123",
    "cs_fedcba98765432100123",
    "sb_AbCdEfGhIjKlMnOpQrStUvWxYz012345",
    "gAAAAABmZq1x0123456789-_ABCDEFGH",
)
SHAPED = (
    "Authorization: Basic Y2tfYTpjc19i",
    "Authorization: Bearer abc.def.ghijk",
    "{'Authorization': 'Basic Y2tfYTpjc19i'}",
    '{"consumer_secret": "Y2tfYTpjc19i"}',
    "https://ann:Y2tfYTpjc19i@shop.example.com/",
    "/x?oauth_signature=Y2tfYTpjc19i&page=2",
    "password=Y2tfYTpjc19i",
    "refresh_token: Y2tfYTpjc19i",
    "X-WC-Webhook-Signature: Y2tfYTpjc19i",
)


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Set up the process's log as commands do; return what it wrote."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream, standard = StringIO(), sys.stderr
    sys.stderr = stream
    try:
        logbook.set_up()
    finally:
        sys.stderr = standard
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_is_masked(secret: str) -> None:
    assert secret not in redaction.redacted(f"it is {secret}, really")


@given(st.text(), st.sampled_from([*SHAPED, *map(str.upper, SHAPED)]), st.text())
def test_no_sign_is_missing_where_a_shape_is_found(
    before: str, shaped: str, after: str
) -> None:
    text = whole = f"{before} {shaped}{after}"
    for _, pattern in redaction._PATTERNS:
        whole = pattern.sub(rf"\g<kept>{redaction.MASK}", whole)

    assert redaction.redacted(text) == redacted_text(whole)


@pytest.mark.parametrize("text", SHAPED)
def test_what_stands_where_a_secret_stands_is_masked(text: str) -> None:
    assert "Y2tfYTpjc19i" not in redaction.redacted(text)
    assert "abc.def.ghijk" not in redaction.redacted(text)


def test_ordinary_words_stay_as_they_are() -> None:
    text = "Order 727 of 12.50 USD was posted; basic mapping; SKU-77 at 10:30."

    assert redaction.redacted(text) == text


def test_known_secrets_are_masked_whatever_they_look_like() -> None:
    redaction.remember(["correct horse battery"])

    assert "horse" not in redaction.redacted("it said: correct horse battery!")


def test_our_own_keys_are_masked() -> None:
    text = redaction.redacted(f"{settings.SECRET_KEY} {settings.VAULT_KEYS[0]}")

    assert settings.SECRET_KEY not in text
    assert settings.VAULT_KEYS[0] not in text


def test_no_secret_reaches_the_structured_log(log: StringIO) -> None:
    structlog.get_logger("test").info(
        "called",
        token="plain-token-value",
        headers={"Authorization": "Basic Y2tfYTpjc19i"},
        keys=list(SECRETS),
    )

    written = log.getvalue()
    assert "called" in written
    for secret in (*SECRETS, "plain-token-value", "Y2tfYTpjc19i"):
        assert secret not in written


def test_no_secret_reaches_the_log_of_a_library(log: StringIO) -> None:
    logging.getLogger("httpx2").warning("GET /x?consumer_secret=%s", SECRETS[1])

    assert "GET /x" in log.getvalue()
    assert SECRETS[1] not in log.getvalue()


def test_no_secret_reaches_the_log_in_a_traceback(log: StringIO) -> None:
    try:
        raise ValueError(f"Bearer {SECRETS[0]}")
    except ValueError:
        logging.getLogger("engine").exception("It broke")

    assert "Traceback" in log.getvalue()
    assert SECRETS[0] not in log.getvalue()
