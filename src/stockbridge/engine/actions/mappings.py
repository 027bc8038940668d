"""How one kind of thing translates: this payment method goes to that account."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from django.db import transaction

from stockbridge.connectors import registry
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine import links
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.hand import plan_again
from stockbridge.engine.actions.setting_choices import refusal, unfit
from stockbridge.engine.bridge_rows import look_again
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.mapping_kinds import (
    ACCOUNT,
    ITEM,
    PAYMENT,
    MappingKind,
    mapping_kinds,
    mapping_offer,
)
from stockbridge.engine.matching import UNLINKED
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Disposition,
    Mapping,
    Snapshot,
)
from stockbridge.ports import SHIPPING_ITEMS, BooksAccount, BooksCapabilities


@dataclass(frozen=True, slots=True)
class MappingDraft:
    """A choice: in the store `store_key`, in the books `value`."""

    kind: str
    store_key: str
    value: Dictionary[str, str]
    label: str = ""


def set_mapping(bridge: Bridge, draft: MappingDraft, act: Act) -> Mapping:
    """Keep a choice; orders that have not left are planned anew with it.

    Raises InvalidInputError for a kind, or for a record of the books, that there is
    not, or that cannot stand there.
    """
    kind = mapping_kinds(bridge).get(draft.kind)
    if kind is None:
        raise InvalidInputError(f"There is nothing like {draft.kind}.", field="kind")
    if not draft.store_key.strip():
        raise InvalidInputError("Say for what.", field="store_key")
    unknown = set(draft.value) - {kind.field}
    if unknown:
        raise InvalidInputError("It is not used here.", field=sorted(unknown)[0])
    chosen = draft.value.get(kind.field, "")
    if kind.field == ACCOUNT:
        _check_account(bridge, kind, chosen, act)
    else:
        _check_choice(bridge, kind, chosen)
    with transaction.atomic():
        if kind.field == ITEM and chosen:
            _remember_item(bridge, chosen)
        row, _ = Mapping.objects.update_or_create(
            bridge=bridge,
            kind=draft.kind,
            store_key=draft.store_key.strip()[:200],
            defaults={"value": dict(draft.value), "label": draft.label[:200]},
        )
        _after(bridge, f"{draft.label or draft.store_key} was mapped.", act)
    return row


def delete_mapping(mapping: Mapping, act: Act) -> None:
    """Forget a choice: the default counts again."""
    with transaction.atomic():
        mapping.delete()
        if mapping.kind == UNLINKED:
            look_again([mapping.bridge.store_id])
        _after(mapping.bridge, f"{mapping.store_key} is no longer mapped.", act)


def seen_payment_methods(bridge: Bridge) -> dict[str, str]:
    """Return the payment methods of the store's newest orders, with their titles."""
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, deleted_at=None
    ).order_by("-at")[:2000]
    found: dict[str, str] = {}
    for method, title in rows.values_list(
        "data__payment_method", "data__payment_title"
    ):
        if method:
            found.setdefault(method, title or method)
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


def for_money(
    accounts: Iterable[BooksAccount], able: BooksCapabilities
) -> tuple[BooksAccount, ...]:
    """Return the accounts that received money may land on."""
    kinds = able.money_kinds
    return tuple(one for one in accounts if not kinds or one.kind in {"", *kinds})


def _check_account(
    bridge: Bridge, kind: MappingKind, account_id: str, act: Act
) -> None:
    if not account_id:
        return
    with links.calling():
        books = links.open_books(bridge.books, None, find=act.find)
        found = books.accounts()
        fitting = {one.external_id for one in for_money(found, books.capabilities)}
    known = {account.external_id: account for account in found}
    is_unfit = kind.kind == PAYMENT and account_id not in fitting
    if account_id in known and is_unfit:
        account = known[account_id]
        raise InvalidInputError(
            f"{account.name} is an account of the kind {account.kind}: received money "
            "cannot be booked there.",
            field="account_id",
            remedy="Choose an account for received money.",
        )
    if account_id not in known:
        raise InvalidInputError(
            "The books have no such account.",
            field="account_id",
            remedy="Choose one of the list.",
        )


def _check_choice(bridge: Bridge, kind: MappingKind, chosen: str) -> None:
    """Raise InvalidInputError for what could not be chosen as the default, either."""
    offer = mapping_offer(bridge, kind)
    if offer is None or not chosen:
        return
    connector = registry.get(bridge.books.connector)
    known = offer.known([chosen]).get(chosen)
    if known is None and offer.is_complete:
        message = f"{bridge.books.name} has no such entry."
        raise refusal(kind.field, connector, message)
    if known is not None and known.why_not and not known.fits:
        raise refusal(kind.field, connector, unfit(known))
    if kind.field != ITEM:
        return
    try:
        links.valid_settings(connector, {**bridge.books.settings, kind.setting: chosen})
    except InvalidInputError as error:
        raise InvalidInputError(
            error.message.removeprefix(f"{error.field}: "),
            field=kind.field,
            remedy="Choose another item.",
        ) from error


def _remember_item(bridge: Bridge, item: str) -> None:
    """Let the books' connector know for good that lines of this item are shipping.

    It reads documents back by it, also those from before the choice was taken back.
    """
    books = Connection.objects.select_for_update().get(pk=bridge.books_id)
    known = str(books.facts.get(SHIPPING_ITEMS, "")).split()
    if item not in known:
        books.facts = {**books.facts, SHIPPING_ITEMS: " ".join([*known, item])}
        books.save(update_fields=["facts"])
        bridge.books.facts = books.facts


def _after(bridge: Bridge, message: str, act: Act) -> None:
    act.note(bridge.store, message)
    waiting = Disposition.objects.filter(
        bridge=bridge,
        source_kind="order",
        is_current=True,
        outcome__in=[Disposition.Outcome.PLANNED, Disposition.Outcome.HELD],
    )
    plan_again(bridge, waiting.values_list("order_id", flat=True))
