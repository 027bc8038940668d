"""Three people for the test of each screen: the owner, a member, a stranger.

    @pytest.mark.django_db
    def test_orders_are_for_those_who_may_import_them() -> None:
        people = make_people()
        assert_access(people, people.url("orders"), Permission.IMPORT_ORDERS)

`assert_access` tries the address as nobody, as a stranger, as a member who may do
everything but this, as a member who may do just this, and as the owner; for a POST also
without the token against forged requests.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.permissions import NEEDS, Permission, Role

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True, slots=True)
class People:
    """A company and those around it."""

    company: Company
    owner: User  # Alice, administrator of the company
    member: User  # Bob, sees screens, no more
    stranger: User  # Charlie, administrator of another company
    administrator: User  # Dora, administrator of the installation, member of none

    def url(self, name: str, **parts: object) -> str:
        """Return an address of the company."""
        return reverse(name, kwargs={"company": self.company.slug, **parts})

    def client(self, user: User | None = None) -> Client:
        """Return a browser in which the person (default: the owner) is signed in."""
        client = Client()
        client.force_login(user or self.owner)
        return client

    def allow(self, *permissions: Permission) -> None:
        """Let Bob do just this, and what it needs."""
        wanted = {str(permission) for permission in permissions}
        for permission in permissions:
            wanted |= NEEDS.get(permission, frozenset())
        self._set(sorted(wanted))

    def allow_all_but(self, permission: Permission) -> None:
        """Let Bob do everything but this."""
        self._set(sorted(set(Permission.values) - {str(permission)}))

    def _set(self, permissions: list[str]) -> None:
        Membership.objects.filter(user=self.member, company=self.company).update(
            role=Role.MEMBER, extra_permissions=permissions
        )


def make_people(slug: str = "north-mugs") -> People:
    """Return Alice, Bob, Charlie and Dora, and Alice's company."""
    company = Company.objects.create(name="North Mugs", slug=slug)
    elsewhere = Company.objects.create(name="South Bowls", slug=f"{slug}-rival")
    owner = _person("alice@example.com", "Alice Adams")
    member = _person("bob@example.com", "Bob Brown")
    stranger = _person("charlie@example.com", "Charlie Clark")
    Membership.objects.create(company=company, user=owner, role=Role.ADMINISTRATOR)
    Membership.objects.create(company=company, user=member)
    Membership.objects.create(company=elsewhere, user=stranger, role=Role.ADMINISTRATOR)
    dora = _person("dora@example.com", "", is_superuser=True, is_staff=True)
    return People(company, owner, member, stranger, dora)


@cache
def _hashed_password() -> str:
    """Return PASSWORD as it is stored: hashing is slow by intent, so once is enough."""
    return make_password(PASSWORD)


def _person(email: str, name: str, **more: object) -> User:
    return User.objects.create(
        email=email, display_name=name, password=_hashed_password(), **more
    )


def assert_access(
    people: People,
    url: str,
    permission: Permission,
    method: str = "get",
    data: dict[str, Any] | None = None,
) -> None:
    """Check who gets in at `url`, and how the others are turned away."""

    def answer(user: User | None) -> HttpResponse:
        client = people.client(user) if user else Client()
        return _ask(client, method, url, data)

    nobody = answer(None)
    assert nobody.status_code == 302, f"nobody got {nobody.status_code}"
    assert nobody["Location"].startswith(reverse("account_login") + "?next=")

    assert answer(people.stranger).status_code == 404

    if method != "get":
        forged = Client(enforce_csrf_checks=True)
        forged.force_login(people.owner)
        assert _ask(forged, method, url, data).status_code == 403, "no CSRF check"

    if permission is not Permission.VIEW:  # every member has that
        people.allow_all_but(permission)
        refused = answer(people.member)
        assert refused.status_code == 403, f"without it: {refused.status_code}"
        text = refused.content.decode()
        assert str(permission.label) in text
        assert str(people.owner) in text, "it is not said who can give it"

    people.allow(permission)
    for user in (people.member, people.owner, people.administrator):
        allowed = answer(user)
        assert allowed.status_code not in {403, 404, 405}, f"{user}: refused"
        assert allowed.status_code < 500


def _ask(
    client: Client, method: str, url: str, data: dict[str, Any] | None
) -> HttpResponse:
    response: HttpResponse = getattr(client, method)(url, data or {})
    return response
