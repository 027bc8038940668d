"""Batches: many rows in one request, each with its own answer or error."""

from collections.abc import Callable
from typing import Any

from stockbridge.connectors.stores.woocommerce.simulator.answers import Answer
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    too_many_rows,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import Json

Act = Callable[[Json], Json]
ROWS_MAX = 100  # create, update and delete together


def run_batch(
    body: Json,
    *,
    create: Act,
    update: Act,
    delete: Act,
    delete_id: Callable[[Json], Any] = lambda row: row["id"],
) -> Answer:
    """Run the rows in order: creations, changes, deletions.

    Always 200 (413 above the limit); a failed row is an object with `error`, whose id
    is 0 for a creation. An empty batch answers an empty list, as PHP prints it.
    """
    parts = {name: body.get(name) or [] for name in ("create", "update", "delete")}
    if sum(len(rows) for rows in parts.values()) > ROWS_MAX:
        raise too_many_rows()
    found: Json = {}
    acts = {"create": create, "update": update, "delete": delete}
    for name, rows in parts.items():
        for sent in rows:
            row = {"id": sent} if name == "delete" else sent
            answer = _run(acts[name], row, name, delete_id)
            found.setdefault(name, []).append(answer)
    return Answer(found or [])


def _run(act: Act, row: Json, name: str, delete_id: Callable[[Json], Any]) -> Json:
    try:
        return act(row)
    except ApiError as error:
        shown = {"code": error.code, "message": error.message, "data": error.data}
        ids: dict[str, Callable[[], Any]] = {
            "create": lambda: 0,
            "update": lambda: row.get("id"),
            "delete": lambda: delete_id(row),
        }
        return {"id": ids[name](), "error": shown}
