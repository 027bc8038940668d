"""Three tokens at each operation: the owner's, one with few permissions, a stranger's.

The operations come from the API's own document, so that none can be left out.
"""

import json

import pytest
from django.db import transaction
from django.http import HttpResponse

from stockbridge.companies.models import ApiToken
from stockbridge.companies.permissions import NEEDS, Permission
from stockbridge.engine.models import LogEntry, Run
from stockbridge.web.api.access import STRANGER_LIMIT, TOKEN_LIMIT
from stockbridge.web.api.tests.operations import BODIES, Operation, operations
from stockbridge.web.api.tests.worlds import ApiWorld, an_api_world, token_of

pytestmark = pytest.mark.django_db
ALL = list(Permission)


def tried(operation: Operation, world: ApiWorld, token: str = "") -> HttpResponse:
    """Call an operation; whatever it did is undone."""
    TOKEN_LIMIT.forget()
    STRANGER_LIMIT.forget()
    with transaction.atomic():
        answer = operation.call(world, token)
        transaction.set_rollback(True)
    return answer


def test_every_operation_that_takes_a_body_has_an_example_here() -> None:
    taking = {one.name for one in operations() if one.takes_body}

    assert taking == set(BODIES)


def test_nobody_gets_in_without_a_valid_token() -> None:
    world = an_api_world()
    answers = {one.name: tried(one, world, "sb_made-up") for one in operations()}
    silent = {one.name: tried(one, world) for one in operations()}

    for answer in (*answers.values(), *silent.values()):
        assert answer["WWW-Authenticate"] == "Bearer"
        assert json.loads(answer.content)["remedy"]
    assert {name for name, answer in answers.items() if answer.status_code != 401} == (
        set()
    )
    assert {name for name, answer in silent.items() if answer.status_code != 401} == (
        set()
    )


def test_a_stranger_learns_and_changes_nothing() -> None:
    world = an_api_world()
    elsewhere = world.people.stranger.memberships.get().company
    token = token_of(elsewhere, world.people.stranger, *ALL)
    before = traces(world)

    told = {one: told_to_a_stranger(one, world, token) for one in operations()}

    assert {str(one): text for one, text in told.items() if text} == {}
    assert traces(world) == before


def told_to_a_stranger(operation: Operation, world: ApiWorld, token: str) -> str:
    """Return what a stranger learns by calling; "" where it is nothing."""
    TOKEN_LIMIT.forget()
    with transaction.atomic():
        before = traces(world)
        answer = operation.call(world, token)
        if traces(world) != before:
            return "something changed"
        transaction.set_rollback(True)
    text = answer.content.decode()
    given = json.dumps(BODIES[operation.name](world)) if operation.takes_body else ""
    for secret in (world.bridge.uid, world.bridge.store.uid, "Mug shop", "ada@"):
        if secret in text and secret not in given:
            return text
    if "{" in operation.path and (answer.status_code, "not_found") != (
        404,
        json.loads(answer.content)["code"],
    ):
        return text
    return "" if answer.status_code < 500 else text


def test_a_token_without_the_permission_is_refused_and_told_which() -> None:
    world = an_api_world()
    token = token_of(world.company, world.people.member)
    let_in = {}

    for one in operations():
        others = set(ALL) - {one.needed, *_needing(one.needed)}
        ApiToken.objects.update(permissions=sorted(str(other) for other in others))
        answer = tried(one, world, token)
        if one.needed is Permission.VIEW:
            continue  # every token has that
        if (
            answer.status_code != 403
            or _label(one) not in json.loads(answer.content)["message"]
        ):
            let_in[one.name] = answer.content

    assert let_in == {}


def test_tokens_with_just_the_permission_and_with_all_get_in() -> None:
    world = an_api_world()
    everything = token_of(world.company, world.people.owner, *ALL)
    turned_away = {}

    for one in operations():
        just = token_of(world.company, world.people.member, one.needed)
        for token in (just, everything):
            answer = tried(one, world, token)
            if answer.status_code in REFUSALS or answer.status_code >= 500:
                turned_away[one.name] = (answer.status_code, answer.content)

    assert turned_away == {}


REFUSALS = {400, 401, 403, 404, 405, 422, 429}


def _needing(permission: Permission) -> set[Permission]:
    return {one for one in Permission if str(permission) in NEEDS.get(one, frozenset())}


def _label(operation: Operation) -> str:
    return str(operation.needed.label)


def traces(world: ApiWorld) -> list[object]:
    """Return what an act in the company would leave behind."""
    company = world.company
    company.refresh_from_db()
    world.bridge.refresh_from_db()
    return [
        company.name,
        company.memberships.count(),
        company.invitations.count(),
        list(company.api_tokens.values_list("pk", "revoked_at").order_by("pk")),
        list(company.connections.values_list("name", "status").order_by("pk")),
        world.bridge.options,
        list(company.deliveries.values_list("state", flat=True)),
        list(Run.objects.filter(company=company).values_list("state", flat=True)),
        company.issues.filter(resolved_at=None).count(),
        company.items.count(),
        company.stock_movements.count(),
        LogEntry.objects.filter(company=company).count(),
    ]
