"""A simulated Web Connector: it calls an endpoint over real HTTP as the real one does.

It shares no code with our side of the wire but the table of the conversation.
"""

from stockbridge.connectors.webconnector.simulator.computer import (
    Company,
    Computer,
    HresultError,
    with_desktop,
    with_point_of_sale,
)
from stockbridge.connectors.webconnector.simulator.mishaps import (
    Hook,
    Mishap,
    Step,
    at,
    every_mishap,
)
from stockbridge.connectors.webconnector.simulator.outcome import Ending, Outcome
from stockbridge.connectors.webconnector.simulator.session import Session
from stockbridge.connectors.webconnector.simulator.settings import (
    Account,
    Cut,
    Habits,
    Surroundings,
)
from stockbridge.connectors.webconnector.simulator.webconnector import (
    SimulatedWebConnector,
)

__all__ = [
    "Account",
    "Company",
    "Computer",
    "Cut",
    "Ending",
    "Habits",
    "Hook",
    "HresultError",
    "Mishap",
    "Outcome",
    "Session",
    "SimulatedWebConnector",
    "Step",
    "Surroundings",
    "at",
    "every_mishap",
    "with_desktop",
    "with_point_of_sale",
]
