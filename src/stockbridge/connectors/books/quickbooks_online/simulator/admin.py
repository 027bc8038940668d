"""The small API below /simulator/, by which another process drives and checks it.

GET  /simulator/state · /simulator/requests · /simulator/faults · /simulator/deliveries
POST /simulator/authorise · …/companies/R/records/KIND · …/companies/R/preferences
POST /simulator/companies/R/refusals · …/companies/R/disconnect · /simulator/faults
POST /simulator/companies · …/companies/R/habits · /simulator/clock
POST /simulator/webhooks · /simulator/webhooks/send
DELETE /simulator/faults · /simulator/requests
"""

from collections.abc import Callable
from dataclasses import replace

from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    Company,
    Habits,
    Planned,
)
from stockbridge.connectors.books.quickbooks_online.simulator.gateway import Gateway
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import KINDS
from stockbridge.connectors.books.quickbooks_online.simulator.refusals import (
    RefusalError,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value
from stockbridge.connectors.books.quickbooks_online.simulator.webhooks import Webhooks
from stockbridge.connectors.books.quickbooks_online.simulator.writing import (
    Wish,
    write,
)
from stockbridge.connectors.simulated_admin import Route, plain, routed, shared_routes
from stockbridge.connectors.simulated_http import HttpRequest, Reply
from stockbridge.connectors.simulation import FaultSwitchboard, RequestLog

_REALM = r"companies/(\d+)"


class Admin:
    """Answers requests below /simulator/."""

    def __init__(
        self,
        gateway: Gateway,
        webhooks: Webhooks,
        faults: FaultSwitchboard,
        log: RequestLog,
    ) -> None:
        self.open_company: Callable[[str, Habits], Company]  # set by the simulator
        self._gateway = gateway
        self._webhooks = webhooks
        self._acts: tuple[Route, ...] = (
            *shared_routes(faults, log, gateway.clock),
            ("GET", "", lambda _, __: self._list()),
            ("GET", "state", lambda _, __: self.dump()),
            ("GET", "deliveries", lambda _, __: webhooks.tried),
            ("POST", "webhooks", lambda sent, __: self._listen(sent)),
            ("POST", "webhooks/send", lambda _, __: {"sent": webhooks.send_all()}),
            ("POST", "authorise", lambda sent, __: self._authorise(sent)),
            ("POST", "companies", lambda sent, __: self._open(sent)),
            ("POST", rf"{_REALM}/habits", self._change_habits),
            ("POST", rf"{_REALM}/records/(\w+)", self._write),
            ("POST", rf"{_REALM}/preferences", self._prefer),
            ("POST", rf"{_REALM}/refusals", self._plan),
            ("POST", rf"{_REALM}/disconnect", self._disconnect),
        )

    def answer(self, request: HttpRequest) -> Reply:
        """Answer one request; 404 for what there is not, 400 for what cannot be."""
        return routed(request, self._acts, refusal=RefusalError)

    def dump(self) -> Json:
        """Return everything a checker may want to know, as JSON; amounts are texts."""
        return {
            "companies": {
                realm: _dumped(service.company, service.repeats.kept)
                for realm, service in self._gateway.services.items()
            },
            "grants": len(self._gateway.authorizer.grants),
            "now": self._gateway.clock.now().isoformat(),
        }

    def _list(self) -> Json:
        return {
            "calls": [f"{method} /simulator/{path}" for method, path, _ in self._acts],
            "examples": {
                "POST /simulator/authorise": {"redirect_uri": "http://127.0.0.1/back"},
                "POST /simulator/faults": {"kind": "answer-lost", "path": "/invoice"},
                "POST …/records/Customer": {"DisplayName": "Ada Example"},
                "POST …/records/SalesReceipt?": {"Id": "9", "operation": "delete"},
            },
        }

    def _company(self, realm_id: str) -> Company:
        return self._gateway.services[realm_id].company

    def _authorise(self, sent: Json) -> Json:
        realm = str(sent.get("realm_id") or next(iter(self._gateway.services)))
        self._company(realm)
        code = self._gateway.authorizer.authorise(realm, sent.get("redirect_uri", ""))
        return {"code": code, "realmId": realm}

    def _listen(self, sent: Json) -> Json:
        self._webhooks.url = str(sent["url"])
        self._webhooks.is_new_format = bool(sent.get("new_format", True))
        return {"verifier_token": self._webhooks.verifier_token}

    def _write(self, sent: Json, names: tuple[str, ...]) -> Json:
        """Let somebody change an object on QuickBooks Online's own screens."""
        company = self._company(names[0])
        operation = str(sent.pop("operation", ""))
        with company.lock:
            if "Id" in sent:
                current = company.get(names[1], str(sent["Id"]))
                sent = {"sparse": True, "SyncToken": current["SyncToken"], **sent}
            return write(company, KINDS[names[1]], sent, Wish(operation))

    def _open(self, sent: Json) -> Json:
        """Open another company, with habits of its own."""
        habits = Habits(**sent.get("habits", {}))
        company = self.open_company(str(sent.get("name", "Example Bakery")), habits)
        return {"realmId": company.realm_id}

    def _change_habits(self, sent: Json, names: tuple[str, ...]) -> Value:
        company = self._company(names[0])
        with company.lock:
            company.habits = replace(company.habits, **sent)
        return company.habits

    def _prefer(self, sent: Json, names: tuple[str, ...]) -> Json:
        company = self._company(names[0])
        with company.lock:
            for group, values in sent.items():
                company.prefer(group, **values)
            return company.get("Preferences", "1")

    def _plan(self, sent: Json, names: tuple[str, ...]) -> None:
        self._company(names[0]).planned.append(Planned(**sent))

    def _disconnect(self, _: Json, names: tuple[str, ...]) -> None:
        self._gateway.authorizer.end_access(names[0])


def _dumped(company: Company, kept: dict[str, Value]) -> Json:
    with company.lock:
        return {
            "name": company.name,
            "habits": plain(company.habits),
            "records": plain(company.records),
            "moves": {
                f"{kind} {record_id}": plain(rows)
                for (kind, record_id), rows in company.moves.items()
            },
            "deleted": plain(company.deleted),
            "request_ids": sorted(kept),
        }
