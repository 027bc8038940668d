"""Calls a company's accounting API: signs in, asks, writes, explains refusals.

The only module of this connector that holds the network, beside `signin`. A write
carries a `requestid`: sent again after a lost answer, QuickBooks gives its first answer
and does nothing twice.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

from stockbridge.connectors.addresses import Resolver, resolve
from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.answers import (
    Refusal,
    read_body,
    refusal_in,
)
from stockbridge.connectors.books.quickbooks_online.errors import (
    THROTTLED_S,
    error_of,
    is_at_the_door,
    sign_in_error,
)
from stockbridge.connectors.books.quickbooks_online.facts import Facts
from stockbridge.connectors.books.quickbooks_online.json_text import Record, dumped
from stockbridge.connectors.books.quickbooks_online.new_invoices import NewInvoices
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.signin import SignIn
from stockbridge.connectors.http import (
    HttpAnswer,
    HttpClient,
    HttpRequest,
    raise_if_busy,
    retry_after_s,
)
from stockbridge.domain.errors import (
    AnswerLostError,
    DefectError,
    RetryableError,
    SignInError,
    SyncError,
)
from stockbridge.ports import Link

MINOR_VERSION = "75"
BATCH_MAX = 30
READ_TIMEOUT_S = 60.0
#: Above the 120 s at which Intuit cuts a request: then nobody works on it any more.
WRITE_TIMEOUT_S = 125.0
#: 500 calls a minute, of which 40 may be batches, and 10 in a second. A full purse and
#: what comes back within a second, 19.5, pays for nine calls.
PER_MINUTE, BURST, CALL_COST, BATCH_COST = 450, 12, 2, 12
_HOSTS = {
    "production": "https://quickbooks.api.intuit.com",
    "sandbox": "https://sandbox-quickbooks.api.intuit.com",
}
Operation = Literal["create", "update", "delete", "void"]


@dataclass(frozen=True, slots=True)
class Write:
    """One object to create, change, delete or void."""

    entity: str  # as SalesReceipt
    body: Mapping[str, object]
    request_id: str
    operation: Operation = "create"


@dataclass(frozen=True, slots=True)
class Reply:
    """What QuickBooks said to one write or one question."""

    record: Record | None = None
    refusal: Refusal | None = None
    is_to_second: bool = False  # the answer to the first try got lost


Replies = tuple[Reply, ...]


class CompanyApi:
    """One connection's way to `/v3/company/<realm>/`; for one thread at a time."""

    def __init__(
        self,
        link: Link,
        *,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        if not isinstance(link.settings, QuickBooksOnlineSettings):
            raise DefectError("These are no settings of QuickBooks Online.")
        self.settings = link.settings.of_connection(link.facts)
        self.wire = link.wire
        self.http = HttpClient(link.wire, tls=tls, resolver=resolver)
        self.sign_in = SignIn(link, self.http)
        self.facts = Facts(link, link.secrets.get("realm_id", ""))
        self.new_invoices = NewInvoices()
        #: What was asked for and is not there; a write of ours may bring it about.
        self.lacking: set[str] = set()

    @property
    def root(self) -> str:
        """Where the company is; SignInError where nobody connected yet."""
        host = self.settings.address or _HOSTS[self.settings.environment]
        return f"{host}/v3/company/{self.sign_in.realm_id}"

    def query(self, statement: str) -> Record:
        """Return the answer to one question; raises what explains a refusal."""
        return self._read("query", {"query": statement})

    def changes(self, entities: Sequence[str], since: datetime) -> Record:
        """Return what changed since then, of at most 30 days and 1000 objects."""
        query = {"entities": ",".join(entities), "changedSince": since.isoformat()}
        return self._read("cdc", query)

    def ask(self, statements: Sequence[str]) -> tuple[Reply, ...]:
        """Return the answers to these questions, in order; few calls for many."""
        found: list[Reply] = []
        for start in range(0, len(statements), BATCH_MAX):
            part = statements[start : start + BATCH_MAX]
            items = [
                {"bId": str(number), "Query": statement}
                for number, statement in enumerate(part, start=1)
            ]
            with reading():
                found += self._batch(items, {}, is_write=False)
        return tuple(found)

    def write(self, write: Write) -> Reply:
        """Write one object; raises AnswerLostError where its effect is not known."""
        query = {"requestid": write.request_id}
        if write.operation == "delete":
            query["operation"] = "delete"
        if write.operation == "void":
            # An invoice is voided in another way than the other kinds.
            query["operation"] = "void" if write.entity == "Invoice" else "update"
            if write.entity != "Invoice":
                query["include"] = "void"
        body = dumped(write.body)

        def once() -> tuple[Reply, ...]:
            answer = self._send("POST", write.entity.lower(), query, body)
            return (self._understood(answer, is_write=True),)

        (reply,) = self._written(once)
        return _of(write.entity, reply)

    def write_batch(self, writes: Sequence[Write]) -> tuple[Reply, ...]:
        """Write up to 30 objects in one call, each by itself; replies in order."""
        items = [
            {"bId": str(number), "operation": one.operation, one.entity: one.body}
            for number, one in enumerate(writes, start=1)
        ]
        ids = [one.request_id for one in writes]
        query = {"requestid": naming.batch_request_id(ids)}
        replies = self._written(lambda: self._batch(items, query, is_write=True))
        return tuple(
            _of(one.entity, reply) for one, reply in zip(writes, replies, strict=True)
        )

    def _read(self, path: str, query: Mapping[str, str]) -> Record:
        with reading():
            answer = self._send("GET", path, query)
        return _good(self._understood(answer, is_write=False))

    def _written(self, once: Callable[[], Replies]) -> Replies:
        """Write; once more, with the same request id, where the answer got lost."""
        try:
            return self._noted(once)
        except AnswerLostError as lost:
            try:
                replies = self._noted(once)
            except SyncError as error:
                raise lost from error  # the first may have arrived
        return tuple(replace(one, is_to_second=True) for one in replies)

    def _noted(self, once: Callable[[], Replies]) -> Replies:
        """Write, and remember for how long it may still arrive."""
        self.lacking.clear()
        self.facts.begin_write(self.wire.now())
        try:
            result = once()
        except AnswerLostError:
            self.facts.lose_write()
            raise
        except SyncError:
            self.facts.end_write()
            raise
        self.facts.end_write()
        return result

    def _batch(
        self,
        items: Sequence[Mapping[str, object]],
        query: Mapping[str, str],
        *,
        is_write: bool,
    ) -> tuple[Reply, ...]:
        body = dumped({"BatchItemRequest": items})
        answer = self._send("POST", "batch", query, body, cost=BATCH_COST)
        said = self._understood(answer, is_write=is_write)
        if said.refusal is not None:
            return _whole_refused(said.refusal, len(items), is_write=is_write)
        rows = (said.record or {}).get("BatchItemResponse")
        told = rows if isinstance(rows, list) else ()
        by_id = {str(row.get("bId")): row for row in told if isinstance(row, Mapping)}
        missing = [one["bId"] for one in items if one["bId"] not in by_id]
        if missing:
            raise _unreadable("Some of a batch were not answered.", is_write=is_write)
        found = [by_id[str(one["bId"])] for one in items]
        return tuple(Reply(row, refusal_in(row)) for row in found)

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes = b"",
        *,
        cost: int = CALL_COST,
    ) -> HttpAnswer:
        """Send with a token; once more with a new one where it was not accepted."""
        told = urlencode({**query, "minorversion": MINOR_VERSION})
        is_write = "requestid" in query
        request = HttpRequest(
            method,
            f"{self.root}/{path}?{told}",
            body=body,
            timeout_s=WRITE_TIMEOUT_S if is_write else READ_TIMEOUT_S,
            cost=cost,
            note=_trace,
        )
        answer = self.http.send(self._signed(request))
        if answer.status != 401:
            return answer
        self.sign_in.renew(self.wire.now())
        return self.http.send(self._signed(request))

    def _signed(self, request: HttpRequest) -> HttpRequest:
        token = self.sign_in.token(self.wire.now())
        headers = {"Authorization": f"Bearer {token}"}
        if request.body:
            headers["Content-Type"] = "application/json; charset=utf-8"
        return replace(request, headers=headers)

    def _understood(self, answer: HttpAnswer, *, is_write: bool) -> Reply:
        """Return what an answer says; raises where it is no word on the request."""
        data = read_body(answer.body)
        refusal = refusal_in(data) if data is not None else None
        if answer.status == 429 or (refusal is not None and refusal.code == "429"):
            raise _throttled(answer, self.wire.now())
        if answer.status in (401, 403):
            words = refusal.words if refusal else f"status {answer.status}"
            code = refusal.code if refusal else f"status_{answer.status}"
            raise sign_in_error(f"QuickBooks does not let us in: {words}", code)
        if answer.status >= 500:
            raise _unreadable(
                f"QuickBooks answered with status {answer.status}.", is_write=is_write
            )
        if refusal is None and (data is None or answer.status != 200):
            raise _unreadable(
                "QuickBooks answered with something that we cannot read.",
                is_write=is_write,
            )
        return Reply(data, refusal)


@contextmanager
def reading() -> Iterator[None]:
    """Let the lost answer of what changes nothing be no doubt: it is asked again."""
    try:
        yield
    except AnswerLostError as error:
        raise RetryableError(
            error.message, remedy=error.remedy, code=error.code
        ) from error


def _whole_refused(refusal: Refusal, count: int, *, is_write: bool) -> Replies:
    """Return a no to each item of a batch that was refused at the door.

    Raises what explains a question's, and AnswerLostError where it does not say what
    became of the items: some may have been written.
    """
    error = error_of(refusal)
    if not is_write:
        raise error
    if not is_at_the_door(refusal):
        raise AnswerLostError(
            f"QuickBooks refused a batch as a whole, and does not say what became of "
            f"its documents: {refusal.words} ({refusal.code})",
            code="batch_refused",
        )
    if isinstance(error, RetryableError | SignInError):
        raise error
    return (Reply(refusal=refusal),) * count


def _of(entity: str, reply: Reply) -> Reply:
    """Return the reply to a write, with the record that it tells; None: with none."""
    record = (reply.record or {}).get(entity)
    is_told = isinstance(record, Mapping) and bool(record.get("Id"))
    return replace(reply, record=record if is_told else None)


def _good(reply: Reply) -> Record:
    if reply.refusal is not None:
        raise error_of(reply.refusal)
    return reply.record or {}


def _throttled(answer: HttpAnswer, now: datetime) -> RetryableError:
    try:
        raise_if_busy(answer, now)
    except RetryableError as error:
        if error.retry_after_s is not None:
            return error
    return RetryableError(
        "QuickBooks asks us to slow down.",
        code="rate_limited",
        retry_after_s=retry_after_s(answer, now) or THROTTLED_S,
    )


def _unreadable(message: str, *, is_write: bool) -> RetryableError:
    if is_write:
        return AnswerLostError(message, code="unreadable")
    return RetryableError(message, code="unreadable")


def _trace(answer: HttpAnswer) -> str:
    """Return what Intuit's support asks for, where something went wrong."""
    trace = answer.headers.get("intuit_tid", "")
    return f"intuit_tid {trace}" if answer.status >= 400 and trace else ""
