"""Starting, approving, stopping and undoing runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from stockbridge.companies.models import User
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    InvalidInputError,
)
from stockbridge.domain.stock import Owner
from stockbridge.engine import links, ticks
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Run, RunRow
from stockbridge.engine.runs import parameters as wishes
from stockbridge.engine.runs.approving import approve_rows
from stockbridge.engine.runs.lifecycle import AT_ONCE, BY
from stockbridge.engine.runs.steps import CREATE

#: The switch of the bridge that each kind needs, and what the screen calls it.
SWITCHES = {
    Run.Kind.IMPORT_ORDERS: ("allow_orders", "Importing orders"),
    Run.Kind.LINK_ORDERS: ("allow_orders", "Importing orders"),
    Run.Kind.IMPORT_CUSTOMERS: ("allow_customers", "Importing customers"),
    Run.Kind.IMPORT_ITEMS: ("allow_items", "Importing items"),
    Run.Kind.EXPORT_ITEMS: ("allow_export", "Writing items to the store"),
    Run.Kind.PUSH_PRICES: ("allow_export", "Writing items to the store"),
}
UNDOABLE = (
    Run.Kind.IMPORT_ORDERS,
    Run.Kind.LINK_ORDERS,
    Run.Kind.IMPORT_CUSTOMERS,
    Run.Kind.IMPORT_ITEMS,
    Run.Kind.AUTOMATIC,
)
_WAITING = (Run.State.PREVIEWING, Run.State.PREVIEW, Run.State.HALTED)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a person wants done; `at_once` approves all of the preview by itself."""

    kind: str
    parameters: Mapping[str, Any]
    user: User | None = None
    at_once: bool = False


def start_run(bridge: Bridge, request: RunRequest, act: Act) -> Run:
    """Begin a run: its preview is made at the next job, which begins at once.

    Raises ActionNeededError where the bridge does not allow it, InvalidInputError
    with the field of a parameter that does not fit.
    """
    check_switches(bridge, request.kind)
    given = wishes.valid(request.kind, request.parameters)
    _check_accounts(bridge, given.get("accounts", {}), act)
    undoes = _undone_run(bridge, given.get("run"))
    is_refresh = request.kind == Run.Kind.REFRESH
    given[BY] = act.by
    if request.at_once:
        given[AT_ONCE] = True
    with transaction.atomic():
        run = Run.objects.create(
            company_id=bridge.company_id,
            bridge=bridge,
            kind=request.kind,
            state=Run.State.RUNNING if is_refresh else Run.State.PREVIEWING,
            parameters=given,
            undoes=undoes,
            started_by=request.user,
            created_at=act.now,
        )
        act.note(bridge.store, f"{run} was started.")
    wake(run)
    return run


def approve_run(run: Run, act: Act, rows: Iterable[int] | None = None) -> int:
    """Approve a preview, or these rows of it; return how many rows go.

    What they require goes with them. Raises ConflictError when there is no preview
    (any more), InvalidInputError when nothing that can be done is chosen.
    """
    with transaction.atomic():
        row = _locked(run)
        if row.state != Run.State.PREVIEW:
            raise ConflictError(
                f"The run is {row.get_state_display()}.",
                remedy="Start it again to see what it would do now.",
            )
        if row.expires_at is not None and row.expires_at <= act.now:
            Run.objects.filter(pk=row.pk).update(
                state=Run.State.EXPIRED, finished_at=act.now
            )
            count = -1
        else:
            check_switches(_bridge(row), row.kind)
            count = approve_rows(row, rows)
            if count:
                act.note(_bridge(row).store, f"{row} was approved: {count} rows.")
    run.refresh_from_db()
    if count < 0:
        raise ConflictError(
            "The preview is older than a day.", remedy="Start the run again."
        )
    if not count:
        raise InvalidInputError(
            "Nothing that can be done is chosen.",
            field="rows",
            remedy="Rows that wait say why. Orders that may be off the shelf already "
            "wait for an answer: whether booking them moves stock.",
        )
    wake(run)
    return count


def required_by(run: Run, rows: Iterable[int]) -> list[RunRow]:
    """Return what approving these rows adds: customers and items to be created."""
    chosen = RunRow.objects.filter(run=run, pk__in=list(rows))
    needs = {
        key
        for details in chosen.values_list("details", flat=True)
        for key in details.get("requires", [])
    }
    found = RunRow.objects.filter(run=run, action=CREATE, subject_id__in=needs)
    return list(found.filter(subject_kind__in=["customer", "item"]).order_by("pk"))


def answer_run(run: Run, changes: Mapping[str, Any], act: Act) -> None:
    """Change what the run was asked (`moves_stock`, a location): it previews anew."""
    with transaction.atomic():
        row = _locked(run)
        if row.state not in (Run.State.PREVIEW, Run.State.EXPIRED):
            raise ConflictError(f"The run is {row.get_state_display()}.")
        own = wishes.own(row.parameters)
        row.parameters = {**wishes.valid(row.kind, {**own, **changes}), BY: act.by}
        RunRow.objects.filter(run=row, outcome="").delete()
        row.state, row.done, row.total = Run.State.PREVIEWING, 0, None
        row.expires_at = row.finished_at = None
        row.save()
        act.note(_bridge(row).store, f"{row} is previewed anew.")
    run.refresh_from_db()
    wake(run)


def stop_run(run: Run, act: Act) -> None:
    """Stop it: at once where nothing is under way, else at its next step.

    What it queued and nobody sent is dropped; what the books have stays.
    """
    with transaction.atomic():
        row = _locked(run)
        if row.state in _WAITING and not _has_queued(row):
            row.state, row.finished_at = Run.State.STOPPED, act.now
        elif row.state in (Run.State.RUNNING, Run.State.HALTED):
            row.state = Run.State.STOPPING
        else:
            return
        row.save(update_fields=["state", "finished_at"])
        row.company.issues.filter(
            subject_kind="run", subject_id=str(row.pk), resolved_at=None
        ).update(resolved_at=act.now, resolved_by=act.by[:150])
        act.note(_bridge(row).store, f"{row} is stopped.")
    run.refresh_from_db()
    wake(run)


def undo_run(run: Run, act: Act, *, user: User | None = None) -> Run:
    """Begin to take back what a run booked; the preview says what cannot be."""
    request = RunRequest(Run.Kind.UNDO, {"run": run.pk}, user)
    return start_run(_bridge(run), request, act)


def undo_orders(
    bridge: Bridge, order_ids: Iterable[str], act: Act, *, user: User | None = None
) -> Run:
    """Begin to take back single orders, with all their documents."""
    request = RunRequest(Run.Kind.UNDO, {"orders": list(order_ids)}, user)
    return start_run(bridge, request, act)


def check_switches(bridge: Bridge, kind: str) -> None:
    """Raise ActionNeededError where the bridge does not allow such a run."""
    if not bridge.is_enabled:
        raise ActionNeededError(
            f"{bridge} is switched off.",
            remedy="Open it under Connections and press Start.",
        )
    switch = SWITCHES.get(Run.Kind(kind)) if kind in Run.Kind.values else None
    if switch is not None and not getattr(options_of(bridge), switch[0]):
        raise ActionNeededError(
            f"{switch[1]} is switched off.",
            remedy="Switch it on in the connection's options, under Permissions.",
            code="switched_off",
        )
    if kind == Run.Kind.PUSH_PRICES and options_of(bridge).price_owner == "store":
        raise ActionNeededError(
            "The store owns prices here, so none is written to it.",
            remedy="Choose another owner of prices in the connection's options.",
        )
    if kind == Run.Kind.TAKE_STOCK and options_of(bridge).owner is Owner.BOOKS:
        raise ActionNeededError(
            "The books own stock on this connection: the store follows them.",
            remedy="Choose in the connection's options, under Stock, that the store "
            "owns it, or both do; then take its quantities.",
        )
    if (
        kind == Run.Kind.LINK_ORDERS
        and not capabilities_of(bridge.books).can_link_sales
    ):
        raise ActionNeededError(
            "Orders cannot be linked to documents of these books.",
            remedy="Mark orders that are booked already as booked elsewhere.",
        )


def wake(run: Run) -> None:
    """Let the next job look at the run now."""
    bridge = _bridge(run)
    is_books_side = wishes.own(run.parameters).get("side") == "books"
    is_books_side |= run.kind == Run.Kind.LINK_ORDERS
    ticks.wake([bridge.books_id if is_books_side else bridge.store_id])


def _locked(run: Run) -> Run:
    rows = Run.objects.select_for_update(of=("self",)).select_related(
        "bridge__store", "bridge__books", "company"
    )
    return rows.get(pk=run.pk)


def _bridge(run: Run) -> Bridge:
    if run.bridge is None:
        raise ConflictError("The connection of this run was deleted.")
    return run.bridge


def _has_queued(run: Run) -> bool:
    return run.state == Run.State.HALTED and run.deliveries.exists()


def _undone_run(bridge: Bridge, run_id: int | None) -> Run | None:
    if run_id is None:
        return None
    found = Run.objects.filter(bridge=bridge, pk=run_id).first()
    if found is None:
        raise InvalidInputError("There is no such run.", field="run")
    if found.kind not in UNDOABLE:
        raise ConflictError(
            f"{found.get_kind_display()} is not taken back.",
            remedy="Run it again with what should be there instead.",
        )
    if found.state in (Run.State.PREVIEWING, Run.State.PREVIEW, Run.State.UNDONE):
        raise ConflictError(f"The run is {found.get_state_display()}.")
    return found


def _check_accounts(bridge: Bridge, accounts: Mapping[str, str], act: Act) -> None:
    chosen = {role: one for role, one in accounts.items() if one}
    if not chosen:
        return
    with links.calling():
        books = links.open_books(bridge.books, None, find=act.find)
        known = {account.external_id for account in books.accounts()}
    for role, one in chosen.items():
        if one not in known:
            raise InvalidInputError(
                "The books have no such account.", field=f"accounts.{role}"
            )
