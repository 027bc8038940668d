"""Changing the posting rules of a bridge: all at once, in their order."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from pydantic import BaseModel, ConfigDict, Field, field_validator

from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.planning import Outcome
from stockbridge.domain.policy import CustomerChoice, MissingItem, When
from stockbridge.domain.posting_rules import Act as Becomes
from stockbridge.engine import links
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.hand import plan_again
from stockbridge.engine.actions.setting_choices import refusal, unfit
from stockbridge.engine.desk.choices import Offer
from stockbridge.engine.models import Bridge, Disposition, Mapping
from stockbridge.engine.posting_rules import KIND, as_rule, kept_rules
from stockbridge.engine.rule_choices import CHOSEN, NOUNS, rule_offers
from stockbridge.engine.trials import LAST, Trial, try_out
from stockbridge.ports import Connector

RULES_MAX, WORDS_MAX, WORD_CHARS = 100, 100, 60
_ODD = re.compile("[\x00\ud800-\udfff]")  # text that no database takes


class RuleDraft(BaseModel):
    """A rule as people and programs give it; empty is any, or as without the rule."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=80)
    countries: tuple[str, ...] = Field((), max_length=WORDS_MAX)
    payment_methods: tuple[str, ...] = Field((), max_length=WORDS_MAX)
    statuses: tuple[str, ...] = Field((), max_length=WORDS_MAX)
    roles: tuple[str, ...] = Field((), max_length=WORDS_MAX)
    act: Becomes = Becomes.POST
    form: SaleForm | None = None
    when: When | None = None
    prefix: str = Field("", max_length=12)
    account_id: str = Field("", max_length=80)
    class_id: str = Field("", max_length=80)
    missing_item: MissingItem | None = None
    fallback_item: str = Field("", max_length=80)
    customers: CustomerChoice | None = None
    shared_customer: str = Field("", max_length=80)
    tax_code: str = Field("", max_length=80)
    department_id: str = Field("", max_length=80)
    terms_id: str = Field("", max_length=80)

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_kept(cls, given: object) -> object:
        texts = given if isinstance(given, list | tuple) else [given]
        for text in texts:
            if isinstance(text, str) and _ODD.search(text):
                raise ValueError("This text has characters that cannot be kept.")
        return given

    @field_validator("countries", "payment_methods", "statuses", "roles")
    @classmethod
    def _are_words(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        words = [value.strip() for value in values]
        if any(not word or len(word) > WORD_CHARS for word in words):
            raise ValueError(f"Words of 1 to {WORD_CHARS} characters are expected.")
        return tuple(dict.fromkeys(words))

    @field_validator("countries")
    @classmethod
    def _are_places(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            country, _, state = value.partition("-")
            is_country = len(country) == 2 and country.isalpha()
            if not is_country or ("-" in value and not state):
                raise ValueError(f"{value} is no country like DE, or US-CA.")
        return tuple(value.upper() for value in values)


def set_rules(bridge: Bridge, drafts: Sequence[RuleDraft], act: Act) -> None:
    """Keep these rules in this order, instead of all before.

    Orders that have not been sent are planned anew. Raises InvalidInputError for an
    account that the books do not have, or a document that they cannot choose.
    """
    check_rules(bridge, drafts, act)
    with transaction.atomic():
        Mapping.objects.filter(bridge=bridge, kind=KIND).delete()
        Mapping.objects.bulk_create(
            Mapping(
                bridge=bridge,
                kind=KIND,
                store_key=f"{place:04d}",
                label=draft.name,
                value=draft.model_dump(mode="json"),
            )
            for place, draft in enumerate(drafts, start=1)
        )
        act.note(bridge.store, "The posting rules were changed.")
        plan_again(bridge, _undecided(bridge))


def try_rules(
    bridge: Bridge, drafts: Sequence[RuleDraft], act: Act, *, last: int = LAST
) -> Trial:
    """Return what these rules would make of the last orders; nothing is changed.

    Raises InvalidInputError as saving them would.
    """
    check_rules(bridge, drafts, act)
    rules = tuple(as_rule(draft.model_dump(mode="json")) for draft in drafts)
    return try_out(bridge, rules, last=last, now=act.now)


def check_rules(bridge: Bridge, drafts: Sequence[RuleDraft], act: Act) -> None:
    """Raise InvalidInputError, at its field, for what cannot be kept."""
    if len(drafts) > RULES_MAX:
        raise InvalidInputError(f"At most {RULES_MAX} rules.", field="rules")
    _check_names(drafts)
    _check_books(bridge, drafts, act)


def drafts_of(bridge: Bridge) -> list[RuleDraft]:
    """Return the rules as they can be changed and given back."""
    return [RuleDraft.model_validate(value) for value in kept_rules(bridge.pk)]


def _undecided(bridge: Bridge) -> list[str]:
    """Return the orders that the rules may treat otherwise now."""
    waits = [Outcome.PLANNED.value, Outcome.HELD.value, Outcome.WAITING.value]
    rows = Disposition.objects.filter(
        Q(outcome__in=waits) | Q(code="rule"),
        bridge=bridge,
        source_kind="order",
        is_current=True,
    )
    return list(rows.values_list("order_id", flat=True))


def _check_names(drafts: Sequence[RuleDraft]) -> None:
    names = [draft.name.casefold() for draft in drafts]
    twice = next((one for one in names if names.count(one) > 1), "")
    if twice:
        raise InvalidInputError(f"Two rules are called {twice}.", field="name")


def _check_books(bridge: Bridge, drafts: Sequence[RuleDraft], act: Act) -> None:
    books = capabilities_of(bridge.books)
    for draft in drafts:
        if draft.form is None:
            continue
        if not books.can_choose_form or draft.form not in books.sale_forms:
            raise InvalidInputError(
                "These books cannot choose that document order by order.",
                field="form",
                remedy="Leave it as the settings of the connection say.",
            )
    kept = drafts_of(bridge)  # may be gone by now: other rules can be changed
    offers, connector = rule_offers(bridge.books), act.find(bridge.books.connector)
    for name in CHOSEN:
        new = {getattr(one, name) for one in drafts} - {""}
        new -= {getattr(one, name) for one in kept}
        if new:
            _refuse_unknown(name, offers.get(name), connector, sorted(new))
    accounts = {draft.account_id for draft in drafts} - {""}
    accounts -= {draft.account_id for draft in kept}
    if not accounts:
        return
    with links.calling():
        opened = links.open_books(bridge.books, None, find=act.find)
        known = {account.external_id for account in opened.accounts()}
    if accounts - known:
        raise InvalidInputError("The books have no such account.", field="account_id")


def _refuse_unknown(
    name: str, offer: Offer | None, connector: Connector, new: Sequence[str]
) -> None:
    """Raise InvalidInputError, at its field, for what the books do not have."""
    if offer is None:
        raise InvalidInputError(
            f"These books have no {NOUNS[name]} that can be chosen order by order.",
            field=name,
            remedy="Leave it as the settings of the connection say.",
        )
    known = offer.known(new)
    for one in new:
        choice = known.get(one)
        if choice is None and name == "tax_code":
            raise InvalidInputError(
                f"Tax code {one} is none whose rate the connection's settings tell.",
                field=name,
                remedy="Choose another, or add it with its rate to the settings first.",
            )
        if choice is None:
            raise refusal(name, connector, f"The books have no {NOUNS[name]} {one}.")
        if choice.why_not and not choice.fits:
            raise refusal(name, connector, unfit(choice))
