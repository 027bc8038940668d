"""What users ask for help with, recognised from the tables, with its remedy.

Each case looks for its own signs. Found or not, it is explained: whoever looks for
help reads what would have been the cause.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from stockbridge.companies.models import Membership
from stockbridge.companies.permissions import Permission
from stockbridge.engine import workers
from stockbridge.engine.ground import options_of
from stockbridge.engine.matched import item_figures
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Cursor,
    Disposition,
    Issue,
    Run,
    RunRow,
)
from stockbridge.engine.signs import Ground, Sign, many
from stockbridge.engine.stock_signs import stock_signs

OLD = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of trouble: what was found of it, and what it can come from."""

    key: str
    title: str
    explanation: str
    signs: tuple[Sign, ...]


def cases(bridge: Bridge, membership: Membership, now: datetime) -> list[Case]:
    """Return all cases, those with signs first."""
    ground = Ground(bridge, options_of(bridge), membership, now)
    found = [
        Case(key, title, explanation, tuple(look(ground)))
        for key, title, explanation, look in _CASES
    ]
    return sorted(found, key=lambda case: not case.signs)


def _menu(ground: Ground) -> list[Sign]:
    signs = []
    if not ground.bridge.is_enabled:
        signs.append(
            Sign("This connection is switched off.", "Start it on its page.", "options")
        )
    lacking = [str(one.label) for one in Permission if not ground.membership.may(one)]
    if lacking:
        signs.append(
            Sign(
                f"You may not: {', '.join(lacking)}.",
                "Ask an administrator of the company for what you need.",
                "users",
            )
        )
    return signs


def _connection(ground: Ground) -> list[Sign]:
    signs = []
    for side, place in (("store", "store"), ("books", "books")):
        row: Connection = getattr(ground.bridge, side)
        if row.status == Connection.Status.ACTIVE:
            continue
        worst = [
            one for one in row.report.get("findings", []) if one["severity"] == "error"
        ]
        text = worst[0]["message"] if worst else row.last_error or row.paused_reason
        remedy = (
            worst[0]["remedy"] if worst else "Test it: the test says what is wrong."
        )
        label = row.get_status_display()
        signs.append(Sign(f"{row.name}: {label}. {text}".strip(), remedy, place))
    if not workers.is_any_alive(ground.now):
        signs.append(
            Sign(
                "No worker is running, so nothing is read or written.",
                "Start one on the server: stockbridge serve, or stockbridge worker.",
            )
        )
    return signs


def _matching(ground: Ground) -> list[Sign]:
    share = item_figures(ground.bridge)
    signs = []
    if share.linked < share.total:
        signs.append(
            Sign(
                f"{share.total - share.linked:,} of {share.total:,} store items have "
                "no counterpart in the books.",
                "Give both the same SKU, or link them by hand.",
                "unmatched_items",
            )
        )
    if share.without_sku:
        what = many(share.without_sku, "store item has", "store items have")
        signs.append(
            Sign(
                f"{what} no SKU.",
                "Enter one in the store; each variation needs its own.",
                "unmatched_items",
            )
        )
    if share.doubled:
        signs.append(
            Sign(
                f"Several store items share a SKU: {', '.join(share.doubled)}.",
                "A SKU must name one item; change the others.",
                "unmatched_items",
            )
        )
    if signs and not ground.options.match_by_lookup_code:
        signs.append(
            Sign(
                "Lookup codes are not used for matching.",
                "Switch it on where your SKUs are lookup codes in the books.",
                "options",
            )
        )
    return signs


def _skipped(ground: Ground) -> list[Sign]:
    runs = Run.objects.filter(
        bridge=ground.bridge,
        kind__in=(Run.Kind.IMPORT_ITEMS, Run.Kind.EXPORT_ITEMS),
    )
    last = runs.order_by("-created_at").first()
    if last is None:
        return []
    rows = RunRow.objects.filter(run=last, action="skip").exclude(reason="")
    counts: dict[str, int] = {}
    for reason in rows.values_list("reason", flat=True):
        counts[reason] = counts.get(reason, 0) + 1
    worst = sorted(counts.items(), key=lambda one: -one[1])[:5]
    return [
        Sign(f"{count:,} × {reason}", "Mend it in the list and run it again.", "runs")
        for reason, count in worst
    ]


def _blocked(ground: Ground) -> list[Sign]:
    options, signs = ground.options, []
    switches = (
        ("orders", options.allow_orders, Permission.IMPORT_ORDERS),
        ("customers", options.allow_customers, Permission.IMPORT_CUSTOMERS),
        ("items", options.allow_items, Permission.IMPORT_ITEMS),
    )
    for what, is_allowed, permission in switches:
        if not is_allowed:
            signs.append(
                Sign(
                    f"Importing {what} is switched off for this connection.",
                    "Allow it under Permissions in the options.",
                    "options",
                )
            )
        if not ground.membership.may(permission):
            signs.append(
                Sign(
                    f"You may not import {what}.",
                    f"You need the permission {permission.label} and what it needs.",
                    "users",
                )
            )
    return signs


def _order_items(ground: Ground) -> list[Sign]:
    held = Disposition.objects.filter(
        bridge=ground.bridge,
        is_current=True,
        outcome=Disposition.Outcome.HELD,
        code="missing_items",
    ).count()
    if not held:
        return []
    issues = Issue.objects.filter(
        bridge=ground.bridge, resolved_at=None, code="missing_items"
    )
    named = "; ".join(issues.values_list("title", flat=True)[:3])
    return [
        Sign(
            f"{many(held, 'order waits', 'orders wait')} because an item is missing. "
            f"{named}".strip(),
            "Link or import the items; the orders then go on by themselves.",
            "issues",
        )
    ]


def _new_items(ground: Ground) -> list[Sign]:
    signs = []
    for side, name, place in (
        (ground.bridge.store, "store", "store"),
        (ground.bridge.books, "books", "books"),
    ):
        cursor = Cursor.objects.filter(connection=side, feed="items").first()
        if cursor is None:
            signs.append(
                Sign(
                    f"The items of the {name} have never been read.",
                    "Start the connection; they are read within minutes.",
                    "options",
                )
            )
        elif cursor.caught_up_at is None or ground.now - cursor.caught_up_at > OLD:
            signs.append(
                Sign(
                    f"The items of {side.name} were not read to the end lately.",
                    "Clear the cache there: all is read anew.",
                    place,
                )
            )
    return signs


_Look = Callable[[Ground], list[Sign]]
_CASES: tuple[tuple[str, str, str, _Look], ...] = (
    (
        "menu",
        "A menu is not visible",
        "Screens appear for those who may use them, and do something only while the "
        "connection is switched on.",
        _menu,
    ),
    (
        "connection",
        "The connection fails",
        "Address, certificate, permalinks, keys, their rights, maintenance, a "
        "firewall: the live test tells them apart.",
        _connection,
    ),
    (
        "matching",
        "Products do not match",
        "An item of the store finds its counterpart by its SKU and, where allowed, by "
        "a lookup code. Blanks and capitals do not matter; a missing or doubled SKU "
        "does.",
        _matching,
    ),
    (
        "stock",
        "Stock is wrong online",
        "What the store shows is the sum over the chosen locations, less unposted "
        "orders, less the buffer. Wrong locations, a long interval, or another program "
        "that writes stock, too, are the usual causes.",
        stock_signs,
    ),
    (
        "skipped",
        "Items were skipped",
        "Each skipped row says why: doubled in the selection, a required field is "
        "missing, the name, the UPC or the lookup code exists already.",
        _skipped,
    ),
    (
        "blocked",
        "An import is blocked",
        "Two locks must be open: the switch of the connection, for everybody, and the "
        "permission of the person.",
        _blocked,
    ),
    (
        "order_items",
        "Products are missing in an order",
        "An order is booked whole or not at all. Where an item has no counterpart, "
        "the order waits and lists what is missing.",
        _order_items,
    ),
    (
        "new_items",
        "New products are not seen",
        "Items are read every few minutes, at once where the store notifies us. A "
        "draft in the store counts as soon as it is published.",
        _new_items,
    ),
)
