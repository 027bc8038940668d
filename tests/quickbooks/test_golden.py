"""The requests that reach QuickBooks, as text: each change of them is read by a person.

`make golden` writes the files anew. They are indented for reading, and letters stand
for what the envelopes write as numbers; nothing else is changed.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.tests import (
    contract_files as qbxml_files,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    CUSTOMER,
    MUG,
    TAX_ITEM,
    settings_of,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import (
    QuickBooksDesktopTranslator,
)
from stockbridge.connectors.books.quickbooks_pos.tests import (
    contract_files as qbposxml_files,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import Counter
from stockbridge.domain.accounting import CustomerChange, ItemChange, ItemField
from stockbridge.domain.identity import marker_of
from stockbridge.ports import PostRequest, Translator, Write
from tests.quickbooks.golden_documents import NAMES, Names, documents

FOLDER = Path(__file__).parent / "golden"
BATCH = "GOLDEN0000000000000001"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of QuickBooks, and what its schema holds against an envelope."""

    names: Names
    translator: Callable[[], Translator]
    faults: Callable[[bytes], list[str]]
    basis: str = "{}"  # what was read before a refund, or before an order is filled
    change: str = ""  # … and before a customer was changed
    item: str = ""  # … or an item


KINDS = {
    "pos": Kind(
        Names(mug="-42", customer="-5", sale="-1001", order="order:-2001"),
        lambda: Counter().translator,
        qbposxml_files.errors_in,
        change=json.dumps({"write": ["email", "billing"]}),
        item=json.dumps({"write": tuple(ItemField)}),
    ),
    "desktop": Kind(
        Names(
            mug=MUG,
            customer=CUSTOMER,
            sale="SalesReceipt:1A2-1700000000",
            order="SalesOrder:1A3-1700000000",
        ),
        lambda: QuickBooksDesktopTranslator(settings_of(), {}),
        qbxml_files.faults_of_request,
        Basis(
            type="SalesReceipt",
            customer=CUSTOMER,
            tax_item=TAX_ITEM,
            tax_code="Tax",
            items={"11": MUG},
        ).dumped(),
        Basis(edit_sequence="1700000000", write=("email", "billing")).dumped(),
        Basis(
            type="ItemInventory", edit_sequence="1700000000", write=tuple(ItemField)
        ).dumped(),
    ),
}
CASES = [(kind, name) for kind in KINDS for name in NAMES]


def envelope(kind: str, name: str) -> bytes:
    """Return the envelope in which a document leaves."""
    books = KINDS[kind]
    key = f"inst/bridge/{name}/1"
    marker = marker_of(key, generation=1)
    post = PostRequest("attempt-1", key, marker, documents(books.names)[name])
    translator = books.translator()
    translator.check_document(post)
    basis = ""
    if translator.needs_preparation(post):
        basis = books.basis
        if isinstance(post.document, CustomerChange):
            basis = books.change
        if isinstance(post.document, ItemChange):
            basis = books.item
    return translator.encode([Write("attempt-1", post, basis)], batch_id=BATCH)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_document_leaves_as_its_golden_file_says(kind: str, name: str) -> None:
    root = etree.fromstring(envelope(kind, name))
    etree.indent(root)
    shown = etree.tostring(root.getroottree(), encoding="unicode") + "\n"
    path = FOLDER / kind / f"{name}.xml"
    if os.environ.get("STOCKBRIDGE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown)

    assert path.read_text() == shown


@qbposxml_files.needs_contracts
@qbxml_files.needs_contracts
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_golden_request_is_one_that_quickbooks_takes(kind: str, name: str) -> None:
    assert KINDS[kind].faults(envelope(kind, name)) == []


def test_there_is_no_golden_file_of_what_is_not_made_any_more() -> None:
    kept = {(path.parent.name, path.stem) for path in FOLDER.glob("*/*")}

    assert kept == set(CASES)
