"""A cursor as text: what a feed has to remember, made from the store's own data.

Opaque to the engine, readable to whoever looks into the table. Positions that stand
at their beginning are left out.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from stockbridge.connectors.stores.woocommerce.feeds import (
    ChangePosition,
    WalkPosition,
)
from stockbridge.domain.errors import DefectError


@dataclass(slots=True)
class Cursor:
    """What is remembered between two calls; positions by the name of their phase."""

    phase: str = ""
    changes: dict[str, ChangePosition] = field(default_factory=dict)
    walks: dict[str, WalkPosition] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)  # products still to be opened

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was read yet."""
        return not self.changes and not self.walks


def parse_cursor(text: str) -> Cursor:
    """Return what the text says; DefectError for one that we did not write."""
    if not text:
        return Cursor()
    try:
        data = json.loads(text)
        return Cursor(
            phase=data.get("phase", ""),
            changes={k: _change(v) for k, v in data.get("changes", {}).items()},
            walks={k: WalkPosition(**v) for k, v in data.get("walks", {}).items()},
            pending=[str(external_id) for external_id in data.get("pending", [])],
        )
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise DefectError("This cursor is none of ours.") from error


def cursor_text(cursor: Cursor) -> str:
    """Return the cursor as text."""
    data: dict[str, Any] = {
        "phase": cursor.phase,
        "changes": {name: _compact(asdict(p)) for name, p in cursor.changes.items()},
        "walks": {name: _compact(asdict(p)) for name, p in cursor.walks.items()},
        "pending": cursor.pending,
    }
    return json.dumps(_compact(data), separators=(",", ":"))


def _compact(data: Mapping[str, Any]) -> dict[str, Any]:
    small = {k: _compact(v) if isinstance(v, dict) else v for k, v in data.items()}
    return {k: v for k, v in small.items() if v or k in {"orders", "items"}}


def _change(data: dict[str, Any]) -> ChangePosition:
    walk = WalkPosition(**data.pop("walk", {}))
    return ChangePosition(**data, walk=walk)
