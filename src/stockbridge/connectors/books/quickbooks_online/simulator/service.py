"""The accounting service: what /v3/company/{realm}/… answers, once one may enter."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import (
    refusals,
    taxservice,
)
from stockbridge.connectors.books.quickbooks_online.simulator.answers import (
    fault,
    precise,
)
from stockbridge.connectors.books.quickbooks_online.simulator.company import Company
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import (
    BY_PATH,
    KINDS,
    Kind,
)
from stockbridge.connectors.books.quickbooks_online.simulator.refusals import (
    RefusalError,
)
from stockbridge.connectors.books.quickbooks_online.simulator.repeats import (
    Repeats,
    check_request_id,
)
from stockbridge.connectors.books.quickbooks_online.simulator.selecting import (
    answer_query,
    changes,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value
from stockbridge.connectors.books.quickbooks_online.simulator.writing import (
    Wish,
    write,
)
from stockbridge.connectors.simulated_http import HttpRequest

BATCH_ITEMS_MAX = 30
_OPERATIONS = {"", "create", "update", "delete", "void"}


@dataclass(slots=True)
class Service:
    """Answers for one company."""

    company: Company
    repeats: Repeats
    shuffle: random.Random = field(default_factory=random.Random)

    def answer(self, request: HttpRequest, rest: list[str]) -> tuple[int, Json]:
        """Return status and body; `rest` is the path after the realm."""
        with self.company.lock:
            try:
                status, body = 200, self._body(request, rest)
            except RefusalError as refusal:
                status, body = refusal.status, {"Fault": fault(refusal)}
            return status, {**body, "time": precise(self.company.clock.now())}

    def _body(self, request: HttpRequest, rest: list[str]) -> Json:
        query = request.query
        if rest[0] == "query":
            text = query.get("query") or request.body.decode("utf-8", "replace")
            return {"QueryResponse": answer_query(self.company, text)}
        if rest[0] == "cdc":
            names = [one for one in query.get("entities", "").split(",") if one]
            if not names:
                raise refusals.missing("entities")
            since = query.get("changedSince", "")
            return changes(self.company, [one.strip() for one in names], since)
        if rest[0] == "batch":
            return self._batch(_sent(request), query)
        if rest == ["taxservice", "taxcode"]:
            return self._once(query, lambda: self._tax_service(_sent(request)))
        kind = BY_PATH.get(rest[0])
        if kind is None:
            raise refusals.no_such_operation(rest[0])
        if request.method == "GET":
            return {kind.name: self._read(kind, rest[1:])}
        return self._once(query, lambda: self._write(kind, _sent(request), query))

    def _read(self, kind: Kind, rest: list[str]) -> Json:
        record_id = rest[0] if rest else "1" if kind.name == "Preferences" else ""
        if kind.name == "CompanyInfo":
            record_id = "1"  # its address ends in the realm id
        if not re.fullmatch(r"\w+", record_id):
            raise RefusalError(
                "2030", "Invalid ID", "Invalid Id: a number is needed", "Id"
            )
        return self.company.get(kind.name, record_id)

    def _write(self, kind: Kind, sent: Value, query: dict[str, str]) -> Json:
        operation = query.get("operation", "")
        included = query.get("include", "").split(",")
        if operation not in _OPERATIONS:
            raise refusals.no_such_operation(operation)
        if operation == "update" and "void" in included:
            operation = "void"
        elif operation == "void" and kind.name != "Invoice":
            raise refusals.no_such_operation(f"void {kind.name}")
        wish = Wish(operation, "allowduplicatedocnum" in included)
        return {kind.name: write(self.company, kind, sent, wish)}

    def _tax_service(self, sent: Value) -> Json:
        return taxservice.create(self.company, sent)

    def _once(self, query: dict[str, str], act: Callable[[], Json]) -> Json:
        request_id = check_request_id(query.get("requestid", ""))
        return self.repeats.once(request_id, act)

    def _batch(self, sent: Value, query: dict[str, str]) -> Json:
        items = sent.get("BatchItemRequest") if isinstance(sent, dict) else None
        if not isinstance(items, list) or not items:
            raise refusals.missing("BatchItemRequest")
        if len(items) > BATCH_ITEMS_MAX:
            raise RefusalError(
                "1040",
                "Batch too large",
                f"A batch has no more than {BATCH_ITEMS_MAX} items",
            )
        request_id = check_request_id(query.get("requestid", ""), is_batch=True)
        if self.company.habits.shuffles_batches:
            items = self.shuffle.sample(items, len(items))
        if self.company.habits.batch_answers == "barred":
            raise self._whole_refusal()
        return self._told([self._item(one, request_id) for one in items])

    def _told(self, rows: list[Json]) -> Json:
        """Return the answer to a batch that is done, maybe a bad one."""
        way = self.company.habits.batch_answers
        if way == "short":
            rows = rows[:-1]
        elif way == "empty":
            rows = [{"bId": row["bId"]} for row in rows]
        elif way == "refused":
            raise self._whole_refusal()
        return {"BatchItemResponse": rows}

    def _whole_refusal(self) -> RefusalError:
        code = self.company.habits.batch_code
        return RefusalError(code, "The batch ended", "What was done of it is not said.")

    def _item(self, item: Value, request_id: str) -> Json:
        batch_id = item.get("bId") if isinstance(item, dict) else None
        if not isinstance(batch_id, str) or not batch_id:
            raise refusals.missing("bId")
        key = f"{request_id}/{batch_id}" if request_id else ""
        try:
            found = self.repeats.once(key, lambda: self._item_body(item))
        except RefusalError as refusal:
            found = {"Fault": fault(refusal)}
        return {**found, "bId": batch_id}

    def _item_body(self, item: Json) -> Json:
        if "Query" in item:
            return {"QueryResponse": answer_query(self.company, str(item["Query"]))}
        names = set(item) - {"bId", "operation"}
        name = next(iter(names), "")
        if len(names) != 1 or name not in KINDS:
            raise refusals.unknown_property(name)
        operation = item.get("operation", "")
        if operation not in {"create", "update", "delete"}:
            raise refusals.no_such_operation(str(operation))
        kind = KINDS[name]
        return {name: write(self.company, kind, item[name], Wish(operation))}


def _sent(request: HttpRequest) -> Value:
    if "json" not in request.headers.get("content-type", ""):
        raise RefusalError(
            "1050",
            "Content type not supported",
            "Content-Type must be application/json",
        )
    try:
        return json.loads(request.body, parse_float=Decimal)
    except (ValueError, UnicodeDecodeError):
        raise refusals.unknown_property("the whole body") from None
