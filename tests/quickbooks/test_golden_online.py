"""What reaches QuickBooks Online, as text: each change of it is read by a person.

`make golden` writes the files anew. Beside the body stand the entity, the operation and
the request id; nothing else is changed.
"""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from stockbridge.connectors.books.quickbooks_online import item_changes
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.customer_changes import change_write
from stockbridge.connectors.books.quickbooks_online.encode import KINDS, write_of
from stockbridge.connectors.books.quickbooks_online.json_text import dumped
from stockbridge.connectors.books.quickbooks_online.naming import Txn
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    CUSTOMER,
    DAY,
    MUG,
    a_company,
    settings_of,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    faults_of,
    needs_contracts,
)
from stockbridge.domain.accounting import KIND_OF, CustomerChange, ItemChange
from stockbridge.domain.identity import marker_of
from stockbridge.ports import PostRequest
from tests.quickbooks.golden_documents import NAMES, Names, documents

FOLDER = Path(__file__).parent / "golden_online"
SALE = Txn("SalesReceipt", "130")
RECORDS: dict[Txn, dict[str, object]] = {
    SALE: {
        "SyncToken": "0",
        "CustomerRef": {"value": CUSTOMER},
        "TotalAmt": Decimal("21.60"),
    },
    Txn("Customer", CUSTOMER): {
        "Id": CUSTOMER,
        "SyncToken": "0",
        "DisplayName": "Ada Example",
    },
    Txn("Item", MUG): {"Id": MUG, "SyncToken": "0", "Name": "Becher"},
}
COMPANIES = {
    "us": a_company(),
    "us_codes": a_company(has_automated_tax=False),
    "uk": a_company(country="GB"),
}
OURS = Names(mug=MUG, customer=CUSTOMER, sale=str(SALE), order="")
WRITTEN = [n for n in NAMES if KIND_OF[type(documents(OURS)[n])] in KINDS]
CASES = [(company, name) for company in COMPANIES for name in WRITTEN]


def write(company: str, name: str) -> Write:
    """Return how a document leaves for such a company."""
    key = f"inst/bridge/{name}/1"
    marker = marker_of(key, generation=1)
    post = PostRequest("attempt-1", key, marker, documents(OURS)[name])
    settings = settings_of(tax_codes="7=8; 8=5")
    basis = Basis(settings, COMPANIES[company], RECORDS)
    if isinstance(post.document, CustomerChange):
        made = change_write(post, basis)
        assert made is not None
        return made
    if isinstance(post.document, ItemChange):
        changed = item_changes.change_write(post, basis)
        assert changed is not None
        return changed
    return write_of(post, basis, today=DAY)


@pytest.mark.parametrize(("company", "name"), CASES)
def test_a_document_leaves_as_its_golden_file_says(company: str, name: str) -> None:
    made = write(company, name)
    told = {
        "entity": made.entity,
        "operation": made.operation,
        "requestid": made.request_id,
        "body": json.loads(dumped(made.body)),
    }
    shown = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    path = FOLDER / company / f"{name}.json"
    if os.environ.get("STOCKBRIDGE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown)

    assert path.read_text() == shown


@needs_contracts
@pytest.mark.parametrize(("company", "name"), CASES)
def test_a_golden_body_is_one_that_quickbooks_takes(company: str, name: str) -> None:
    made = write(company, name)

    body = json.loads(dumped(made.body))

    assert faults_of(body, "entities", made.entity) == []


def test_there_is_no_golden_file_of_what_is_not_made_any_more() -> None:
    kept = {(path.parent.name, path.stem) for path in FOLDER.glob("*/*")}

    assert kept == set(CASES)
