"""What Intuit's webhooks say: both formats, several companies in one delivery.

Until July 2026 a body was one object, since then a list of CloudEvents; both are taken.
A notice is only a hint: it may be late, doubled or out of order, so records are read
again, and nothing of a notice is booked.
"""

import hmac
import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

SIGNATURE_HEADER = "intuit-signature"
_TYPE = re.compile(r"qbo\.(?P<entity>[a-z0-9]+)\.(?P<operation>[a-z]+)\.v\d+")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened in one company."""

    realm_id: str
    entity: str  # in lower case, as salesreceipt
    external_id: str
    operation: str  # in lower case: create, update, delete, merge, void, emailed


class _Told(BaseModel):
    """What is told; one odd event must not let the others of a delivery be refused."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Entity(_Told):
    name: str = ""
    id: str = ""
    operation: str = ""


class _Change(_Told):
    entities: list[_Entity] = []


class _Notification(_Told):
    realm: str = Field(default="", alias="realmId")
    change: _Change = Field(default=_Change(), alias="dataChangeEvent")


class _Old(_Told):
    notifications: list[_Notification] = Field(alias="eventNotifications")


class _CloudEvent(_Told):
    type: str = ""
    entity_id: str = Field(default="", alias="intuitentityid")
    realm: str = Field(default="", alias="intuitaccountid")


_BODY: TypeAdapter[_Old | list[_CloudEvent]] = TypeAdapter(_Old | list[_CloudEvent])
_OPERATIONS = {"created": "create", "updated": "update", "deleted": "delete"}
_OPERATIONS |= {"merged": "merge", "voided": "void"}


def signature(token: str, body: bytes) -> str:
    """Return the signature of a body: base64 of HMAC-SHA256 with the app's token."""
    return b64encode(hmac.new(token.encode(), body, sha256).digest()).decode()


def is_signed(token: str, body: bytes, shown: str) -> bool:
    """Return whether the body comes from Intuit; never without a token."""
    wanted = signature(token, body).encode()
    return bool(token) and hmac.compare_digest(wanted, shown.encode())


def notices_in(body: bytes) -> tuple[Notice, ...]:
    """Return what a delivery says, of all companies; ValueError for what is none."""
    try:
        said = _BODY.validate_json(body)
    except ValidationError as error:
        raise ValueError("That is no delivery of notices.") from error
    if isinstance(said, _Old):
        return tuple(
            Notice(one.realm, entity.name.lower(), entity.id, entity.operation.lower())
            for one in said.notifications
            for entity in one.change.entities
            if one.realm and entity.name and entity.id
        )
    found = [
        (one, _TYPE.fullmatch(one.type.lower()))
        for one in said
        if one.realm and one.entity_id
    ]
    return tuple(
        Notice(
            one.realm,
            match["entity"],
            one.entity_id,
            _OPERATIONS.get(match["operation"], match["operation"]),
        )
        for one, match in found
        if match is not None
    )
