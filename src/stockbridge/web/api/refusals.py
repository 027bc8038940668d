"""How the API says no: what happened, what to do, and which field it is about."""

from collections.abc import Callable
from http import HTTPStatus
from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    InvalidInputError,
    RetryableError,
    SyncError,
)
from stockbridge.engine.actions.bridges import OptionsRefusedError
from stockbridge.web.api.access import RefusedCallError


class FieldProblem(Schema):
    """One field that does not fit, and why."""

    field: str
    message: str


class Problem(Schema):
    """Why a call was refused, and what to do about it."""

    message: str
    remedy: str = ""
    code: str = ""
    errors: list[FieldProblem] = []


def install(api: NinjaAPI) -> None:
    """Let all refusals look the same."""

    def answer(
        request: HttpRequest, status: int, problem: Problem, wait_s: float = 0
    ) -> HttpResponse:
        response = api.create_response(request, problem.model_dump(), status=status)
        if wait_s:
            response["Retry-After"] = str(max(1, ceil(wait_s)))
        if status == HTTPStatus.UNAUTHORIZED:
            response["WWW-Authenticate"] = "Bearer"
        return response

    def refused(request: HttpRequest, error: RefusedCallError) -> HttpResponse:
        code = error.status.name.lower()
        problem = Problem(message=error.message, remedy=error.remedy, code=code)
        return answer(request, error.status, problem, error.wait_s)

    def sync_error(request: HttpRequest, error: SyncError) -> HttpResponse:
        wait_s = error.retry_after_s if isinstance(error, RetryableError) else None
        return answer(request, status_of(error), problem_of(error), wait_s or 0)

    def not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
        return answer(request, 404, NOT_FOUND)

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return answer(request, 422, _problem_of_fields(error.errors))

    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        problem = Problem(message=str(error), code=f"http_{error.status_code}")
        return answer(request, error.status_code, problem)

    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        RefusedCallError: refused,
        SyncError: sync_error,
        Http404: not_found,
        ValidationError: invalid,
        HttpError: http_error,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


NOT_FOUND = Problem(message="There is nothing here.", code="not_found")


def status_of(error: SyncError) -> int:
    """Return the status that says who acts: the caller, a person, or time."""
    if isinstance(error, InvalidInputError):
        return 422
    if isinstance(error, ActionNeededError):
        return 409
    if isinstance(error, DefectError):
        return 500
    return 503


def problem_of(error: SyncError) -> Problem:
    """Return an error as it is answered."""
    errors: list[FieldProblem] = []
    if isinstance(error, OptionsRefusedError):
        errors = [
            FieldProblem(field=one.field, message=one.message) for one in error.refusals
        ]
    elif isinstance(error, InvalidInputError) and error.field:
        errors = [FieldProblem(field=error.field, message=error.message)]
    return Problem(
        message=error.message, remedy=error.remedy, code=error.code, errors=errors
    )


def _problem_of_fields(errors: list[dict[str, Any]]) -> Problem:
    """Return what does not fit; never a value, it may be a secret."""
    found = [
        FieldProblem(
            field=".".join(str(part) for part in _place(one["loc"])),
            message=str(one["msg"]).removeprefix("Value error, "),
        )
        for one in errors
    ]
    return Problem(
        message="The call does not fit.",
        remedy="See the fields in errors.",
        code="invalid",
        errors=found,
    )


def _place(where: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Leave out where the field came from, and the name of our own parameter."""
    if where[:1] == ("body",):
        return where[2:] or where[1:]
    return where[1:] or where
