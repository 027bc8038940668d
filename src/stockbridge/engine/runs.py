"""Runs: groups of work that a person asked for."""

from stockbridge.engine.models import Bridge
from stockbridge.engine.session import Session
from stockbridge.ports import Store


def work_on_runs(session: Session, bridge: Bridge, store: Store) -> None:
    """Work on what people asked for at this bridge."""
