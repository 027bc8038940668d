"""What a posting rule can choose at its bridge's books, and what that is called.

Lists are those that were read; only accounts are asked of the books, by the caller.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.actions.posting_rules import RuleDraft
from stockbridge.engine.desk.choices import Offer
from stockbridge.engine.models import Bridge
from stockbridge.engine.rule_choices import CHOSEN, RECORDS, rule_offers
from stockbridge.ports import Books, BooksAccount
from stockbridge.web.choice_fields import SELECT_MAX
from stockbridge.web.model_forms import Choices
from stockbridge.web.option_words import CHOICES
from stockbridge.web.rule_words import Names, form_words


@dataclass(frozen=True, slots=True)
class RuleLists:
    """What each field of a rule offers; a field that is not here is not offered."""

    choices: Mapping[str, Choices]
    offers: Mapping[str, Offer]
    books: str = ""  # their name

    def named(self, field: str, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of these ids, as far as they are known."""
        if field in self.choices:
            known = {key: str(words) for key, words in self.choices[field]}
            return {one: known[one] for one in ids if one in known}
        if field not in self.offers:
            return {}
        found = self.offers[field].known(ids)
        return {one: choice.name for one, choice in found.items()}

    def name_of(self, field: str, chosen: str) -> str:
        """Return the name of one id; the id itself where it is not known."""
        return self.named(field, [chosen]).get(chosen, chosen)


def account_choices(books: Books) -> Choices:
    """Return the accounts of books as they are chosen from: the books are asked now."""
    return named_accounts(books.accounts())


def named_accounts(found: Iterable[BooksAccount]) -> Choices:
    """Return accounts with their numbers and names."""
    return [(one.external_id, f"{one.number} {one.name}".strip()) for one in found]


def rule_lists(bridge: Bridge, accounts: Choices) -> RuleLists:
    """Return what rules of this bridge choose from."""
    able = capabilities_of(bridge.books)
    offers = rule_offers(bridge.books)
    forms = able.sale_forms if able.can_choose_form else ()
    choices: dict[str, Choices] = {
        "form": [(one.value, form_words(one)) for one in forms],
        "account_id": accounts,
        **{name: _labels(name) for name in ("when", "missing_item", "customers")},
    }
    for name, offer in offers.items():
        if name not in RECORDS:
            found = offer.find(limit=SELECT_MAX)
            choices[name] = [(one.id, one.name) for one in found]
    return RuleLists(choices, offers, bridge.books.name)


def names_in(drafts: Sequence[RuleDraft], lists: RuleLists) -> Names:
    """Return the names of all that these rules chose."""
    found: dict[str, Mapping[str, str]] = {}
    for field in ("account_id", *CHOSEN):
        ids = {str(getattr(one, field)) for one in drafts} - {""}
        found[field] = lists.named(field, sorted(ids)) if ids else {}
    return found


def _labels(name: str) -> Choices:
    return [(str(key.value), words) for key, words in CHOICES[name].items()]
