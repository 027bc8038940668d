"""Runs started by a program: no door is wider than another."""

import json
from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import Client

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Run
from stockbridge.web.api.tests.worlds import (
    NOW,
    ApiWorld,
    an_api_world,
    headers_of,
    token_of,
)

pytestmark = pytest.mark.django_db


def a_run(world: ApiWorld, kind: str, state: str = Run.State.DONE) -> Run:
    return Run.objects.create(
        company=world.company,
        bridge=world.bridge,
        kind=kind,
        state=state,
        created_at=NOW,
    )


def undo_by_start(
    world: ApiWorld, run: Run, *permissions: Permission, run_id: object = None
) -> HttpResponse:
    token = token_of(world.company, world.people.owner, *permissions)
    wish = {"kind": "undo", "parameters": {"run": run_id or run.pk}, "at_once": True}
    answer: Any = Client().post(
        f"/api/v1/bridges/{world.bridge.uid}/runs",
        json.dumps(wish),
        content_type="application/json",
        **headers_of(token),
    )
    return cast(HttpResponse, answer)


@pytest.mark.parametrize("form", [int, str])
def test_an_import_of_items_is_undone_only_by_who_may_import_items(form: type) -> None:
    world = an_api_world()
    run = a_run(world, Run.Kind.IMPORT_ITEMS)

    orders = undo_by_start(
        world, run, Permission.IMPORT_ORDERS, run_id=form(run.pk)
    ).status_code

    assert orders == 403
    assert not Run.objects.filter(kind=Run.Kind.UNDO).exists()
    both = (Permission.IMPORT_ORDERS, Permission.IMPORT_ITEMS)
    assert undo_by_start(world, run, *both).status_code == 201


def test_what_cannot_be_taken_back_is_refused_at_this_door_too() -> None:
    world = an_api_world()
    pushed = a_run(world, Run.Kind.PUSH_STOCK)
    undone = a_run(world, Run.Kind.IMPORT_ORDERS, Run.State.UNDONE)

    answers = [undo_by_start(world, one, *Permission) for one in (pushed, undone)]

    assert [one.status_code for one in answers] == [409, 409]
