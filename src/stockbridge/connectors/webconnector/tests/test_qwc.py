"""The .qwc file, by the schema and by the guide's words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from stockbridge.connectors.webconnector.qwc import (
    OWNER_ID,
    desktop_file,
    point_of_sale_file,
)
from stockbridge.connectors.webconnector.tests.contract_files import (
    assert_valid,
    needs_contracts,
)
from stockbridge.ports import CallerFile

FILE = CallerFile(
    name="Stockbridge: Mugs & More",
    unique_name="Stockbridge 4f1c",
    address="https://shop.example.com/hooks/4f1c/",
    support_address="https://shop.example.com/hooks/4f1c/",
    user="shop",
    file_id="57f3b9b6-86f1-4fcc-b1ff-967de1813d20",
    every_minutes=10,
)


def said(content: bytes) -> dict[str, str]:
    return {e.tag: e.text or "" for e in etree.fromstring(content)}


def pos(**changes: Any) -> bytes:
    return point_of_sale_file(replace(FILE, **changes))[1]


def test_it_says_who_we_are_and_how_often_to_call() -> None:
    content = pos(every_minutes=15)
    texts, root = said(content), etree.fromstring(content)

    assert texts["AppName"] == "Stockbridge: Mugs & More"
    assert texts["AppUniqueName"] == "Stockbridge 4f1c"
    assert texts["AppURL"] == "https://shop.example.com/hooks/4f1c/"
    assert texts["UserName"] == "shop"
    assert texts["QBType"] == "QBPOS"
    assert texts["OwnerID"] == f"{{{OWNER_ID}}}"
    assert texts["FileID"] == "{57f3b9b6-86f1-4fcc-b1ff-967de1813d20}"
    assert texts["IsReadOnly"] == "false"
    assert root.findtext("Scheduler/RunEveryNMinutes") == "15"


def test_every_minute_is_the_fastest() -> None:
    root = etree.fromstring(pos(every_minutes=0))

    assert root.findtext("Scheduler/RunEveryNMinutes") == "1"


def test_what_only_desktop_knows_is_only_in_its_file() -> None:
    desktop = said(desktop_file(FILE)[1])
    only = set(desktop) - set(said(pos()))

    assert only == {"AuthFlags", "PersonalDataPref", "UnattendedModePref"}
    assert desktop["QBType"] == "QBFS"
    assert desktop["PersonalDataPref"] == "pdpNotNeeded"


def test_a_description_is_no_longer_than_the_guide_advises() -> None:
    assert 0 < len(said(pos())["AppDescription"]) <= 80


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("Stockbridge: Mugs & More", "stockbridge-mugs-more.qwc"),
        ("../..\\CON:", "con.qwc"),
        ("Ünïcode", "n-code.qwc"),
        ("茶", "stockbridge.qwc"),
        ("x" * 300, "x" * 60 + ".qwc"),
    ],
)
def test_the_download_has_a_name_that_windows_takes(name: str, file_name: str) -> None:
    assert point_of_sale_file(replace(FILE, name=name))[0] == file_name


def test_an_id_with_braces_is_the_same() -> None:
    assert pos(file_id="{57F3B9B6-86F1-4FCC-B1FF-967DE1813D20}") == pos()


@needs_contracts
@pytest.mark.parametrize("made", [desktop_file, point_of_sale_file])
def test_it_validates(made: Callable[[CallerFile], tuple[str, bytes]]) -> None:
    assert_valid(made(FILE)[1], "qwc.derived.xsd")


@needs_contracts
@given(name=st.text(min_size=1), user=st.text(min_size=1), minutes=st.integers())
def test_it_validates_whatever_a_shop_is_called(
    name: str, user: str, minutes: int
) -> None:
    file = replace(FILE, name=name, user=user, every_minutes=minutes)

    assert_valid(desktop_file(file)[1], "qwc.derived.xsd")
