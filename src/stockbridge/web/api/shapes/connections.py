"""Connections, what tests of them found, and the kinds of systems there are."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from stockbridge.engine.actions.setting_choices import SettingChoice
from stockbridge.engine.actions.signing_in import standing_of
from stockbridge.engine.models import Connection
from stockbridge.ports import Connector
from stockbridge.web.api.calls import In

CHOICES_MAX = 200  # of one setting, in one answer


class ConnectorOut(Schema):
    """A kind of system that can be connected; settings and secrets as JSON Schema."""

    slug: str
    title: str
    kind: str
    settings: dict[str, Any]
    secrets: dict[str, Any]


class FindingOut(Schema):
    """One thing that a test saw."""

    code: str
    severity: str
    message: str
    remedy: str


class ReportOut(Schema):
    """What the last test saw."""

    at: datetime | None = None
    is_usable: bool = False
    version: str = ""
    findings: list[FindingOut] = []


class SignInOut(Schema):
    """How a connection is signed in at the other side's own page."""

    is_signed_in: bool
    account_id: str  # the other side's id of the company
    ends_at: datetime | None  # then a person has to sign in again


class ConnectionOut(Schema):
    """One connected store, or one set of books. Secrets are never told."""

    uid: str
    name: str
    kind: str
    connector: str
    status: str
    version: str
    settings: dict[str, Any]
    has_secrets: bool
    paused_reason: str
    failures: int
    last_seen_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    notices: str  # webhooks, polling, "" where it is not known yet
    created_at: datetime
    report: ReportOut
    sign_in: SignInOut | None  # null: its keys are all it needs


class SignInBegunOut(Schema):
    """Where a person signs in, and where the other side sends them afterwards.

    `return_address` has to stand among the app's redirect URIs, to the letter;
    production keys also want the other two, as Launch URL and Disconnect URL.
    """

    address: str
    return_address: str
    launch_address: str
    disconnect_address: str


class SignInReturnIn(In):
    """The whole address at which the person came back, with its query."""

    address: str = Field(max_length=4_000, pattern="^https?://")


class SignedOutOut(Schema):
    """How many documents wait until somebody signs in again."""

    waiting: int


class DeletedOut(Schema):
    """What is left for a person to do on the other side; "" for nothing."""

    to_do: str


class ConnectionIn(In):
    """A connection to be made."""

    connector: str = Field(max_length=40)
    name: str = Field(max_length=120)
    settings: dict[str, Any] = {}
    secrets: dict[str, str] = {}


class ConnectionChange(In):
    """What is to change; what is left out stays."""

    name: str | None = Field(None, max_length=120)
    settings: dict[str, Any] | None = None
    secrets: dict[str, str] = {}


class ChoiceOut(Schema):
    """One entry of the books: the id that a setting holds, and its name."""

    id: str
    name: str


class SettingChoicesOut(Schema):
    """What one setting can be chosen from, as the books were last read.

    `is_complete` is false while all has not been read yet: then any id is taken.
    """

    setting: str
    title: str
    chosen: list[str]
    gone: list[str]  # chosen once, and no longer in the books
    is_complete: bool
    choices: list[ChoiceOut]


class ReasonIn(In):
    """Why, for those who wonder later."""

    reason: str = Field("", max_length=200)


class PairingIn(In):
    """Where the store sends the owner's browser afterwards."""

    return_address: str = Field(max_length=500, pattern="^https?://")


class PairingOut(Schema):
    """Where the owner approves; good once, for half an hour."""

    address: str


def connector_out(connector: Connector) -> ConnectorOut:
    """Return a kind of system."""
    return ConnectorOut(
        slug=connector.slug,
        title=connector.title,
        kind=connector.kind,
        settings=connector.settings.model_json_schema(),
        secrets=connector.secrets.model_json_schema(),
    )


def setting_choices_out(one: SettingChoice, search: str) -> SettingChoicesOut:
    """Return what a setting can be chosen from; of many, those that fit the search."""
    known = one.offer.known(one.held)
    is_sure = one.offer.is_complete and not one.how.is_open
    found = one.offer.find(search, limit=CHOICES_MAX)
    return SettingChoicesOut(
        setting=one.name,
        title=one.title,
        chosen=list(one.held),
        gone=[held for held in one.held if is_sure and held not in known],
        is_complete=one.offer.is_complete,
        choices=[ChoiceOut(id=choice.id, name=choice.name) for choice in found],
    )


def connection_out(row: Connection) -> ConnectionOut:
    """Return a connection."""
    return ConnectionOut(
        uid=row.uid,
        name=row.name,
        kind=row.kind,
        connector=row.connector,
        status=row.status,
        version=row.version,
        settings=row.settings,
        has_secrets=bool(row.secrets),
        paused_reason=row.paused_reason,
        failures=row.failures,
        last_seen_at=row.last_seen_at,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
        notices=str(row.webhooks.get("mode", "")),
        created_at=row.created_at,
        report=report_out(row),
        sign_in=_sign_in_out(row),
    )


def report_out(row: Connection) -> ReportOut:
    """Return what the last test of a connection saw."""
    return ReportOut.model_validate(row.report) if row.report else ReportOut()


def _sign_in_out(row: Connection) -> SignInOut | None:
    standing = standing_of(row)
    if standing is None:
        return None
    return SignInOut(
        is_signed_in=standing.is_signed_in,
        account_id=standing.account_id,
        ends_at=standing.ends_at,
    )
