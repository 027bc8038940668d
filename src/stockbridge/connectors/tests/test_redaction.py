"""What is left of secrets and persons in a log."""

import json

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.redaction import (
    redacted_address,
    redacted_body,
    redacted_headers,
    redacted_text,
)

KEY, SECRET = "ck_0123456789abcdef", "cs_fedcba9876543210"


def test_an_address_keeps_its_path_and_loses_its_keys() -> None:
    address = (
        f"https://user:word@shop.example.com/wp-json/wc/v3/orders?per_page=5"
        f"&consumer_key={KEY}&consumer_secret={SECRET}&oauth_signature=abc%3D"
    )

    clean = redacted_address(address)

    assert clean == (
        "https://shop.example.com/wp-json/wc/v3/orders?per_page=5"
        "&consumer_key=***&consumer_secret=***&oauth_signature=***"
    )


def test_headers_that_sign_in_are_masked() -> None:
    headers = {"Authorization": "Basic abc", "Cookie": "a=b", "Accept": "x"}

    clean = redacted_headers(headers)

    assert clean == {"Authorization": "***", "Cookie": "***", "Accept": "x"}


def test_a_body_shows_persons_as_initials_and_no_secrets() -> None:
    body = json.dumps(
        {
            "billing": {"first_name": "Ada", "email": "ada@example.com"},
            "consumer_secret": SECRET,
            "note": "mail bob@example.com",
            "total": "12.00",
        }
    ).encode()

    text = redacted_body(body)

    for leaked in ("Ada", "ada@", "bob@", SECRET):
        assert leaked not in text
    assert '"total": "12.00"' in text


def test_a_value_that_the_excerpt_cuts_in_two_is_masked_all_the_same() -> None:
    body = b'{"x": "' + b"y" * 1980 + b'", "email": "jane.longname@example.com"}'

    assert "jane" not in redacted_body(body)


@given(st.text(alphabet="0123456789abcdefABCDEF", min_size=8, max_size=64))
def test_a_key_anywhere_in_a_text_is_masked(tail: str) -> None:
    assert tail not in redacted_text(f"the key cs_{tail} was refused").split("_", 1)[1]


def test_what_signs_in_by_oauth_is_masked_in_forms_and_in_answers() -> None:
    form = b"grant_type=authorization_code&code=AB11secret&redirect_uri=x"
    refresh = b"grant_type=refresh_token&refresh_token=AB11secret"
    answer = b'{"access_token": "secret1", "refresh_token":"secret2", "id_token":"s3"}'

    kept = [redacted_body(body) for body in (form, refresh, answer)]

    assert kept[0] == "grant_type=authorization_code&code=***&redirect_uri=x"
    assert kept[1] == "grant_type=refresh_token&refresh_token=***"
    assert "secret" not in kept[2]


def test_of_a_person_in_quickbooks_words_only_the_initials_stay() -> None:
    body = b'{"DisplayName":"Ada Example","GivenName":"Ada","Line1":"1 Example Street"}'

    assert redacted_body(body) == (
        '{"DisplayName":"A\u2026","GivenName":"A\u2026","Line1":"1\u2026"}'
    )


def test_who_was_billed_and_who_was_asked_for_are_initials_too() -> None:
    billed = b'{"CustomerRef":{"value":"58","name":"Ada Example"},"DocNumber":"1"}'
    names = "DisplayName in ('Ada (Home)', 'Bo')"
    asked = f'{{"Query":"select * from Customer where {names} orderby Id"}}'

    assert redacted_body(billed) == (
        '{"CustomerRef":{"value":"58","name":"A\u2026"},"DocNumber":"1"}'
    )
    assert redacted_body(asked.encode()) == (
        '{"Query":"select * from Customer where DisplayName in (\u2026) orderby Id"}'
    )
