"""Calls about connections: made, tested, changed, paused, deleted."""

from ninja import Query, Router, Schema
from pydantic import Field

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.actions import changing, separating, signing_in
from stockbridge.engine.actions import connections as actions
from stockbridge.engine.actions.connections import ConnectionDraft
from stockbridge.engine.actions.pairing import start_pairing
from stockbridge.engine.actions.setting_choices import setting_choices
from stockbridge.engine.actions.signing_in import SignInStart
from stockbridge.engine.models import Connection
from stockbridge.ports import Connector
from stockbridge.web.api.access import ApiRequest, act_of, company_of
from stockbridge.web.api.calls import Uid, operation
from stockbridge.web.api.finding import connection_of
from stockbridge.web.api.shapes.connections import (
    ConnectionChange,
    ConnectionIn,
    ConnectionOut,
    ConnectorOut,
    DeletedOut,
    PairingIn,
    PairingOut,
    ReasonIn,
    SettingChoicesOut,
    SignedOutOut,
    SignInBegunOut,
    SignInReturnIn,
    connection_out,
    connector_out,
    setting_choices_out,
)
from stockbridge.web.return_address import (
    disconnect_address,
    launch_address,
    return_address,
    returned_in,
)

router = Router(tags=["Connections"])
SEE, SET_UP = Permission.VIEW, Permission.CONFIGURE


class ChoicesQuery(Schema):
    """Which setting's choices; "" means all settings."""

    setting: str = Field("", max_length=60)
    search: str = Field("", max_length=100)


@operation(router, "GET /connectors", SEE, list[ConnectorOut])
def list_connectors(request: ApiRequest) -> list[ConnectorOut]:
    """Return the kinds of systems that can be connected."""
    return [connector_out(one) for one in known_connectors()]


@operation(router, "GET /connections", SEE, list[ConnectionOut])
def list_connections(request: ApiRequest) -> list[ConnectionOut]:
    """Return all connections of the company."""
    rows = Connection.objects.filter(company=company_of(request))
    return [connection_out(row) for row in rows]


@operation(router, "POST /connections", SET_UP, ConnectionOut, status=201)
def add_connection(request: ApiRequest, draft: ConnectionIn) -> ConnectionOut:
    """Make a connection. Nothing is called yet: test it next.

    The back office (`embedded`) is made and tested at once; there is one per company.
    """
    connector, act = connector_named(draft.connector), act_of(request)
    if connector.slug == actions.EMBEDDED:
        return connection_out(actions.embedded_books(company_of(request), act))
    wanted = ConnectionDraft(draft.name, draft.settings, draft.secrets)
    made = actions.create_connection(company_of(request), connector, wanted, act)
    return connection_out(made)


@operation(router, "GET /connections/{uid}", SEE, ConnectionOut)
def get_connection(request: ApiRequest, uid: Uid) -> ConnectionOut:
    """Return a connection, with what its last test saw."""
    return connection_out(connection_of(request, uid))


@operation(router, "GET /connections/{uid}/choices", SET_UP, list[SettingChoicesOut])
def list_choices(
    request: ApiRequest, uid: Uid, query: Query[ChoicesQuery]
) -> list[SettingChoicesOut]:
    """Return what each setting that names something of the books can be chosen from.

    Of long lists at most 200; `search` narrows them.
    """
    row = connection_of(request, uid)
    return choices_of(row, query.setting, query.search)


@operation(router, "PATCH /connections/{uid}", SET_UP, ConnectionOut)
def change_connection(
    request: ApiRequest, uid: Uid, changes: ConnectionChange
) -> ConnectionOut:
    """Change name, settings or secrets; a test afterwards is wise."""
    row = connection_of(request, uid)
    draft = ConnectionDraft(
        row.name if changes.name is None else changes.name,
        {**row.settings, **(changes.settings or {})},
        changes.secrets,
    )
    changing.change_connection(row, draft, act_of(request))
    return connection_out(row)


@operation(router, "DELETE /connections/{uid}", SET_UP, DeletedOut)
def delete_connection(request: ApiRequest, uid: Uid) -> DeletedOut:
    """Delete a connection that booked nothing, and end its sign-in; see `to_do`."""
    row = connection_of(request, uid)
    return DeletedOut(to_do=actions.delete_connection(row, act_of(request)))


@operation(router, "POST /connections/{uid}/test", SET_UP, ConnectionOut)
def test_connection(request: ApiRequest, uid: Uid) -> ConnectionOut:
    """Test a connection live; what was found is in `report`."""
    row = connection_of(request, uid)
    actions.test_connection(row, act_of(request))
    row.refresh_from_db()
    return connection_out(row)


@operation(router, "POST /connections/{uid}/pause", SET_UP, ConnectionOut)
def pause_connection(request: ApiRequest, uid: Uid, why: ReasonIn) -> ConnectionOut:
    """Do no further work for a connection."""
    row = connection_of(request, uid)
    actions.pause_connection(row, act_of(request), why.reason)
    return connection_out(row)


@operation(router, "POST /connections/{uid}/another-company", SET_UP, ConnectionOut)
def say_it_is_another(request: ApiRequest, uid: Uid) -> ConnectionOut:
    """Say that its company only looks like the one of another connection."""
    row = connection_of(request, uid)
    separating.say_it_is_another(row, act_of(request))
    return connection_out(row)


@operation(router, "POST /connections/{uid}/resume", SET_UP, ConnectionOut)
def resume_connection(request: ApiRequest, uid: Uid) -> ConnectionOut:
    """Go on where it stopped."""
    row = connection_of(request, uid)
    actions.resume_connection(row, act_of(request))
    return connection_out(row)


@operation(router, "POST /connections/{uid}/read-anew", SET_UP, ConnectionOut)
def read_connection_anew(request: ApiRequest, uid: Uid) -> ConnectionOut:
    """Forget what was read and read it all again; links stay."""
    row = connection_of(request, uid)
    actions.clear_cache(row, act_of(request))
    return connection_out(row)


@operation(router, "POST /connections/{uid}/repair-notices", SET_UP, ConnectionOut)
def repair_notices(request: ApiRequest, uid: Uid) -> ConnectionOut:
    """Make the store's webhooks work again."""
    row = connection_of(request, uid)
    actions.repair_webhooks(row, act_of(request))
    row.refresh_from_db()
    return connection_out(row)


@operation(router, "POST /connections/{uid}/pairing", SET_UP, PairingOut)
def pair_connection(request: ApiRequest, uid: Uid, wish: PairingIn) -> PairingOut:
    """Return where the store's owner approves; the store then sends the keys."""
    row = connection_of(request, uid)
    address = start_pairing(row, wish.return_address, act_of(request))
    return PairingOut(address=address)


@operation(router, "POST /connections/{uid}/sign-in", SET_UP, SignInBegunOut)
def begin_sign_in(request: ApiRequest, uid: Uid) -> SignInBegunOut:
    """Return where a person signs in to QuickBooks Online; good once, half an hour.

    They come back to `return_address`. Finish with that whole address and this token.
    """
    row, back = connection_of(request, uid), return_address(request)
    start = SignInStart(back, _session_of(request))
    address = signing_in.start_sign_in(row, start, act_of(request))
    return SignInBegunOut(
        address=address,
        return_address=back,
        launch_address=launch_address(row.connector, request),
        disconnect_address=disconnect_address(row.connector, request),
    )


@operation(router, "POST /connections/{uid}/sign-in/finish", SET_UP, ConnectionOut)
def finish_sign_in(
    request: ApiRequest, uid: Uid, came_back: SignInReturnIn
) -> ConnectionOut:
    """Take the address at which the person came back, and test the connection."""
    row, act = connection_of(request, uid), act_of(request)
    returned = returned_in(came_back.address)
    signing_in.finish_sign_in(row, returned, session=_session_of(request), act=act)
    actions.test_connection(row, act)
    row.refresh_from_db()
    return connection_out(row)


@operation(router, "POST /connections/{uid}/disconnect", SET_UP, SignedOutOut)
def disconnect_connection(request: ApiRequest, uid: Uid) -> SignedOutOut:
    """End the access on the other side; what waits is kept."""
    row = connection_of(request, uid)
    return SignedOutOut(waiting=signing_in.disconnect(row, act_of(request)))


def _session_of(request: ApiRequest) -> str:
    return f"token {request.auth.pk}"


def choices_of(row: Connection, setting: str, search: str) -> list[SettingChoicesOut]:
    """Return the choices of one setting, or of all; InvalidInputError for no such."""
    found = list(setting_choices(row, connector_named(row.connector)))
    chosen = [one for one in found if setting in ("", one.name)]
    if setting and not chosen:
        names = ", ".join(one.name for one in found) or "none"
        raise InvalidInputError(
            f"{setting} is not chosen from a list.",
            field="setting",
            remedy=f"These are: {names}.",
        )
    return [setting_choices_out(one, search) for one in chosen]


def known_connectors() -> list[Connector]:
    """Return all kinds of systems."""
    return [*registry.stores(), *registry.books()]


def connector_named(slug: str) -> Connector:
    """Return the kind of system; InvalidInputError where there is none."""
    for one in known_connectors():
        if one.slug == slug:
            return one
    raise InvalidInputError(
        f"There is no connector {slug}.",
        field="connector",
        remedy=f"Known are: {', '.join(one.slug for one in known_connectors())}.",
    )
