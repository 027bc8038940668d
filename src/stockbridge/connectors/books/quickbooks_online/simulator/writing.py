"""Create, update, delete and void: checked as a whole first, then done."""

import copy
from dataclasses import dataclass

from stockbridge.connectors.books.quickbooks_online.simulator import (
    documents,
    lists,
    refusals,
)
from stockbridge.connectors.books.quickbooks_online.simulator.checking import checked
from stockbridge.connectors.books.quickbooks_online.simulator.company import Company
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import (
    PEOPLE,
    Kind,
)
from stockbridge.connectors.books.quickbooks_online.simulator.payments import (
    check_undeposited,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value
from stockbridge.connectors.books.quickbooks_online.simulator.stock import Moves

# What only the service writes; whatever is sent for it is thrown away.
_COMPUTED = frozenset(
    {
        "MetaData",
        "domain",
        "sparse",
        "status",
        "Balance",
        "BalanceWithJobs",
        "HomeBalance",
        "HomeTotalAmt",
        "RemainingCredit",
        "UnappliedAmt",
        "FullyQualifiedName",
        "Level",
        "CurrentBalance",
        "CurrentBalanceWithSubAccounts",
    }
)
_KEPT = ("Id", "MetaData", "domain", "LinkedTxn")
_DELETED = " (deleted)"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a write asks for beside its body."""

    operation: str = ""  # "", create, update, delete, void
    may_repeat: bool = False  # include=allowduplicatedocnum


def write(company: Company, kind: Kind, sent: Value, wish: Wish) -> Json:
    """Do one write and return what the answer says of the object."""
    if company.habits.is_read_only:
        raise refusals.RefusalError(
            "6190",
            "Invalid Company Status",
            "Invalid Company Status : The subscription ended; the company is "
            "read-only.",
        )
    body = checked(kind.name, sent)
    operation = wish.operation or ("update" if "Id" in body else "create")
    company.refuse_planned(kind.name, operation)
    if operation == "create":
        return _create(company, kind, body, wish)
    if operation == "update":
        return _update(company, kind, body, wish)
    if operation == "delete" and kind.is_document:
        return _delete(company, kind, body)
    if operation == "void" and kind.may_void:
        return _void(company, kind, body)
    raise refusals.no_such_operation(f"{operation} {kind.name}")


def _create(company: Company, kind: Kind, body: Json, wish: Wish) -> Json:
    if not kind.may_create:
        raise refusals.no_such_operation(f"create {kind.name}")
    record = _writable(kind, body)
    for name in ("Id", "SyncToken"):
        record.pop(name, None)
    _check_required(kind, record)
    moves = _prepare(company, kind, record, None, wish)
    company.put(kind.name, record)
    if kind.is_document:
        documents.take_effect(company, kind.name, record, None, moves)
    company.announce(kind, record["Id"], "Create")
    return copy.deepcopy(record)


def _update(company: Company, kind: Kind, body: Json, wish: Wish) -> Json:
    if not kind.may_update:
        raise refusals.no_such_operation(f"update {kind.name}")
    old = _current(company, kind, body)
    sent = _writable(kind, body)
    is_overlay = body.get("sparse") or kind.name in {"Preferences", "CompanyInfo"}
    kept = old if is_overlay else {k: old[k] for k in _KEPT if k in old}
    record = copy.deepcopy({**kept, **sent, "SyncToken": old["SyncToken"]})
    record.update(Id=old["Id"], sparse=False)
    if "QtyOnHand" in old:
        record["QtyOnHand"] = old["QtyOnHand"]
    _check_required(kind, record)
    moves = _prepare(company, kind, record, old, wish)
    _mark_inactive(kind, record, old)
    before = copy.deepcopy(old)
    company.records[kind.name][record["Id"]] = record
    company.touch(kind.name, record)
    if kind.is_document:
        documents.take_effect(company, kind.name, record, before, moves)
    company.announce(kind, record["Id"], "Update")
    return copy.deepcopy(record)


def _delete(company: Company, kind: Kind, body: Json) -> Json:
    old = _current(company, kind, body)
    _check_changeable(company, kind, old)
    documents.undo_effect(company, kind.name, old)
    company.remove(kind.name, old["Id"])
    company.announce(kind, old["Id"], "Delete")
    return {"status": "Deleted", "domain": "QBO", "Id": old["Id"]}


def _void(company: Company, kind: Kind, body: Json) -> Json:
    old = _current(company, kind, body)
    _check_changeable(company, kind, old)
    documents.undo_effect(company, kind.name, old)
    record = documents.voided(kind.name, old)
    if kind.name == "Invoice":
        record["LinkedTxn"] = []
    company.records[kind.name][record["Id"]] = record
    company.touch(kind.name, record)
    company.announce(kind, record["Id"], "Void")
    return copy.deepcopy(record)


def _check_changeable(company: Company, kind: Kind, old: Json) -> None:
    documents.check_open_period(company, old)
    check_undeposited(company, kind.name, old["Id"])


def _prepare(
    company: Company, kind: Kind, record: Json, old: Json | None, wish: Wish
) -> Moves:
    if not kind.is_document:
        lists.prepare(company, kind.name, record, old)
        return ()
    may_repeat = wish.may_repeat
    return documents.prepare(company, kind.name, record, old, may_repeat=may_repeat)


def _current(company: Company, kind: Kind, body: Json) -> Json:
    """Return the object that is meant, if it is the version that was sent (5010)."""
    if "Id" not in body:
        raise refusals.missing("Id")
    old = company.get(kind.name, body["Id"])
    if "SyncToken" not in body:
        raise refusals.missing("SyncToken")
    if body["SyncToken"] != old["SyncToken"]:
        raise refusals.stale()
    return old


def _writable(kind: Kind, body: Json) -> Json:
    computed = set(_COMPUTED)
    if kind.is_document and kind.name != "Payment":
        computed.add("TotalAmt")
    if kind.is_document:
        computed.add("LinkedTxn")
    return {name: value for name, value in body.items() if name not in computed}


def _check_required(kind: Kind, record: Json) -> None:
    for name in kind.required:
        if name not in record:
            raise refusals.missing(name)


def _mark_inactive(kind: Kind, record: Json, old: Json) -> None:
    """Free the name of what becomes inactive, as the service does."""
    field = kind.name_field
    if not field or record.get("Active", True) or not old.get("Active", True):
        return
    names = {field, "FullyQualifiedName"} if kind.name in PEOPLE else {field}
    for name in names & set(record):
        record[name] += _DELETED
