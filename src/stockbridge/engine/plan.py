"""Planning what changed: load, ask the domain, save. One transaction a batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.companies.row_writes import add_rows
from stockbridge.domain.billing import billing_for
from stockbridge.domain.commerce import Order
from stockbridge.domain.identity import Source
from stockbridge.domain.order_plan import Request, plan_order
from stockbridge.domain.planning import OrderPlan, Outcome, Verdict
from stockbridge.domain.policy import Ground
from stockbridge.domain.posting_rules import billed_under, rule_for, under_rule
from stockbridge.engine.bridge_rows import lock_bridges_of_store
from stockbridge.engine.claims import end_claims_taken_back, plan_claims
from stockbridge.engine.codec import ORDER
from stockbridge.engine.decisions import FINAL_CODES, Choices, anew, choices_of
from stockbridge.engine.dispositions import (
    Standing,
    load_standings,
    save_verdicts,
    without_settled,
)
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.ground import (
    billing_policy,
    known_customers,
    load_ground,
    load_outbox,
    options_of,
)
from stockbridge.engine.models import Bridge, Connection, Delivery, Run, Snapshot
from stockbridge.engine.outbox import save_plans
from stockbridge.engine.posting_rules import roles_of, rules_of
from stockbridge.engine.progress import order_progress
from stockbridge.engine.sales_once import in_other_books_of
from stockbridge.engine.session import Session
from stockbridge.engine.unreadable import close_readable, report_unreadable

BATCH = 50
#: A person, or an undo, has spoken: nothing plans these again by itself.
_FINAL = {Outcome.BOOKED_ELSEWHERE.value, Outcome.UNDONE.value}


@dataclass(frozen=True, slots=True)
class Planning:
    """One order with its plan, ready to be saved."""

    snapshot: Snapshot
    order: Order
    plan: OrderPlan
    standing: Standing
    rule: str = ""  # the posting rule that it was planned by


@dataclass(slots=True)
class Planner:
    """Plans orders at one bridge; makes a run when there is something to do."""

    bridge: Bridge
    session: Session
    run: Run | None = None
    is_allowed: bool = False  # a person allowed this beyond the safety limits
    planned_count: int = field(default=0)
    held: list[Delivery] = field(default_factory=list)  # by a safety limit

    def plan(
        self,
        snapshots: Sequence[Snapshot],
        *,
        by_hand: frozenset[str] = frozenset(),
        choices: Choices | None = None,
    ) -> list[Planning]:
        """Return the plan of each order, without saving anything.

        `by_hand` names the orders that a person chose, and `choices` says how they
        are booked: dates, and what was decided before, do not count there.
        """
        readable = [
            row for row in snapshots if row.data is not None and not row.problem
        ]
        orders = [ORDER.validate_python(row.data) for row in readable]
        ids = [order.external_id for order in orders]
        rules = rules_of(self.bridge)
        ground = load_ground(self.bridge, orders, now=self.session.now(), rules=rules)
        customers = known_customers(self.bridge, orders)
        billed = billing_policy(options_of(self.bridge))
        outboxes = load_outbox(self.bridge, ids)
        standings = load_standings(self.bridge, ids)
        roles = roles_of(self.bridge, orders) if rules else {}
        elsewhere = in_other_books_of(self.bridge, ids)
        found = []
        for row, order in zip(readable, orders, strict=True):
            standing = standings[order.external_id]
            if order.external_id in by_hand:
                standing = _chosen(standing, choices or Choices())
            role = roles.get(order.external_id, "")
            rule = rule_for(order, rules, role=role)
            request = Request(
                order=order,
                booked=outboxes[order.external_id].booked,
                billing=billing_for(
                    order,
                    customers[order.external_id],
                    billed_under(billed, rule),
                    ground.scope,
                ),
                ground=under_rule(
                    replace(
                        _ground_of(ground, standing),
                        other_books=elsewhere.get(order.external_id),
                    ),
                    order,
                    rule,
                ),
                generations=outboxes[order.external_id].generations,
            )
            plan = (
                _as_decided(request, standing)
                if _is_final(standing)
                else without_settled(plan_order(request), standing, request.booked)
            )
            name = rule.name if rule is not None else ""
            found.append(Planning(row, order, plan, standing, name))
        return found

    def save(self, plannings: Sequence[Planning]) -> None:
        """Save plans, dispositions, issues and stock claims; inside a transaction."""
        self.planned_count += save_plans(self, plannings)
        save_verdicts(self.bridge, plannings, session=self.session)
        order_progress(self.session, self.held)
        self.held.clear()
        plan_claims(self.bridge, plannings)
        end_claims_taken_back(self.bridge, plannings, now=self.session.now())

    def ensure_run(self) -> Run:
        """Return the run that this job's documents belong to."""
        if self.run is None:
            self.run = Run(
                company=self.bridge.company,
                bridge=self.bridge,
                kind=Run.Kind.AUTOMATIC,
                state=Run.State.DONE,
                created_at=self.session.now(),
                finished_at=self.session.now(),
            )
            add_rows([self.run])
        return self.run


def plan_due(session: Session) -> int:
    """Plan all changed orders of the session's store; return how many documents.

    Which bridges are on is asked anew for each batch, and held until it is saved:
    an order that a start has just marked is not crossed off by who did not see it.
    """
    planners: dict[int, Planner] = {}
    if not has_due(session.connection):
        return 0
    while True:
        with session.fenced():
            rows = _due(session.connection.pk)
            bridges = [
                bridge
                for bridge in lock_bridges_of_store(session.connection.pk)
                if bridge.is_enabled
            ]
            broken = [row for row in rows if row.problem]
            sound = [row for row in rows if not row.problem]
            done = [row.pk for row in rows]
            # Before saving, which may ask for one of them to be planned once more.
            _take(done)
            for bridge in bridges:
                planner = planners.setdefault(bridge.pk, Planner(bridge, session))
                close_readable(session, planner.bridge, sound)
                planner.save(planner.plan(rows))
                report_unreadable(session, planner.bridge, broken)
        if len(rows) < BATCH or session.is_over():
            return sum(planner.planned_count for planner in planners.values())


def has_due(connection: Connection) -> bool:
    """Return whether any order waits to be planned."""
    return bool(_first_due(connection.pk))


@prepared
def _due(connection_id: int) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(
        connection=connection_id, feed=ORDERS, is_plan_due=True
    ).order_by("id")[:BATCH]


@prepared
def _first_due(connection_id: int) -> QuerySet[Snapshot, int]:
    """Ask in the order of the index that holds nothing else, not of any other."""
    found = Snapshot.objects.filter(
        connection=connection_id, feed=ORDERS, is_plan_due=True
    )
    return found.order_by("id").values_list("pk", flat=True)[:1]


@prepared_change
def _take(snapshot_ids: Sequence[int]) -> Change:
    rows = Snapshot.objects.filter(pk__in=snapshot_ids)
    return Change(rows, {"is_plan_due": False})


def _chosen(standing: Standing, choices: Choices) -> Standing:
    """Return the standing of an order that a person imports (again)."""
    return replace(
        standing,
        outcome="",
        code="",
        is_by_hand=True,
        settled=anew(standing.settled, choices),
    )


def _ground_of(ground: Ground, standing: Standing) -> Ground:
    choices = choices_of(standing.settled)
    policy = ground.policy
    if choices.location_id:
        policy = replace(policy, location_id=choices.location_id)
    return replace(
        ground,
        policy=policy,
        is_by_hand=standing.is_by_hand,
        moves_stock=choices.moves_stock,
    )


def _is_final(standing: Standing) -> bool:
    return standing.outcome in _FINAL or standing.code in FINAL_CODES


def _as_decided(request: Request, standing: Standing) -> OrderPlan:
    """Return what stands: the books keep what they have, nothing new is planned."""
    outcome = Outcome(standing.outcome)
    verdicts = [Verdict(request.source, outcome, standing.code, standing.reason)]
    later = (
        Outcome.BOOKED_ELSEWHERE
        if outcome is Outcome.BOOKED_ELSEWHERE
        else Outcome.SALE_NOT_IN_BOOKS
    )
    verdicts += [
        Verdict(Source("refund", refund.external_id), later, outcome.value)
        for refund in request.order.refunds
    ]
    kept = tuple(booked.key for booked in request.booked)
    return OrderPlan(verdicts=tuple(verdicts), kept=kept)
