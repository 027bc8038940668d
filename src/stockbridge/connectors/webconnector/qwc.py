"""The .qwc file that a person opens in the Web Connector; the password is not in it.

It validates against a schema made from chapter 4 of Intuit's guide. Two ids matter:
`OWNER_ID` is ours for ever; the file's id is one per connection, and QuickBooks
Desktop's company file is stamped with it.
"""

import re
from enum import StrEnum
from uuid import UUID

from lxml import etree

from stockbridge.connectors.webconnector.charsets import clean
from stockbridge.ports import CallerFile

#: Names our application in every company file; a new one would orphan them all.
OWNER_ID = UUID("6f5a3c1e-0d44-4b57-9a0b-5d2c8f7e91a3")
DESCRIPTION = "Keeps your online store and QuickBooks in step."  # 80 characters at most
MINUTES_MIN = 1  # the Web Connector's screen allows no less
_UNFIT = re.compile(r"[^A-Za-z0-9]+")


class QuickBooks(StrEnum):
    """Which QuickBooks the Web Connector opens: `QBType`."""

    DESKTOP = "QBFS"
    POINT_OF_SALE = "QBPOS"


def desktop_file(file: CallerFile) -> tuple[str, bytes]:
    """Return the name and the bytes of the file for QuickBooks Desktop."""
    return qwc_name(file), qwc_bytes(file, QuickBooks.DESKTOP)


def point_of_sale_file(file: CallerFile) -> tuple[str, bytes]:
    """Return the name and the bytes of the file for QuickBooks Point of Sale."""
    return qwc_name(file), qwc_bytes(file, QuickBooks.POINT_OF_SALE)


def qwc_bytes(file: CallerFile, quickbooks: QuickBooks) -> bytes:
    """Return the file, in the order of Intuit's samples."""
    root = etree.Element("QBWCXML")
    for name, text in _texts(file, quickbooks):
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


def qwc_name(file: CallerFile) -> str:
    """Return a name for the download, safe on Windows."""
    words = _UNFIT.sub("-", file.name).strip("-").lower()
    return f"{words[:60].rstrip('-') or 'stockbridge'}.qwc"


def _texts(file: CallerFile, quickbooks: QuickBooks) -> list[tuple[str, str]]:
    texts = [
        ("AppName", file.name),
        ("AppID", ""),
        ("AppURL", file.address),
        ("AppDescription", DESCRIPTION),
        ("AppSupport", file.support_address),
        ("UserName", file.user),
        ("OwnerID", _braced(OWNER_ID)),
        ("FileID", _braced(UUID(file.file_id))),
        ("QBType", quickbooks.value),
        ("AppDisplayName", file.name),
        # A file with the same one replaces the entry in the list, says the guide.
        ("AppUniqueName", file.unique_name),
        ("Notify", "false"),  # no balloon after each run
        ("Style", "Document"),
    ]
    if quickbooks is QuickBooks.DESKTOP:
        texts += [
            ("AuthFlags", "0xF"),  # all editions
            ("PersonalDataPref", "pdpNotNeeded"),
            # Runs while QuickBooks is closed, if its administrator allows that.
            ("UnattendedModePref", "umpOptional"),
        ]
    return texts


def _braced(identity: UUID) -> str:
    return f"{{{identity}}}"
