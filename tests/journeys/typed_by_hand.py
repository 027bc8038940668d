"""A shop whose sales somebody typed into QuickBooks by hand so far."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.runs import (
    RunRequest,
    approve_run,
    start_run,
)
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import (
    Delivery,
    Disposition,
    Run,
    RunRow,
    Snapshot,
)
from stockbridge.engine.statement import BridgeStatement, Span, statement_of
from stockbridge.web.demo.resting import bring_to_rest
from tests.journeys.online_shop import OnlineShop


@dataclass(frozen=True, slots=True)
class Shop(OnlineShop):
    """A store and a company that somebody keeps by hand so far."""

    def buy_and_read(self) -> str:
        """Let a shopper buy and pay; return the order's id, read by us."""
        order_id = self.buy()
        bring_to_rest(self.bridge)
        return order_id

    def type_in(self, order_id: str, **changes: object) -> str:
        """Let a bookkeeper type the sale in; return its Id there."""
        row = self.snapshot(order_id)
        assert row.at is not None
        zone = ZoneInfo(self.bridge.company.time_zone)
        detail = {"ItemRef": {"value": self.service}, "TaxCodeRef": {"value": "NON"}}
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": row.amount,
            "SalesItemLineDetail": detail,
        }
        sent = {
            "DocNumber": row.key,
            "TxnDate": row.at.astimezone(zone).date().isoformat(),
            "CustomerRef": {"value": self.guest},
            "Line": [line],
            **changes,
        }
        return str(self.online.write("SalesReceipt", sent)["Id"])

    @property
    def service(self) -> str:
        return str(self.bridge.books.settings["fee_item"])

    @property
    def guest(self) -> str:
        return str(self.bridge.books.settings["guest_customer"])

    def snapshot(self, order_id: str) -> Snapshot:
        return Snapshot.objects.get(
            connection=self.bridge.store, feed="orders", external_id=order_id
        )

    def numbers(self) -> list[str]:
        return [str(one["DocNumber"]) for one in self.online.company.of("SalesReceipt")]

    def switch(self, **options: object) -> None:
        self.bridge.options = {**self.bridge.options, **options}
        self.bridge.save(update_fields=["options"])

    def rest(self, run: Run) -> Run:
        bring_to_rest(self.bridge)
        run.refresh_from_db()
        return run

    def look(self, **documents: str) -> Run:
        """Start looking for the orders of these days in the books."""
        today = utc_now().date()
        span = {
            "first": (today - timedelta(days=3)).isoformat(),
            "last": (today + timedelta(days=1)).isoformat(),
        }
        wish = RunRequest(Run.Kind.LINK_ORDERS, {**span, "documents": documents})
        run = self.rest(start_run(self.bridge, wish, self.act))
        assert run.state == Run.State.PREVIEW, run.message
        return run

    def link(self, run: Run) -> Run:
        approve_run(run, self.act)
        return self.rest(run)

    @property
    def act(self) -> Act:
        return Act(now=utc_now(), by="ada@example.com")

    def statement(self) -> BridgeStatement:
        today = utc_now().date()
        days = Span(today - timedelta(days=3), today + timedelta(days=1))
        return statement_of(self.bridge, days, now=utc_now())


def row_of(run: Run, order_id: str) -> RunRow:
    """Return an order's line of the preview."""
    return RunRow.objects.get(run=run, subject_kind="order", subject_id=order_id)


def outcome(order_id: str) -> str:
    """Return what became of an order."""
    return Disposition.objects.get(source_id=order_id, is_current=True).outcome


def events(row: Delivery) -> list[str]:
    """Return the moves of a delivery."""
    return list(row.events.values_list("event", flat=True))
