"""A simulated QuickBooks Online: its OAuth server, its service, its refusals."""

from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    Company,
    Habits,
)
from stockbridge.connectors.books.quickbooks_online.simulator.limits import (
    UNLIMITED,
    Limits,
)
from stockbridge.connectors.books.quickbooks_online.simulator.oauth import Lifetimes
from stockbridge.connectors.books.quickbooks_online.simulator.simulated import (
    Options,
    QuickBooksOnlineSimulator,
)

__all__ = [
    "UNLIMITED",
    "Company",
    "Habits",
    "Lifetimes",
    "Limits",
    "Options",
    "QuickBooksOnlineSimulator",
]
