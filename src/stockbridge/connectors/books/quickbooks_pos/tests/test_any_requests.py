"""Whatever is written, by whatever settings: every request of it is valid."""

from collections.abc import Callable

from hypothesis import Phase, given, settings

from stockbridge.connectors.books.quickbooks_pos.settings import (
    GiftTender,
    PosSettings,
)
from stockbridge.connectors.books.quickbooks_pos.tests.any_documents import (
    DOCUMENTS,
    GIFT_ITEM,
    SETTINGS,
    basis_of,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    NOON,
    Counter,
    a_request,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    settings as pos_settings,
)
from stockbridge.connectors.books.quickbooks_pos.tests.contract_files import (
    errors_in,
    needs_contracts,
)
from stockbridge.connectors.books.quickbooks_pos.translator import translator
from stockbridge.domain.accounting import (
    AmendmentDocument,
    CancellationDocument,
    Document,
    FulfillmentDocument,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import ActionNeededError
from stockbridge.ports import DeskRequest, LookUp, Prepare, Write

pytestmark = needs_contracts
FACTS = Counter().facts
ALL_CHOSEN = pos_settings(
    gift_card_item=GIFT_ITEM, gift_card_tender=GiftTender.GIFT_CARD
)


def can_leave(document: Document, chosen: PosSettings) -> bool:
    try:
        translator(chosen, FACTS).check_document(a_request(document))
    except ActionNeededError:
        return False
    return True


@settings(max_examples=250)
@given(document=DOCUMENTS, chosen=SETTINGS)
def test_a_write_and_its_look_up_and_preparation_of_anything_are_valid(
    document: Document, chosen: PosSettings
) -> None:
    if not can_leave(document, chosen):
        return
    language, post = translator(chosen, FACTS), a_request(document)
    asked: list[DeskRequest] = [
        Write("a", post, basis_of(document)),
        LookUp("b", post, NOON),
    ]
    if language.needs_preparation(post):
        asked.append(Prepare("c", post))

    for one in asked:
        assert errors_in(language.encode([one], batch_id="b")) == []


def _sale(document: Document) -> SaleDocument | RefundDocument | None:
    found = document.billed if isinstance(document, FulfillmentDocument) else document
    return found if isinstance(found, SaleDocument | RefundDocument) else None


def _has(kind: LineKind, *, is_negative: bool) -> Callable[[Document], bool]:
    def has(document: Document) -> bool:
        sale = _sale(document)
        return sale is not None and any(
            line.kind is kind and (line.total.amount < 0) is is_negative and line.total
            for line in sale.lines
        )

    return has


def _has_decimals(document: Document) -> bool:
    sale = _sale(document)
    return sale is not None and any(
        line.item and line.units % 1 and line.total for line in sale.lines
    )


WANTED: dict[str, Callable[[Document], object]] = {
    "amendment": lambda document: isinstance(document, AmendmentDocument),
    "cancellation": lambda document: isinstance(document, CancellationDocument),
    "filled order": lambda document: isinstance(document, FulfillmentDocument),
    "goods back": lambda one: isinstance(one, RefundDocument) and one.restocked,
    "gift card sold": _has(LineKind.GIFT_CARD, is_negative=False),
    "gift card used": _has(LineKind.GIFT_CARD, is_negative=True),
    "discount": _has(LineKind.DISCOUNT, is_negative=True),
    "fee below zero": _has(LineKind.FEE, is_negative=True),
    "decimals in a quantity": _has_decimals,
}


def test_what_is_tried_is_not_held_throughout() -> None:
    left: set[str] = set()

    @settings(max_examples=2_000, phases=[Phase.generate], derandomize=True)
    @given(document=DOCUMENTS)
    def leave(document: Document) -> None:
        news = {name for name in set(WANTED) - left if WANTED[name](document)}
        if news and can_leave(document, ALL_CHOSEN):
            left.update(news)

    leave()

    assert left == set(WANTED)
