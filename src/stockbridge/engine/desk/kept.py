"""An envelope's requests as JSON and back, so that a late answer finds them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stockbridge.domain.accounting import KIND_OF
from stockbridge.domain.errors import DefectError
from stockbridge.engine.codec import dump_document, load_document
from stockbridge.ports import (
    CheckCompany,
    DeskRequest,
    LookUp,
    PostRequest,
    Prepare,
    Read,
    ReadFeed,
    Recover,
    Release,
    Write,
)


def dumped(requests: Sequence[DeskRequest]) -> list[dict[str, Any]]:
    """Return the requests as JSON data."""
    return [_dumped(request) for request in requests]


def loaded(kept: Sequence[Mapping[str, Any]]) -> tuple[DeskRequest, ...]:
    """Return the requests that were kept."""
    return tuple(_loaded(row) for row in kept)


def _dumped(request: DeskRequest) -> dict[str, Any]:
    row: dict[str, Any] = {"is": type(request).__name__, "id": request.attempt_id}
    match request:
        case Write(basis=basis):
            row |= {**_post(request.post), "basis": basis}
        case Prepare():
            row |= _post(request.post)
        case LookUp(since=since):
            row |= _post(request.post)
            row["since"] = since.isoformat() if since else ""
        case Read():
            row |= {
                "feed": request.feed.value,
                "cursor": request.cursor,
                "limit": request.limit,
                "began": request.began_at.isoformat(),
            }
        case Recover() | Release():
            row["batch"] = request.batch_id
    return row


def _post(post: PostRequest) -> dict[str, Any]:
    kind = KIND_OF[type(post.document)]
    return {
        "attempt": post.attempt_id,
        "key": post.key,
        "marker": post.marker,
        "kind": kind.value,
        "document": dump_document(kind, post.document),
    }


def _loaded(row: Mapping[str, Any]) -> DeskRequest:
    attempt_id = row["id"]
    match row["is"]:
        case "CheckCompany":
            return CheckCompany(attempt_id)
        case "Write":
            return Write(attempt_id, _post_of(row), row["basis"])
        case "Prepare":
            return Prepare(attempt_id, _post_of(row))
        case "LookUp":
            since = datetime.fromisoformat(row["since"]) if row["since"] else None
            return LookUp(attempt_id, _post_of(row), since)
        case "Read":
            began_at = datetime.fromisoformat(row["began"])
            feed = ReadFeed(row["feed"])
            return Read(attempt_id, feed, row["cursor"], row["limit"], began_at)
        case "Recover":
            return Recover(attempt_id, row["batch"])
        case "Release":
            return Release(attempt_id, row["batch"])
    raise DefectError(f"A kept request is {row['is']!r}.")


def _post_of(row: Mapping[str, Any]) -> PostRequest:
    return PostRequest(
        attempt_id=row["attempt"],
        key=row["key"],
        marker=row["marker"],
        document=load_document(row["kind"], row["document"]),
    )
