"""What a connection is known by: its user, and the id in the caller's file."""

from xml.etree import ElementTree

import pytest

from stockbridge.connectors import registry
from stockbridge.engine.actions import desk
from stockbridge.engine.actions.connections import (
    Act,
    ConnectionDraft,
    create_connection,
)
from stockbridge.engine.tests.worlds import a_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_stamp_that_is_waited_for_is_what_the_file_says() -> None:
    world = a_world()
    act = Act(now=world.clock(), by="Ada")
    connector = registry.get("quickbooks_desktop")
    draft = ConnectionDraft("Office", {})
    row = create_connection(world.bridge.company, connector, draft, act)

    access, _password = desk.new_password(row, act)

    _name, file = desk.caller_file(row, "https://sync.example.com", act)
    said = ElementTree.fromstring(file)
    assert said.findtext("FileID") == row.facts["file_id"]
    assert said.findtext("UserName") == access.user_name
