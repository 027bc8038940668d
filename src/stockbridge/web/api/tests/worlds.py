"""A company with one of everything that an address of the API can name."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from stockbridge.backoffice.items import create_item
from stockbridge.backoffice.models import Item
from stockbridge.companies.models import ApiToken, Company, User, token_hash
from stockbridge.companies.permissions import NEEDS, Permission
from stockbridge.domain.tests.builders import an_order
from stockbridge.engine.codec import ORDER, dumped
from stockbridge.engine.models import (
    AlertChannel,
    Bridge,
    Disposition,
    ExchangeLog,
    Issue,
    Mapping,
    Run,
    RunRow,
    Snapshot,
    StockTarget,
)
from stockbridge.engine.tests.rows import a_delivery
from stockbridge.web.tests.joined import a_joined_store
from stockbridge.web.tests.people import People, make_people

NOW = timezone.now()


@dataclass
class ApiWorld:
    """A company, and what the parts of addresses stand for in it."""

    people: People
    bridge: Bridge
    item: Item
    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def company(self) -> Company:
        """The company."""
        return self.people.company


def an_api_world() -> ApiWorld:
    """Return a joined store with an order, a document, an issue, a run and more."""
    people = make_people()
    bridge = a_joined_store(people)
    bridge.is_enabled = True
    bridge.save()
    item = create_item(people.company, {"name": "Mug", "sku": "MUG"}, at=NOW)
    world = ApiWorld(people, bridge, item)
    _add_records(world)
    _add_work(world)
    _add_set_up(world)
    return world


def token_of(
    company: Company, maker: User, *permissions: Permission, name: str = "Till"
) -> str:
    """Return the text of a token that may do this, and what that needs."""
    wanted = {str(Permission.VIEW), *(str(one) for one in permissions)}
    for permission in permissions:
        wanted |= NEEDS.get(permission, frozenset())
    text = f"sb_{len(wanted)}-{ApiToken.objects.count()}-{company.slug}"
    ApiToken.objects.create(
        company=company,
        name=name,
        prefix=text[:10],
        token_hash=token_hash(text),
        permissions=sorted(wanted),
        created_by=maker,
    )
    return text


def headers_of(token: str) -> dict[str, Any]:
    """Return what a client sends to use a token."""
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def _add_records(world: ApiWorld) -> None:
    bridge = world.bridge
    order = dumped(ORDER, an_order(external_id="727", number="WEB-727", placed_at=NOW))
    for connection, feed, external_id, key in (
        (bridge.store, "orders", "727", "WEB-727"),
        (bridge.store, "items", "93", "MUG"),
        (bridge.store, "customers", "26", "ada@example.com"),
        (bridge.books, "items", "I1", "MUG"),
        (bridge.books, "customers", "C1", "ada@example.com"),
    ):
        Snapshot.objects.create(
            connection=connection,
            feed=feed,
            external_id=external_id,
            digest="x" * 32,
            data=order if external_id == "727" else {},
            key=key,
            name="Ada Archer",
            at=NOW,
            amount=Decimal("16.5"),
            currency="USD",
            seen_at=NOW,
        )
    Disposition.objects.create(
        bridge=bridge,
        source_kind="order",
        source_id="727",
        order_id="727",
        revision="x",
        outcome="planned",
        at=NOW,
    )
    StockTarget.objects.create(bridge=bridge, item_id="93", product_id="93")


def _add_work(world: ApiWorld) -> None:
    bridge, company = world.bridge, world.company
    document = a_delivery(bridge, total=Decimal("16.5"), currency="USD")
    issue = Issue.objects.create(
        company=company,
        bridge=bridge,
        connection=bridge.store,
        fingerprint="one",
        code="missing_item",
        subject_kind="order",
        subject_id="727",
        title="Something of North Mugs",
        opened_at=NOW,
        seen_at=NOW,
    )
    run = Run.objects.create(
        company=company,
        bridge=bridge,
        kind=Run.Kind.IMPORT_ORDERS,
        state=Run.State.PREVIEW,
        created_at=NOW,
        expires_at=NOW + timedelta(hours=24),
    )
    row = RunRow.objects.create(
        run=run, subject_kind="order", subject_id="727", label="727", action="create"
    )
    exchange = ExchangeLog.objects.create(
        connection=bridge.store, at=NOW, method="GET", address="/orders", status=200
    )
    world.ids |= {
        "document_id": document.pk,
        "issue_id": issue.pk,
        "run_id": run.pk,
        "row": row.pk,
        "exchange_id": exchange.pk,
    }


def _add_set_up(world: ApiWorld) -> None:
    company, people = world.company, world.people
    mapping = Mapping.objects.create(
        bridge=world.bridge, kind="payment_method", store_key="cod"
    )
    invitation = company.invitations.create(
        email="eve@example.com", token_hash="e", expires_at=NOW + timedelta(days=1)
    )
    alert = AlertChannel.objects.create(
        company=company, kind="email", address="ada@example.com"
    )
    member = company.memberships.get(user=people.member)
    extra = ApiToken.objects.create(
        company=company, name="Old", prefix="sb_", token_hash="o"
    )
    location = company.locations.get()
    world.ids |= {
        "mapping_id": mapping.pk,
        "invitation_id": invitation.pk,
        "alert_id": alert.pk,
        "member_id": member.pk,
        "token_id": extra.pk,
        "item_id": world.item.pk,
        "location": location.pk,
    }
    world.names |= {
        "uid": world.bridge.uid,
        "order_id": "727",
        "customer_id": "26",
        "key": "accounts",
    }
