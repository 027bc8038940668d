"""A Point of Sale inventory read through the Web Connector's desk: memory, time.

The company runs in a process of its own; so does our side, whose largest memory is
taken. It is read with half of the items first: memory is flat where twice as many
take no more. Then it is read once more, when nothing changed, as once a day. The floor
asks for the same pages bare: our translator, the same wire, no database.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2

from benchmarks.figures import Figure
from benchmarks.pos_company import company_process
from stockbridge.connectors import registry
from stockbridge.connectors.books.quickbooks_pos.simulator import command
from stockbridge.engine.clock import utc_now
from stockbridge.engine.desk.access import make_access
from stockbridge.engine.desk.counter import EngineDesk
from stockbridge.engine.links import valid_settings
from stockbridge.engine.models import Bridge, Connection, Cursor, DeskAccess, Snapshot
from stockbridge.engine.tests.rows import a_company, a_connection
from stockbridge.ports import (
    CompanyNotice,
    PageRead,
    Read,
    ReadFeed,
    Translator,
    Verdict,
)

SLUG = "quickbooks_pos"
MEMORY_MB, GROWTH_MB = 250.0, 10.0
PAGE = 1_000  # the most rows of one answer that our desk asks for
_TIMEOUT_S = 600


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield our largest memory, how it grew, and the wall beside the bare pages."""
    rows = 2_000 if quick else int(os.environ.get("STOCKBRIDGE_ROWS", "50000"))
    few = rows // 2
    small, _, _ = _read_once(few)
    large, again, bare_s = _read_once(rows)
    facts: dict[str, object] = {
        "items": rows,
        "peak_mb_of_half": round(small["peak_mb"], 1),
        "began_mb": round(large["began_mb"], 1),
        "calls": large["calls"],
    }
    peak = large["peak_mb"]
    yield Figure(
        "Point of Sale inventory, memory", peak, "MB", target=MEMORY_MB, facts=facts
    )
    yield Figure(
        "Point of Sale inventory, memory of twice the items",
        peak - small["peak_mb"],
        "MB more",
        target=GROWTH_MB,
        facts={"items": [few, rows]},
    )
    yield Figure(
        "Point of Sale inventory, wall",
        large["wall_s"],
        "s",
        floor=bare_s,
        floor_is="the same pages, bare: translated and thrown away",
        facts={"cpu_s": round(large["cpu_s"], 1), "visits": large["visits"]},
    )
    yield Figure(
        "Point of Sale inventory, the next day's walk when nothing changed",
        again["wall_s"],
        "s",
        floor=bare_s,
        floor_is="the same pages, bare",
        facts={"peak_mb": round(again["peak_mb"], 1)},
    )


def read(connection_id: int, address: str) -> dict[str, Any]:
    """Visit until the items are read to their end; in the child process."""
    access, password = make_access(Connection.objects.get(pk=connection_id))
    calls = visits = 0
    with httpx2.Client(timeout=_TIMEOUT_S) as company:
        while not _is_read(connection_id):
            visits += 1
            company.post(f"{address}session")
            told = _desk(connection_id).sign_in(access.user_name, password)
            if told.verdict is not Verdict.OPEN:
                raise RuntimeError(f"Sign-in came to {told.verdict}.")
            calls += _visit(connection_id, told.ticket, company, address)
    return {"calls": calls, "visits": visits}


def _visit(
    connection_id: int, ticket: str, company: httpx2.Client, address: str
) -> int:
    calls = 0
    while envelope := _desk(connection_id).next_envelope(ticket, CompanyNotice()):
        answer = company.post(address, content=envelope).content
        calls += 1
        percent = _desk(connection_id).take_answer(ticket, answer)
        if percent < 0:
            raise RuntimeError(_desk(connection_id).last_error(ticket))
        if percent == 100:
            break
    _desk(connection_id).close(ticket)
    return calls


def _desk(connection_id: int) -> EngineDesk:
    """Return the desk as each call makes it anew."""
    row = Connection.objects.select_related("company", "desk").get(pk=connection_id)
    return EngineDesk(row, _translator(row))


def _translator(row: Connection) -> Translator:
    connector = registry.get(SLUG)
    assert connector.translator is not None
    return connector.translator(valid_settings(connector, row.settings), row.facts)


def _is_read(connection_id: int) -> bool:
    done = Cursor.objects.filter(
        connection=connection_id,
        feed=ReadFeed.ITEMS.value,
        caught_up_at__isnull=False,
    )
    return done.exists()


def _read_once(rows: int) -> tuple[dict[str, Any], dict[str, Any], float]:
    """Return the first read, the walk of the next day, and the bare pages' seconds."""
    connection = _connection()
    with company_process(rows) as address:
        first = _child(connection.pk, address)
        kept = Snapshot.objects.filter(connection=connection, feed="items").count()
        if kept < rows:
            raise RuntimeError(f"Not all was read: {kept} of {rows}.")
        _let_a_day_pass(connection)
        again = _child(connection.pk, address)
        connection.refresh_from_db()
        bare_s = _bare_s(_translator(connection), address)
    return first, again, bare_s


def _connection() -> Connection:
    """Return a connection to Point of Sale, joined to a store that sells nothing."""
    company = a_company("Bench")
    settings = command.fitting_settings()
    books = a_connection(company, kind="books", connector=SLUG, settings=settings)
    Bridge.objects.create(
        company=company,
        store=a_connection(company),
        books=books,
        is_enabled=True,
        activated_at=utc_now(),
    )
    return books


def _child(connection_id: int, address: str) -> dict[str, Any]:
    command_line = [sys.executable, "-m", "benchmarks.visiting_child"]
    done = subprocess.run(
        [*command_line, str(connection_id), address],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _let_a_day_pass(connection: Connection) -> None:
    """Make all that was read a day old: the items are walked from their start."""
    day = timedelta(hours=25)
    for cursor in Cursor.objects.filter(connection=connection):
        cursor.round_started_at = utc_now() - day
        cursor.caught_up_at = None
        cursor.save()
    DeskAccess.objects.filter(connection=connection).update(last_sign_in_at=None)


def _bare_s(translator: Translator, address: str) -> float:
    parts = urlsplit(address)
    assert parts.hostname == "127.0.0.1"
    began = time.perf_counter()
    with httpx2.Client(timeout=_TIMEOUT_S) as company:
        company.post(f"{address}session")
        cursor, number, is_last = "", 0, False
        while not is_last:
            number += 1
            asked = Read(f"bare-{number}", ReadFeed.ITEMS, cursor, PAGE, utc_now())
            envelope = translator.encode([asked], batch_id="bare")
            answer = company.post(address, content=envelope).content
            (page,) = translator.decode([asked], answer)
            if not isinstance(page, PageRead):
                raise RuntimeError(f"The company answered {page}.")
            cursor, is_last = page.cursor, page.is_last
    return time.perf_counter() - began
