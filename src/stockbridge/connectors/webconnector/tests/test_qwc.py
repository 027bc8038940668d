"""The .qwc file, by the schema and by the guide's words."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from stockbridge.connectors.webconnector.qwc import (
    OWNER_ID,
    QuickBooks,
    QwcFile,
    qwc_bytes,
    qwc_name,
)
from stockbridge.connectors.webconnector.tests.contract_files import (
    assert_valid,
    needs_contracts,
)

FILE = QwcFile(
    name="Stockbridge: Mugs & More",
    unique_name="Stockbridge 4f1c",
    address="https://shop.example.com/hooks/4f1c/",
    support_address="https://shop.example.com/hooks/4f1c/",
    user="shop",
    file_id=UUID("57f3b9b6-86f1-4fcc-b1ff-967de1813d20"),
    quickbooks=QuickBooks.POINT_OF_SALE,
)
DESKTOP = replace(FILE, quickbooks=QuickBooks.DESKTOP)


def said(file: QwcFile) -> dict[str, str]:
    return {e.tag: e.text or "" for e in etree.fromstring(qwc_bytes(file))}


def test_it_says_who_we_are_and_how_often_to_call() -> None:
    texts = said(replace(FILE, every_minutes=15))
    root = etree.fromstring(qwc_bytes(replace(FILE, every_minutes=15)))

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
    root = etree.fromstring(qwc_bytes(replace(FILE, every_minutes=0)))

    assert root.findtext("Scheduler/RunEveryNMinutes") == "1"


def test_what_only_desktop_knows_is_only_in_its_file() -> None:
    only = set(said(DESKTOP)) - set(said(FILE))

    assert only == {"AuthFlags", "PersonalDataPref", "UnattendedModePref"}
    assert said(DESKTOP)["QBType"] == "QBFS"


def test_a_description_is_no_longer_than_the_guide_advises() -> None:
    assert len(said(replace(FILE, description="x" * 200))["AppDescription"]) == 80
    assert len(FILE.description) <= 80


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
    assert qwc_name(replace(FILE, name=name)) == file_name


@needs_contracts
@pytest.mark.parametrize("file", [FILE, DESKTOP])
def test_it_validates(file: QwcFile) -> None:
    assert_valid(qwc_bytes(file), "qwc.derived.xsd")


@needs_contracts
@given(name=st.text(min_size=1), user=st.text(min_size=1), minutes=st.integers())
def test_it_validates_whatever_a_shop_is_called(
    name: str, user: str, minutes: int
) -> None:
    file = replace(DESKTOP, name=name, user=user, every_minutes=minutes)

    assert_valid(qwc_bytes(file), "qwc.derived.xsd")
