"""Where a schema is found that a simulated company holds requests against."""

from pathlib import Path

import pytest
from lxml import etree

from stockbridge.connectors.webconnector.simulator.schemas import schema_in

SCHEMA = (
    '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
    '<xsd:element name="A"/></xsd:schema>'
)


def test_it_may_lie_in_a_folder_inside(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.xsd").write_text(SCHEMA)

    found = schema_in(tmp_path, "a.xsd")

    assert found.validate(etree.fromstring("<A/>"))
    assert not found.validate(etree.fromstring("<B/>"))


@pytest.mark.parametrize("content", ["", "<a/>"])
def test_what_is_no_schema_is_said(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_text(content)

    with pytest.raises(ValueError, match="is no schema"):
        schema_in(tmp_path, "a.xsd")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"There is no a\.xsd"):
        schema_in(tmp_path / "nowhere", "a.xsd")
