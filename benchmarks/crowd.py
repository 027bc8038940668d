"""A shop with very many of everything, for measuring the screens."""

import itertools
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.permissions import Role
from stockbridge.domain.tests.builders import a_books_item, a_store_item, an_order
from stockbridge.engine.codec import BOOKS_ITEM, ORDER, STORE_ITEM, dumped
from stockbridge.engine.item_marks import store_marks
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Connection,
    Delivery,
    DeliveryEvent,
    DeliverySource,
    Disposition,
    Issue,
    ItemCode,
    Run,
    RunRow,
    Snapshot,
    StockReading,
    StockTarget,
)
from stockbridge.engine.tests.rows import NOW, a_connection


def many(model: type[Model], rows: Iterable[Model]) -> None:
    """Create rows, some thousands at a time."""
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, 5_000)):
        model._default_manager.bulk_create(batch)


def fill(rows: int) -> dict[str, object]:
    """Make a shop with so many of everything; return what addresses need."""
    company = Company.objects.create(name="Crowd", slug="crowd")
    owner = User.objects.create(email="owner@example.com", is_superuser=True)
    Membership.objects.create(company=company, user=owner, role=Role.ADMINISTRATOR)
    bridge = Bridge.objects.create(
        company=company,
        store=a_connection(company),
        books=a_connection(company, kind="books", connector="embedded", settings={}),
        is_enabled=True,
        options={"stock_enabled": True},
    )
    run = Run.objects.create(
        company=company,
        bridge=bridge,
        kind=Run.Kind.IMPORT_ITEMS,
        state=Run.State.PREVIEW,
        created_at=NOW,
        total=rows,
    )
    _orders(bridge, rows)
    _items(bridge, rows)
    _people(bridge, rows)
    _rows(run, rows)
    return {"bridge": bridge.uid, "run": run.pk}


def filled() -> dict[str, object] | None:
    """Return what addresses need, where an earlier measurement left its rows."""
    Connection.objects.update(secrets={})  # sealed with a key that is gone
    bridge, run = Bridge.objects.first(), Run.objects.first()
    return {"bridge": bridge.uid, "run": run.pk} if bridge and run else None


def _orders(bridge: Bridge, rows: int) -> None:

    data = dumped(ORDER, an_order())
    data["meta"] = [[f"plugin_{n}", "x" * 60] for n in range(20)]  # as real ones have
    names = ("Ada Archer", "Ben Brook", "Emil Ember", "Gus Grove")
    statuses = ("processing", "completed", "completed", "on-hold", "refunded")
    many(
        Snapshot,
        (
            Snapshot(
                connection=bridge.store,
                feed="orders",
                external_id=str(n),
                digest=f"{n:032d}",
                data={**data, "external_id": str(n), "number": str(n)},
                key=str(n),
                match_key=str(n),
                name=names[n % 4],
                status=statuses[n % 5],
                at=NOW - timedelta(minutes=5 * n),
                amount=Decimal("16.50"),
                currency="USD",
                seen_at=NOW,
            )
            for n in range(rows)
        ),
    )
    many(
        Disposition,
        (
            Disposition(
                bridge=bridge,
                source_kind="order",
                source_id=str(n),
                order_id=str(n),
                revision=f"{n:032d}",
                outcome="held" if n % 500 == 0 else "posted",
                reason="Not found in the books: MUG." if n % 500 == 0 else "",
                at=NOW,
            )
            for n in range(rows)
        ),
    )
    many(
        Delivery,
        (
            Delivery(
                company=bridge.company,
                connection=bridge.books,
                bridge=bridge,
                kind="sale",
                key=f"k/{n}",
                state="ready" if n % 100 == 0 else "posted",
                document={"lines": ["x" * 1500]},
                digest=f"{n:032d}",
                reference=str(n),
                title=names[n % 4],
                business_date=(NOW - timedelta(minutes=5 * n)).date(),
                total=Decimal("16.50"),
                currency="USD",
                books_id=str(n),
                books_number=f"CO-{n}",
                created_at=NOW,
                changed_at=NOW - timedelta(minutes=5 * n),
                posted_at=NOW,
            )
            for n in range(rows)
        ),
    )
    ids = list(Delivery.objects.order_by("pk").values_list("pk", "reference"))
    many(
        DeliverySource,
        (
            DeliverySource(
                delivery_id=pk,
                bridge=bridge,
                kind="order",
                source_id=number,
                order_id=number,
                effect="sale",
                revision=f"{int(number):032d}",
            )
            for pk, number in ids
        ),
    )
    many(
        DeliveryEvent,
        (
            DeliveryEvent(delivery_id=pk, at=NOW, event="send", after="sent")
            for pk, _ in ids
        ),
    )
    many(
        Issue,
        (
            Issue(
                company=bridge.company,
                bridge=bridge,
                connection=bridge.store,
                fingerprint=f"f{n}",
                code="missing_items",
                subject_kind="order",
                subject_id=str(n),
                title=f"Order {n}: 1 item(s) without a match",
                message="Not found in the books: MUG (Mug).",
                remedy="Link it.",
                details={
                    "order_id": str(n),
                    "missing": [{"sku": "MUG", "name": "Mug", "item_id": str(n)}],
                },
                opened_at=NOW,
                seen_at=NOW,
            )
            for n in range(0, rows, 500)
        ),
    )


def _items(bridge: Bridge, rows: int) -> None:

    in_store = dumped(STORE_ITEM, a_store_item())
    in_books = dumped(BOOKS_ITEM, a_books_item())
    in_store["description"] = "A thing of use in house and garden. " * 20
    words = ("Kettle", "Mug", "Lamp", "Rope", "Bowl", "Chair", "Candle", "Brush")

    def data(n: int) -> dict[str, Any]:
        return {
            **in_store,
            "external_id": str(n),
            "sku": _sku(n),
            "is_sku_inherited": n % 300 == 0,
            "stock_keeping": "none" if n % 400 == 0 else "own",
            "backorders": n % 1000 == 0,
        }

    many(
        Snapshot,
        (
            Snapshot(
                connection=bridge.store,
                feed="items",
                external_id=str(n),
                digest=f"{n:032d}",
                data=data(n),
                marks=store_marks(STORE_ITEM.validate_python(data(n))),
                key=_sku(n),
                match_key=_sku(n).casefold(),
                name=f"{words[n % 8]} {n}",
                status="publish",
                group_id=str(n),
                amount=Decimal("9.90"),
                currency="USD",
                quantity=None if n % 400 == 0 else Decimal(n % 90),
                seen_at=NOW,
            )
            for n in range(rows)
        ),
    )
    many(
        Snapshot,
        (
            Snapshot(
                connection=bridge.books,
                feed="items",
                external_id=str(n),
                digest=f"{n:032d}",
                data={**in_books, "external_id": str(n), "sku": _sku(n)},
                key=_sku(n),
                match_key=_sku(n).casefold(),
                name=f"{words[n % 8]} {n}",
                status="active",
                amount=Decimal("9.90"),
                currency="USD",
                seen_at=NOW,
            )
            for n in range(rows)
        ),
    )
    linked = [n for n in range(rows) if n % 20]
    many(
        Binding,
        (
            Binding(
                company=bridge.company,
                store_connection=bridge.store,
                books_connection=bridge.books,
                kind="item",
                store_id=str(n),
                books_id=str(n),
                matched_by="sku",
            )
            for n in linked
        ),
    )
    many(
        ItemCode,
        (
            ItemCode(
                connection=bridge.books,
                external_id=str(n),
                kind="sku",
                code=_sku(n).casefold(),
            )
            for n in linked
        ),
    )
    many(
        StockReading,
        (
            StockReading(
                books=bridge.books,
                item_id=str(n),
                location_id="1",
                on_hand=Decimal(n % 90),
                began_at=NOW,
            )
            for n in linked
        ),
    )
    part = {
        "on_hand": "20",
        "claimed": "2",
        "buffer": "0",
        "factor": "1.0000",
        "orders": ["7", "8"],
        "order_count": 2,
    }
    many(
        StockTarget,
        (
            StockTarget(
                bridge=bridge,
                item_id=str(n),
                product_id=str(n),
                desired=Decimal(n % 90),
                shown=Decimal(n % 90 + (n % 50 == 0)),
                is_due=n % 50 == 1,
                is_stale=False,
                is_held=n % 5000 == 1,
                error="The store said no." if n % 10_000 == 1 else "",
                explanation={"parts": [part]},
            )
            for n in range(rows)
        ),
    )


def _sku(n: int) -> str:
    if n % 700 == 0:
        return ""
    return f"SKU-{n - n % 2 if n % 900 == 1 else n:06}"


def _people(bridge: Bridge, rows: int) -> None:

    many(
        Snapshot,
        (
            Snapshot(
                connection=bridge.store,
                feed="customers",
                external_id=str(n),
                digest=f"{n:032d}",
                data={"external_id": str(n), "email": f"p{n}@example.com"},
                key=f"p{n}@example.com",
                match_key=f"p{n}@example.com",
                name=f"Person {n}",
                seen_at=NOW,
            )
            for n in range(rows)
        ),
    )
    many(
        Binding,
        (
            Binding(
                company=bridge.company,
                store_connection=bridge.store,
                books_connection=bridge.books,
                kind="customer",
                store_id=str(n),
                books_id=str(n),
                matched_by="created",
            )
            for n in range(0, rows, 2)
        ),
    )


def _rows(run: Run, rows: int) -> None:

    many(
        RunRow,
        (
            RunRow(
                run=run,
                subject_kind="item",
                subject_id=str(n),
                label=f"{_sku(n)} · Thing {n}",
                action="skip" if n % 10 == 0 else "create",
                reason="It is linked already." if n % 10 == 0 else "",
                details={"sku": _sku(n), "price": "9.90 USD", "quantity": "4"},
            )
            for n in range(rows)
        ),
    )
