"""What a person says about a WooCommerce store: its address, its keys."""

import re
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

ORDER_FIELDS_MAX = 20
FIELD_NAME_CHARS_MAX = 100
_KEY = re.compile(r"ck_[0-9A-Za-z]{8,64}")
_SECRET = re.compile(r"cs_[0-9A-Za-z]{8,64}")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_API_TAIL = re.compile(r"/(?:index\.php/)?(?:wp-json|wp-admin|wp-login\.php)(?:/.*)?$")


class ShipmentsFrom(StrEnum):
    """Where a store keeps what shipped."""

    NONE = "none"
    FULFILLMENTS = "fulfillments"  # WooCommerce's own
    TRACKING = "tracking"  # a plugin's, with the order


class WooCommerceSettings(BaseModel):
    """The options of a connection to a WooCommerce store."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    address: Annotated[
        str,
        Field(
            title="Store address",
            description="Where the shop is, as https://shop.example.com. With a "
            "folder, if WordPress lives in one.",
            max_length=200,
        ),
    ]
    allow_insecure_http: Annotated[
        bool,
        Field(
            title="Allow insecure http",
            description="For tests only: orders and customers travel unencrypted. "
            "The keys themselves are not sent; each call is signed (OAuth 1.0a).",
        ),
    ] = False
    gift_card_skus: Annotated[
        list[str],
        Field(
            title="SKUs of gift cards",
            description="Products that are gift cards: money owed to whoever holds "
            "the card, no revenue. For orders read from now on.",
        ),
    ] = Field(default_factory=list)
    gift_card_fees: Annotated[
        list[str],
        Field(
            title="Fees that are gift cards used",
            description="The beginning of a negative fee's name, as your gift card "
            "plugin writes it. For orders read from now on.",
        ),
    ] = Field(default_factory=list)
    order_fields: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=FIELD_NAME_CHARS_MAX)]],
        Field(
            title="Fields of orders to read",
            description="Names of an order's custom fields (meta data), as _po_number. "
            "Only these are read and kept; what becomes of them the books' settings "
            "say. For orders read from now on.",
            max_length=ORDER_FIELDS_MAX,
        ),
    ] = Field(default_factory=list)
    shipments_from: Annotated[
        ShipmentsFrom,
        Field(
            title="What shipped, is told by",
            description="Needed to book each part when it ships. fulfillments: "
            "WooCommerce's own order fulfillments (an experimental feature of it). "
            "tracking: a plugin as Advanced Shipment Tracking, where each parcel lists "
            "its products. none: an order ships when it is completed.",
        ),
    ] = ShipmentsFrom.NONE
    rows_per_call: Annotated[
        int,
        Field(
            title="Rows per call",
            description="How many records we ask for or write at once. Fewer is "
            "slower, and helps where the store's host cuts long calls.",
            ge=10,
            le=100,
        ),
    ] = 100
    timeout_s: Annotated[
        int,
        Field(
            title="Time limit per call (seconds)",
            description="How long we wait for the store to answer.",
            ge=5,
            le=120,
        ),
    ] = 45

    @field_validator("address")
    @classmethod
    def _normalise(cls, value: str) -> str:
        return normalised_address(value)

    @model_validator(mode="after")
    def _refuse_http_unless_allowed(self) -> "WooCommerceSettings":
        if self.address.startswith("http://") and not self.allow_insecure_http:
            raise ValueError(
                "The address is not encrypted. Use https://. For a test, tick Allow "
                "insecure http under More settings."
            )
        return self

    @property
    def is_encrypted(self) -> bool:
        """Whether the store is called over https."""
        return self.address.startswith("https://")


class WooCommerceSecrets(BaseModel):
    """What signs in; kept encrypted, never shown again."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    consumer_key: Annotated[
        str,
        Field(
            title="Consumer key",
            description="Begins with ck_. WooCommerce, Settings, Advanced, REST API.",
            repr=False,
        ),
    ]
    consumer_secret: Annotated[
        str,
        Field(
            title="Consumer secret",
            description="Begins with cs_. WooCommerce shows it once, when the key is "
            "made.",
            repr=False,
        ),
    ]
    webhook_secret: Annotated[
        str,
        Field(
            title="Webhook secret",
            description="Made by us: the store signs its notices with it.",
            repr=False,
        ),
    ] = ""

    @field_validator("consumer_key")
    @classmethod
    def _looks_like_a_key(cls, value: str) -> str:
        if not _KEY.fullmatch(value):
            raise ValueError("A consumer key begins with ck_ and has no blanks.")
        return value

    @field_validator("consumer_secret")
    @classmethod
    def _looks_like_a_secret(cls, value: str) -> str:
        if not _SECRET.fullmatch(value):
            raise ValueError("A consumer secret begins with cs_ and has no blanks.")
        return value


def normalised_address(text: str) -> str:
    """Return the store's address as we keep it: scheme, host, folder, no slash.

    What is copied from a browser is cut to the store's own part. Raises ValueError,
    with words for the form.
    """
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except ValueError as error:
        raise ValueError("This is no web address.") from error
    if parts.scheme.lower() not in {"http", "https"}:
        raise ValueError("The address begins with https://.")
    if parts.username or parts.password:
        raise ValueError("Leave the user name and password out of the address.")
    scheme = parts.scheme.lower()
    default = 443 if scheme == "https" else 80
    netloc = host if port in {None, default} else f"{host}:{port}"
    path = _API_TAIL.sub("", parts.path).rstrip("/")
    if any(char.isspace() for char in path):
        raise ValueError("The address has a blank in it.")
    return f"{scheme}://{netloc}{path}"


def _ascii_host(host: str) -> str:
    """Return the host in ASCII; raises ValueError for what names no host."""
    if ":" in host:
        return f"[{ip_address(host)}]"
    name = host.rstrip(".").encode("idna").decode("ascii").lower()
    if not name or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise ValueError("no host")
    return name
