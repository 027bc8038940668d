"""Customers and items: added, changed, deleted."""

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.simulator.records import (
    Records,
    Row,
    Table,
    number,
    quantity_text,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.refusals import (
    RefusalError,
    locked,
    not_found,
)

_DELETED = {"Customer": "customers", "ItemInventory": "items", "SalesOrder": "orders"}


def fields_of(element: etree._Element) -> Row:
    """Return what an element says: texts, and rows of what is inside it."""
    row: Row = {}
    for child in element.iterchildren(tag=etree.Element):
        if len(child):
            row.setdefault(child.tag, []).append(fields_of(child))
        else:
            row[child.tag] = _as_captured(child.text or "")
    return row


def add_customer(records: Records, element: etree._Element, now: str) -> Row:
    """Add a customer; namesakes are allowed, as at the counter."""
    row = fields_of(element)
    full = f"{row.get('FirstName', '')} {row['LastName']}".strip()
    row |= {"ListID": records.new_id(), "FullName": full}
    row |= {"TimeCreated": now, "TimeModified": now}
    records.customers.rows[row["ListID"]] = row
    return row


def add_item(records: Records, element: etree._Element, now: str) -> Row:
    """Add an item; its first quantities are on hand at once."""
    row = fields_of(element)
    department = records.departments.rows.get(row["DepartmentListID"])
    if department is None:
        raise not_found("Department", row["DepartmentListID"])
    stores = [tag for tag in row if tag.startswith("OnHandStore")]
    on_hand = sum(number(row, tag) for tag in stores)
    row.setdefault("OnHandStore01", "0")
    row |= {
        "ListID": records.new_id(),
        "ItemNumber": records.new_number(),
        "ItemType": row.get("ItemType", "Inventory"),
        "TaxCode": row.get("TaxCode", department.get("TaxCode", "Tax")),
        "DepartmentCode": department["DepartmentCode"],
        "QuantityOnHand": quantity_text(on_hand + number({}, "")),
        "TimeCreated": now,
        "TimeModified": now,
    }
    records.items.rows[row["ListID"]] = row
    return row


def change(records: Records, table: Table, element: etree._Element, now: str) -> Row:
    """Change a record: last writer wins, there is no edit sequence.

    What becomes of what a change names in part nobody could confirm (?). Here a billing
    address keeps its other fields, and shipping addresses are replaced as a whole: who
    relies on the kinder way is found out.
    """
    changes = fields_of(element)
    row = existing(records, table, changes[table.id_tag])
    if "BillAddress" in changes and "BillAddress" in row:
        changes["BillAddress"] = [
            {**row["BillAddress"][0], **changes["BillAddress"][0]}
        ]
    row |= changes
    if "LastName" in row:
        row["FullName"] = f"{row.get('FirstName', '')} {row['LastName']}".strip()
    row["TimeModified"] = now
    return row


def delete(records: Records, request: etree._Element, now: str) -> Row:
    """Delete a record of a list; one that is used elsewhere stays."""
    kind = request.findtext("ListDelType") or ""
    list_id = request.findtext("ListID") or ""
    table: Table = getattr(records, _DELETED[kind])
    existing(records, table, list_id)
    if kind == "Customer" and any(
        row.get("CustomerListID") == list_id for row in records.receipts.all()
    ):
        raise RefusalError("3260", f"The {kind} {list_id} has history.")
    created = table.rows.pop(list_id).get("TimeCreated", now)
    gone = {"ListDelType": kind, "ListID": list_id, "TimeDeleted": now}
    records.deleted.append({**gone, "TimeCreated": created})
    return {"ListDelType": kind, "ListID": list_id}


def existing(records: Records, table: Table, record_id: str) -> Row:
    """Return a record that is there and that nobody has open."""
    kind = table.row_tag.removesuffix("Ret")
    if record_id in records.locked:
        raise locked(kind, record_id)
    if record_id not in table.rows:
        raise not_found(kind, record_id)
    return table.rows[record_id]


def _as_captured(text: str) -> str:
    return {"true": "True", "false": "False"}.get(text, text)
