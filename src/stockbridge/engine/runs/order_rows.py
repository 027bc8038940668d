"""One order's line in a preview: what would be booked, and why not."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from stockbridge.domain.accounting import (
    Document,
    DocumentLine,
    PaymentDocument,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money
from stockbridge.domain.planning import SALE, SHARED, Outcome, Planned
from stockbridge.engine.codec import dump_document
from stockbridge.engine.models import Run, RunRow, Snapshot
from stockbridge.engine.plan import Planning
from stockbridge.engine.runs.steps import CHANGE, CREATE, HOLD, SKIP

ASK_STOCK = "ask_moves_stock"


def order_row(run: Run, planning: Planning, *, doubt: str = "") -> RunRow:
    """Return the line of an order that can be read.

    `doubt` says why a person must decide whether it takes goods off the shelf.
    """
    action, reason, code = _verdict(planning)
    if doubt and action == CREATE:
        action, code = HOLD, ASK_STOCK
        reason = f"{doubt} Say whether booking it takes its goods off the shelf."
    return RunRow(
        run=run,
        subject_kind="order",
        subject_id=planning.order.external_id,
        label=f"{planning.order.number} · {planning.snapshot.name}"[:300],
        action=action,
        reason=reason,
        digest=plan_digest(planning),
        details={**_details(planning), "code": code},
    )


def unreadable_row(run: Run, snapshot: Snapshot) -> RunRow:
    """Return the line of an order that cannot be read."""
    return RunRow(
        run=run,
        subject_kind="order",
        subject_id=snapshot.external_id,
        label=snapshot.key or snapshot.external_id,
        action=HOLD,
        reason=snapshot.problem.partition("\n")[0] or "It was erased.",
        details={"code": "unreadable", "number": snapshot.key},
    )


def shared_rows(run: Run, plannings: Iterable[Planning]) -> list[RunRow]:
    """Return a line for each customer and item that would be created."""
    found = {
        planned.key: planned
        for planning in plannings
        for planned in planning.plan.planned
        if planned.effect in SHARED
    }
    return [
        RunRow(
            run=run,
            subject_kind=planned.effect,
            subject_id=key,
            label=str(getattr(planned.document, "name", ""))[:300],
            action=CREATE,
            reason="Needed by the orders.",
            digest=planned.digest,
            details={
                "document": dump_document(planned.kind, planned.document),
                "is_required": True,
            },
        )
        for key, planned in found.items()
    ]


def plan_digest(planning: Planning) -> str:
    """Return what an approval of this plan names: all its documents, to the letter.

    Of shared records the key: their first quantity moves with every sale.
    """
    documents = [
        planned.key
        if planned.effect in SHARED
        else [planned.key, dump_document(planned.kind, planned.document)]
        for planned in planning.plan.planned
    ]
    return digest_of([documents, planning.snapshot.digest])


def _verdict(planning: Planning) -> tuple[str, str, str]:
    """Return action, reason and code."""
    plan, source_id = planning.plan, planning.order.external_id
    if plan.must_wait:
        return HOLD, "An earlier step is on its way; look again in a minute.", "waits"
    verdict = next(
        v
        for v in plan.verdicts
        if v.source.kind == "order" and v.source.external_id == source_id
    )
    new = [one for one in plan.planned if one.effect not in SHARED]
    if any(one.effect == SALE for one in new):
        by = f"By the rule “{planning.rule}”." if planning.rule else ""
        return CREATE, by, ""
    if new:
        return CHANGE, "It changed since it was imported.", "changed"
    if verdict.outcome is Outcome.HELD:
        return HOLD, verdict.reason, verdict.code
    if verdict.outcome is Outcome.POSTED:
        return SKIP, "It is in the books already.", "imported"
    if verdict.outcome is Outcome.PLANNED:
        return SKIP, "It waits to be sent already.", "queued"
    return SKIP, verdict.reason, verdict.code


def _details(planning: Planning) -> dict[str, Any]:
    order, planned = planning.order, planning.plan.planned
    holds = [hold for _, hold in planning.plan.holds]
    return {
        "number": order.number,
        "rule": planning.rule,
        "status": order.store_status,
        "placed_at": order.placed_at.isoformat(),
        "customer": planning.snapshot.name,
        "email": order.customer.email,
        "total": str(order.total),
        "tax": str(order.total_tax),
        "items": [
            {"sku": li.sku, "name": li.name, "quantity": f"{li.quantity.normalize():f}"}
            for li in order.item_lines
        ],
        "documents": [_document(one) for one in planned if one.effect not in SHARED],
        "requires": [one.key for one in planned if one.effect in SHARED],
        "holds": [
            {"code": h.code, "message": h.message, "remedy": h.remedy} for h in holds
        ],
        "missing": [one for h in holds for one in _missing(h.details)],
        "money": _money(planned),
        "stock": _stock(planned),
    }


def _missing(details: Mapping[str, Any]) -> list[Any]:
    found = details.get("missing", [])
    return list(found)


def _document(planned: Planned) -> dict[str, str]:
    document = planned.document
    day = getattr(document, "business_date", None)
    total = getattr(document, "total", None) or getattr(document, "amount", None)
    return {
        "kind": planned.kind.value,
        "date": day.isoformat() if day else "",
        "total": str(total) if total is not None else "",
    }


def _money(planned: Iterable[Planned]) -> list[dict[str, str]]:
    """Return what would be booked where: positive to the account, negative from it."""
    sums: dict[tuple[str, str], Decimal] = {}
    for one in planned:
        for account, money in _amounts(one.document):
            key = (account, money.currency)
            sums[key] = sums.get(key, Decimal(0)) + money.amount
    return [
        {"account": account, "currency": currency, "amount": str(amount)}
        for (account, currency), amount in sums.items()
        if amount
    ]


def _amounts(document: Document) -> list[tuple[str, Money]]:
    if isinstance(document, PaymentDocument):
        return [(document.account_id or "payments", document.amount)]
    if isinstance(document, SaleDocument | RefundDocument):
        sign = -1 if isinstance(document, RefundDocument) else 1
        found = [(_account(line), line.total * sign) for line in document.lines]
        found += [("tax", tax.total * sign) for tax in document.taxes]
        if isinstance(document, RefundDocument):
            found.append((document.account_id or "payments", -document.total))
        return found
    return []


def _account(line: DocumentLine) -> str:
    return line.account_id or {"item": "sales"}.get(line.kind.value, line.kind.value)


def _stock(planned: Iterable[Planned]) -> dict[str, str]:
    """Return the units that would leave the shelf (negative) or come back."""
    units: dict[str, Decimal] = {}
    for one in planned:
        document = one.document
        if isinstance(document, SaleDocument):
            for line in document.lines:
                if line.units:
                    name = line.sku or line.name
                    units[name] = units.get(name, Decimal(0)) - line.units
    return {name: f"{count.normalize():f}" for name, count in units.items()}
