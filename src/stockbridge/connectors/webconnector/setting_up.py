"""What both connectors hand to a person who sets the Web Connector up."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from stockbridge.connectors.webconnector.checks import check_addresses, support_facts
from stockbridge.connectors.webconnector.qwc import (
    QuickBooks,
    QwcFile,
    qwc_bytes,
    qwc_name,
)
from stockbridge.ports import CallerFile, Finding


def file_for(quickbooks: QuickBooks) -> Callable[[CallerFile], tuple[str, bytes]]:
    """Return what makes the .qwc file of one QuickBooks."""
    return partial(_file, quickbooks)


def findings(
    address: str, support_address: str, fetch: Callable[[str], int]
) -> tuple[Finding, ...]:
    """Return what the Web Connector would object to; see `checks`."""
    return check_addresses(support_facts(address, support_address, fetch))


def _file(quickbooks: QuickBooks, told: CallerFile) -> tuple[str, bytes]:
    file = QwcFile(
        name=told.name,
        unique_name=told.unique_name,
        address=told.address,
        support_address=told.support_address,
        user=told.user,
        file_id=UUID(told.file_id),
        quickbooks=quickbooks,
        every_minutes=told.every_minutes,
    )
    return qwc_name(file), qwc_bytes(file)
