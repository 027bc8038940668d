"""Which request does what."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    amending,
    lists,
    moneys,
    sales,
    shapes,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.queries import (
    Found,
    Iterators,
    deleted,
    query,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    RequestRefusedError,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    ITEMS,
    Element,
    Record,
    State,
)
from stockbridge.domain.errors import DefectError

_NAMES = frozenset({"Customer", "Vendor"})


@dataclass(slots=True)
class Host:
    """Which QuickBooks runs."""

    product: str = "QuickBooks Enterprise Solutions 24.0"
    major: str = "34"
    minor: str = "0"
    country: str = "US"
    versions: tuple[str, ...] = ("1.0", "13.0", "14.0", "15.0", "16.0")


@dataclass(slots=True)
class Handlers:
    """Carries out one request at a time on a company file."""

    state: State
    iterators: Iterators
    host: Host
    name: str
    stamps: dict[str, str]  # owner id → file id
    macros: dict[str, str] = field(default_factory=dict)  # of one message set

    def answer(self, request: Element) -> Found:
        """Return the records that answer a request; raises RequestRefusedError."""
        tag = str(request.tag)
        if tag == "HostQueryRq":
            return Found((self._host(),))
        if tag == "CompanyQueryRq":
            return Found((self._company(request),))
        if tag == "TxnDeletedQueryRq":
            return deleted(self.state, request)
        if tag.endswith("QueryRq"):
            return query(self.state, self.iterators, request)
        if tag in {"TxnVoidRq", "TxnDelRq", "ListDelRq"}:
            return Found(self._undone(tag, request))
        told = self._expanded(request[0])
        record = self._written(tag, told)
        macro = request[0].get("defMacro")
        if macro:
            self.macros[macro] = record.id
        return Found((copy.deepcopy(record.ret),))

    def _written(self, tag: str, told: Element) -> Record:
        verb = "Add" if tag.endswith("AddRq") else "Mod"
        kind = tag.removesuffix(f"{verb}Rq")
        if verb == "Mod":
            return self._modified(kind, told)
        if kind in sales.KINDS:
            return sales.add_sale(self.state, kind, told)
        if kind in _NAMES:
            return lists.add_name(self.state, kind, told)
        if kind in ITEMS:
            return lists.add_item(self.state, kind, told)
        plain: dict[str, Callable[[State, Element], Record]] = {
            "ReceivePayment": moneys.add_payment,
            "ARRefundCreditCard": moneys.add_refund,
            "Check": moneys.add_check,
            "InventoryAdjustment": moneys.add_adjustment,
        }
        if kind not in plain:
            raise DefectError(f"The simulator knows no {tag}.")
        return plain[kind](self.state, told)

    def _modified(self, kind: str, told: Element) -> Record:
        if kind == "SalesOrder":
            return amending.modify_order(self.state, told)
        if kind in _NAMES:
            return lists.modify_name(self.state, kind, told)
        if kind in ITEMS:
            return lists.modify_item(self.state, kind, told)
        raise DefectError(f"The simulator changes no {kind}.")

    def _undone(self, tag: str, request: Element) -> tuple[Element, ...]:
        kind, record_id = request[0].text or "", request[1].text or ""
        echo = (
            shapes.leaf(request[0].tag, kind),
            shapes.leaf(request[1].tag, record_id),
        )
        if tag == "TxnVoidRq":
            record = moneys.void(self.state, kind, record_id)
            times = [
                shapes.leaf(one, record.text(one))
                for one in ("TimeCreated", "TimeModified")
            ]
        else:
            remove = lists.delete if tag == "ListDelRq" else moneys.delete
            record = remove(self.state, kind, record_id)
            times = [shapes.leaf("TimeDeleted", self.state.now())]
        number = record.text("RefNumber" if tag != "ListDelRq" else "FullName")
        last = "RefNumber" if tag != "ListDelRq" else "FullName"
        return (*echo, *times, *([shapes.leaf(last, number)] if number else []))

    def _expanded(self, told: Element) -> Element:
        """Return the body with macros turned into ids; 9101 for an unknown one."""
        made = copy.deepcopy(told)
        for element in made.iter():
            macro = element.get("useMacro")
            if macro is None:
                continue
            if macro not in self.macros:
                raise RequestRefusedError(9101, f'The macro "{macro}" is not defined.')
            element.text = self.macros[macro]
            del element.attrib["useMacro"]
        return made

    def _host(self) -> Element:
        host = self.host
        return shapes.group(
            "HostRet",
            shapes.leaf("ProductName", host.product),
            shapes.leaf("MajorVersion", host.major),
            shapes.leaf("MinorVersion", host.minor),
            shapes.leaf("Country", host.country),
            *(shapes.leaf("SupportedQBXMLVersion", one) for one in host.versions),
            shapes.leaf("IsAutomaticLogin", "false"),
            shapes.leaf("QBFileMode", "MultiUser"),
        )

    def _company(self, request: Element) -> Element:
        owners = {_bare(one.text or "") for one in request.findall("OwnerID")}
        rows = [
            shapes.group(
                "DataExtRet",
                shapes.leaf("OwnerID", owner),
                shapes.leaf("DataExtName", "FileID"),
                shapes.leaf("DataExtType", "STR255TYPE"),
                shapes.leaf("DataExtValue", file_id),
            )
            for owner, file_id in self.stamps.items()
            if _bare(owner) in owners
        ]
        return shapes.group(
            "CompanyRet",
            shapes.leaf("IsSampleCompany", "false"),
            shapes.leaf("CompanyName", self.name),
            *rows,
        )


def _bare(guid: str) -> str:
    return guid.strip("{}").casefold()
