"""What a person types as an address and as keys."""

import pytest
from pydantic import ValidationError

from stockbridge.connectors.stores.woocommerce.settings import (
    WooCommerceSecrets,
    WooCommerceSettings,
    normalised_address,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("shop.example.com", "https://shop.example.com"),
        (" HTTPS://Shop.Example.com/ ", "https://shop.example.com"),
        ("https://shop.example.com:443", "https://shop.example.com"),
        ("https://shop.example.com:8443/store/", "https://shop.example.com:8443/store"),
        ("https://shop.example.com/wp-json/wc/v3", "https://shop.example.com"),
        ("https://shop.example.com/s/wp-admin/x.php", "https://shop.example.com/s"),
        ("https://shop.example.com/?p=1#top", "https://shop.example.com"),
        ("https://müller.example.com", "https://xn--mller-kva.example.com"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalised_address(typed) == kept
    assert normalised_address(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "ftp://shop.example.com",
        "javascript://alert",
        "https://user:word@shop.example.com",
        "https://shop .example.com",
        "https://shop.example.com:99999",
        "https://-shop.example.com",
        "https://shop..example.com",
        "https://" + "x" * 300,
    ],
)
def test_what_is_no_address_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        WooCommerceSettings(address=typed)

    assert caught.value.errors()[0]["loc"] == ("address",)


def test_http_has_to_be_allowed() -> None:
    with pytest.raises(ValidationError, match="not encrypted"):
        WooCommerceSettings(address="http://shop.example.com")

    allowed = WooCommerceSettings(
        address="http://shop.example.com", allow_insecure_http=True
    )
    assert not allowed.is_encrypted


def test_keys_are_trimmed_and_their_forms_checked() -> None:
    keys = WooCommerceSecrets(
        consumer_key=" ck_0123456789 ", consumer_secret="cs_0123456789\n"
    )

    assert (keys.consumer_key, keys.consumer_secret) == (
        "ck_0123456789",
        "cs_0123456789",
    )
    with pytest.raises(ValidationError, match="begins with ck_"):
        WooCommerceSecrets(consumer_key="cs_0123456789", consumer_secret="cs_012345678")


def test_keys_are_never_printed() -> None:
    keys = WooCommerceSecrets(
        consumer_key="ck_0123456789", consumer_secret="cs_0123456789"
    )

    assert "0123456789" not in repr(keys)
