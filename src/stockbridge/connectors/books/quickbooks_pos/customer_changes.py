"""A customer of POS takes on what the store changed, and keeps all the rest.

POS has no edit sequence: the last writer wins. So the customer is read just before,
and only what may change is named. Addresses are named whole, with their empty fields;
other shipping addresses are named again as they were read, for nobody could confirm
whether POS keeps those that a change leaves out.
"""

import json
from collections.abc import Mapping
from typing import Any

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.addresses import (
    SHIPPING_NAME,
    bill_address,
    ship_address,
)
from stockbridge.connectors.books.quickbooks_pos.customers import (
    NAME_CHARS_MAX,
    last_name_of,
    posted_customer,
)
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    EMPTIED,
    Node,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.accounting import CustomerChange, CustomerField, CustomerRecord
from stockbridge.domain.customer_changes import Told, kept_remark
from stockbridge.domain.record_changes import Decided, Said, decide, is_there
from stockbridge.ports import PostResult

MOD = "CustomerModRq"
_BILL = ("City", "Country", "PostalCode", "State", "Street", "Street2")
_SHIP = ("CompanyName", "FullName", *_BILL)
#: What is one text in POS, by its field; POS lists nobody under a name of its own.
_TEXTS = {
    CustomerField.COMPANY: ("CompanyName",),
    CustomerField.EMAIL: ("EMail",),
    CustomerField.PERSON: ("FirstName", "LastName"),
    CustomerField.PHONE: ("Phone",),
}


def changed_customer(change: CustomerChange, basis: str) -> list[Node]:
    """Return what is inside CustomerModRq; `basis` is what was read before."""
    read: dict[str, Any] = json.loads(basis) if basis else {}
    write = frozenset(read.get("write", ()))
    after = _fields(change.after)
    texts = {
        tag: text
        for field, tags in _TEXTS.items()
        if field in write
        for tag, text in zip(tags, after[field], strict=True)
    }
    children: list[Node] = [
        ("ListID", change.customer.books_id),
        *[(tag, texts[tag] or EMPTIED) for tag in sorted(texts)],
    ]
    if CustomerField.BILLING in write:
        lines = zip(_BILL, after[CustomerField.BILLING], strict=True)
        children.append(
            ("BillAddress", [(tag, text or EMPTIED) for tag, text in lines])
        )
    if CustomerField.SHIPPING in write:
        others: list[list[Any]] = read.get("others", [])
        if not others:
            children.append(("DefaultShipAddress", SHIPPING_NAME))
        children += [("ShipAddress", _nodes(other)) for other in others]
        children.append(("ShipAddress", ship_address(change.after.shipping)))
    return [("CustomerMod", children)]


def read_before(change: CustomerChange, row: etree._Element) -> str:
    """Return the basis of a change: what may be written, by the customer as read."""
    found = decide(
        change,
        now=_stored(row),
        before=_fields(change.before),
        after=_fields(change.after),
    )
    others = [
        [(part.tag, (part.text or "").strip()) for part in address]
        for address in row.findall("ShipAddress")
        if text_of(address, "AddressName") != SHIPPING_NAME
    ]
    return json.dumps({"write": found.write, "kept": found.kept, "others": others})


def was_written(change: CustomerChange, row: etree._Element) -> bool:
    """Return whether a customer says all that the change would have written."""
    return is_there(change, now=_stored(row), after=_fields(change.after))


def posted_change(attempt_id: str, row: etree._Element, basis: str) -> PostResult:
    """Return a changed customer; what somebody typed at a till is said."""
    read: Mapping[str, Any] = json.loads(basis) if basis else {}
    kept = tuple(CustomerField(one) for one in read.get("kept", ()))
    found = posted_customer(attempt_id, row)
    remark = kept_remark(Decided(kept=kept), where="Point of Sale")
    return PostResult(
        attempt_id,
        found.outcome,
        books_id=found.books_id,
        version=found.version,
        error=remark,
    )


def _stored(row: etree._Element) -> Told:
    ours = [
        address
        for address in row.findall("ShipAddress")
        if text_of(address, "AddressName") == SHIPPING_NAME
    ]
    shipping = tuple(text_of(ours[0], tag) for tag in _SHIP) if ours else ()
    return {
        **{
            field: tuple(text_of(row, tag) for tag in tags)
            for field, tags in _TEXTS.items()
        },
        CustomerField.BILLING: tuple(text_of(row, f"BillAddress/{t}") for t in _BILL),
        CustomerField.SHIPPING: shipping,
    }


def _fields(record: CustomerRecord) -> Told:
    first = fit(record.first_name, NAME_CHARS_MAX)
    return {
        CustomerField.COMPANY: (fit(record.company, 41),),
        CustomerField.EMAIL: (fit(record.email, 99),),
        CustomerField.PERSON: (first, last_name_of(record)),
        CustomerField.PHONE: (fit(record.phone or record.billing.phone, 40),),
        CustomerField.BILLING: _texts(bill_address(record.billing), _BILL),
        CustomerField.SHIPPING: _texts(ship_address(record.shipping), _SHIP),
    }


def _texts(nodes: list[Node], tags: tuple[str, ...]) -> Said:
    said = dict(nodes)
    return tuple(str(said.get(tag) or "") for tag in tags) if nodes else ()


def _nodes(pairs: list[Any]) -> list[Node]:
    return [(tag, text) for tag, text in pairs if text]
