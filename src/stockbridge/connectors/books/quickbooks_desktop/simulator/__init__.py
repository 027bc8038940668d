"""A QuickBooks Desktop company file behind bytes, quirks and faults included."""

from stockbridge.connectors.books.quickbooks_desktop.simulator.company import Company
from stockbridge.connectors.books.quickbooks_desktop.simulator.program import (
    Program,
    with_file_open,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    ProcessFailureError,
    Refusal,
)

__all__ = [
    "Company",
    "ProcessFailureError",
    "Program",
    "Refusal",
    "with_file_open",
]
