"""Changing a connection: its name, its settings, its keys; and what waited for them."""

from collections.abc import Mapping

from django.db import transaction
from pydantic import BaseModel

from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine import links
from stockbridge.engine.actions.connections import (
    Act,
    ConnectionDraft,
    checked_settings,
    free_name,
    needed_secrets,
    refuse_tokens,
    save_named,
)
from stockbridge.engine.actions.deliveries import retry_deliveries
from stockbridge.engine.actions.hand import Acted
from stockbridge.engine.actions.setting_choices import refuse_unknown
from stockbridge.engine.models import Connection, Cursor
from stockbridge.engine.settings_needed import title_of, waiting_ids
from stockbridge.ports import Connector, ReadFeed, leads_elsewhere


def change_connection(
    connection: Connection, draft: ConnectionDraft, act: Act
) -> Acted:
    """Save name, settings and those secrets that were given anew.

    Documents that waited for a setting that changed are tried again at once; returned
    is how many. What the books do not have is refused at its setting, once their lists
    were read.

    Kept secrets do not go to another address: whoever changes it would get to see
    what no screen shows. There they are asked for again; so they are where another
    setting leads elsewhere (`LeadsElsewhere`).
    """
    connector = act.find(connection.connector)
    settings = checked_settings(connection.company, connector, draft.settings)
    refuse_tokens(connector, draft.secrets)
    name = free_name(connection.company, draft.name, besides=connection)
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        kept = settings.model_dump(mode="json")
        refuse_unknown(row, connector, kept)
        shape = type(settings)
        is_elsewhere = _place(shape, kept) != _place(shape, row.settings)
        if row.secrets and is_elsewhere:
            _refuse_kept_secrets(connector, draft.secrets)
        if connector.sign_in is not None and is_elsewhere:
            row.secrets = {}  # tokens do not go to another address either
        changed = [one for one in kept if kept[one] != row.settings.get(one)]
        if is_elsewhere or (kept != row.settings and connector.kind == "store"):
            row.facts = {}  # found out about another address
        row.name, row.settings = name, kept
        save_named(row, ["name", "settings", "secrets", "facts"])
        if any(draft.secrets.values()):
            links.set_secrets(row, draft.secrets, find=act.find)
        act.note(row, f"{row.name} was changed.")
        acted = _after(row, connector, changed, act)
    connection.refresh_from_db()
    return acted


def _after(
    row: Connection, connector: Connector, changed: list[str], act: Act
) -> Acted:
    """Let go on what waited, and read the lists again: settings say which."""
    if not changed:
        return Acted(0)
    if connector.translator is not None:
        setup = Cursor.objects.filter(connection=row, feed=ReadFeed.SETUP.value)
        setup.update(caught_up_at=None)
    waiting = waiting_ids(row, changed)
    if not waiting:
        return Acted(0)
    acted = retry_deliveries(row.company, waiting, act)
    titles = ", ".join(title_of(row, one) for one in changed)
    act.note(row, f"Tried again, after a change of {titles}: {acted.count}.")
    return acted


def _place(shape: type[BaseModel], settings: Mapping[str, object]) -> tuple[str, ...]:
    """Return where a connection leads, encrypted or not; what is missing is default."""
    address = str(settings.get("address", "")).partition("://")[2]
    fields = shape.model_fields.items()
    marked = [(name, info.default) for name, info in fields if leads_elsewhere(info)]
    return (address, *(str(settings.get(name, usual)) for name, usual in marked))


def _refuse_kept_secrets(connector: Connector, given: Mapping[str, str]) -> None:
    for name in needed_secrets(connector):
        if not given.get(name):
            raise InvalidInputError(
                "The kept keys belong to where this connection led before.",
                field=name,
                remedy="Enter the keys of the store or company that it leads to now.",
                code="keys_of_another_address",
            )
