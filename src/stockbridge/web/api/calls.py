"""How an operation is declared: its address, who may call it, what it answers."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

from ninja import Path, Router, Schema
from ninja.responses import Status
from pydantic import Field, model_validator

from stockbridge.companies.permissions import Permission
from stockbridge.web.api.access import BearerToken
from stockbridge.web.api.refusals import Problem

View = TypeVar("View", bound=Callable[..., Any])
ROW_ID_MAX = 2**63 - 1
#: An id of one of our rows, in an address or in a list.
RowId = Annotated[int, Path(ge=1, le=ROW_ID_MAX)]
ListedId = Annotated[int, Field(ge=1, le=ROW_ID_MAX)]
#: Names a connection or a bridge.
Uid = Annotated[str, Path(min_length=1, max_length=12, pattern=r"^[0-9a-f]+$")]
#: Names a record of the outside: opaque text.
ExternalId = Annotated[str, Path(min_length=1, max_length=80)]
PERMISSION = "x-permission"


class In(Schema):
    """What a program sends; text that no database takes is refused."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_odd_text(cls, given: object) -> object:
        for text in _texts(getattr(given, "_obj", given)):
            if "\x00" in text or any("\ud800" <= one <= "\udfff" for one in text):
                raise ValueError("This text has characters that cannot be kept.")
        return given


def operation(
    router: Router,
    address: str,
    permission: Permission,
    answer: object,  # a type
    *,
    status: int = 200,
) -> Callable[[View], View]:
    """Declare an operation: `address` is "GET /connections/{uid}".

    The permission stands in the OpenAPI document, too, as `x-permission`.
    """
    method, _, path = address.partition(" ")
    refusals = [401, 403, 422, 429]
    if "{" in path:
        refusals.append(404)
    if method != "GET":
        refusals += [400, 409, 503]

    def declare(view: View) -> View:
        words = (view.__doc__ or "").strip()
        router.api_operation(
            [method],
            path,
            auth=BearerToken(permission),
            response={status: answer, **dict.fromkeys(sorted(refusals), Problem)},
            operation_id=view.__name__,
            summary=words.partition("\n")[0].removesuffix("."),
            openapi_extra={PERMISSION: str(permission)},
        )(view if status == 200 else _answering(status, view))
        return view

    return declare


def _answering(status: int, view: View) -> Callable[..., Status[object]]:
    @wraps(view)
    def answering(*args: object, **more: object) -> Status[object]:
        return Status(status, view(*args, **more))

    return answering


def _texts(given: object) -> list[str]:
    if isinstance(given, str):
        return [given]
    if isinstance(given, dict):
        return [
            text
            for key, value in given.items()
            for text in (*_texts(key), *_texts(value))
        ]
    if isinstance(given, list | tuple):
        return [text for value in given for text in _texts(value)]
    return []
