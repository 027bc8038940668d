"""The .qwc file that a person opens in the Web Connector; the password is not in it.

It validates against a schema made from chapter 4 of Intuit's guide. Two ids matter:
`OWNER_ID` is ours for ever; the file's id is one per connection, and QuickBooks
Desktop's company file is stamped with it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from lxml import etree

from stockbridge.connectors.webconnector.charsets import clean

#: Names our application in every company file; a new one would orphan them all.
OWNER_ID = UUID("6f5a3c1e-0d44-4b57-9a0b-5d2c8f7e91a3")
DESCRIPTION_CHARS_MAX = 80  # advised by the guide
MINUTES_MIN = 1  # the Web Connector's screen allows no less
_UNFIT = re.compile(r"[^A-Za-z0-9]+")


class QuickBooks(StrEnum):
    """Which QuickBooks the Web Connector opens: `QBType`."""

    DESKTOP = "QBFS"
    POINT_OF_SALE = "QBPOS"


@dataclass(frozen=True, slots=True)
class QwcFile:
    """What the file says. `name` is shown in the Web Connector's list."""

    name: str
    # Loading a file with the same unique name replaces the entry, password included
    # or not: the guide does not say. Another name makes a second entry.
    unique_name: str
    address: str
    support_address: str
    user: str
    file_id: UUID
    quickbooks: QuickBooks
    every_minutes: int = 10
    description: str = "Keeps your online store and QuickBooks in step."


def qwc_bytes(file: QwcFile) -> bytes:
    """Return the file, in the order of Intuit's samples."""
    root = etree.Element("QBWCXML")
    for name, text in _texts(file):
        etree.SubElement(root, name).text = clean(text)
    scheduler = etree.SubElement(root, "Scheduler")
    minutes = max(MINUTES_MIN, file.every_minutes)
    etree.SubElement(scheduler, "RunEveryNMinutes").text = str(minutes)
    # We write. The guide explains this element in two ways; all samples say false.
    etree.SubElement(root, "IsReadOnly").text = "false"
    written: bytes = etree.tostring(
        root, xml_declaration=True, encoding="utf-8", pretty_print=True
    )
    return written


def qwc_name(file: QwcFile) -> str:
    """Return a name for the download, safe on Windows."""
    words = _UNFIT.sub("-", file.name).strip("-").lower()
    return f"{words[:60].rstrip('-') or 'stockbridge'}.qwc"


def _texts(file: QwcFile) -> list[tuple[str, str]]:
    texts = [
        ("AppName", file.name),
        ("AppID", ""),
        ("AppURL", file.address),
        ("AppDescription", file.description[:DESCRIPTION_CHARS_MAX]),
        ("AppSupport", file.support_address),
        ("UserName", file.user),
        ("OwnerID", _braced(OWNER_ID)),
        ("FileID", _braced(file.file_id)),
        ("QBType", file.quickbooks.value),
        ("AppDisplayName", file.name),
        ("AppUniqueName", file.unique_name),
        ("Notify", "false"),  # no balloon after each run
        ("Style", "Document"),
    ]
    if file.quickbooks is QuickBooks.DESKTOP:
        texts += [
            ("AuthFlags", "0xF"),  # all editions
            ("PersonalDataPref", "pdpOptional"),
            # Runs while QuickBooks is closed, if its administrator allows that.
            ("UnattendedModePref", "umpOptional"),
        ]
    return texts


def _braced(identity: UUID) -> str:
    return f"{{{identity}}}"
