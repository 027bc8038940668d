"""What is asked about a connection: its name, its connector's settings, its keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.actions.connections import ConnectionDraft
from stockbridge.engine.actions.setting_choices import UNKNOWN, setting_choices
from stockbridge.engine.models import Connection
from stockbridge.ports import Connector, chosen_from, is_asked_for
from stockbridge.web.model_forms import field_of, secret_field, secrets_of_people
from stockbridge.web.setting_fields import SECTIONS, choice_field, section_of
from stockbridge.web.text import Text

#: What the form hides behind "More": sane as it is, for most.
RARELY_CHANGED = frozenset(
    {"rows_per_call", "timeout_s", "allow_insecure_http", "shipments_from"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """Some settings under a heading."""

    title: Text
    fields: list[forms.BoundField]


class ConnectionForm(forms.Form):
    """A connection to be made or changed.

    With `is_pairing` the keys are left out: the store makes them.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As you call it: it stands on every screen."),
    )

    def __init__(
        self,
        connector: Connector,
        data: Mapping[str, Any] | None = None,
        *,
        connection: Connection | None = None,
        asked_for: str = "",  # the setting that a person came for
    ) -> None:
        self.connector = connector
        self._is_new = connection is None
        self.is_pairing = "pair" in (data or {})
        super().__init__(data, initial=_initial(connection))
        self.main: list[str] = ["name"]
        self.more: list[str] = []
        self._chosen: dict[Text, list[str]] = {}
        self._add_settings(connection)
        kept = connection.secrets if connection else {}
        self._kept = dict(kept)
        self.keys: list[str] = []
        for name, info in secrets_of_people(connector.secrets):
            self.fields[name] = secret_field(info, is_kept=bool(kept.get(name)))
            if self.is_pairing:
                self.fields[name].required = False
            self.keys.append(name)
        self.asked_for = asked_for if asked_for in self.fields else ""
        if self.asked_for:
            self.fields[asked_for].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Say all that the connector refuses at once, each beside its field."""
        given = dict(self.cleaned_data)
        names = self.connector.settings.model_fields
        self._judge(self.connector.settings, {n: given[n] for n in names if n in given})
        typed = {name: given[name] for name in self.keys if given.get(name)}
        if not self.is_pairing:
            self._judge(self.connector.secrets, {**self._kept, **typed})
        return given

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What everybody fills in."""
        return [self[name] for name in self.main]

    @property
    def parts(self) -> Iterator[Part]:
        """What is chosen from the lists of the books, by heading."""
        for title, _lists in SECTIONS:
            if names := self._chosen.get(title):
                yield Part(title, [self[name] for name in names])

    @property
    def awaits_lists(self) -> bool:
        """Whether nothing can be chosen yet of what the books have."""
        fields = self.connector.settings.model_fields.values()
        return any(map(chosen_from, fields)) and not self._chosen

    @property
    def key_fields(self) -> list[forms.BoundField]:
        """The keys."""
        return [self[name] for name in self.keys]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What few people touch."""
        return [self[name] for name in self.more]

    @property
    def has_error_in_more(self) -> bool:
        """Whether a hidden field has to be shown."""
        has_errors = any(self[name].errors for name in self.more)
        return has_errors or self.asked_for in self.more

    @property
    def draft(self) -> ConnectionDraft:
        """What was said, after validation."""
        given = self.cleaned_data
        return ConnectionDraft(
            name=given["name"],
            settings={
                name: given[name] for name in self.connector.settings.model_fields
            },
            secrets={}
            if self.is_pairing
            else {name: given.get(name, "") for name in self.keys},
        )

    def refuse(self, refusal: InvalidInputError) -> None:
        """Say a refusal of the engine beside its field."""
        message = refusal.message.removeprefix(f"{refusal.field}: ").removeprefix(
            "Settings: "
        )
        if refusal.code in {"private_address", "keys_of_another_address", UNKNOWN}:
            message = f"{message} {refusal.remedy}"
        name = refusal.field.partition(".")[0]
        self.add_error(name if name in self.fields else None, message)

    def _add_settings(self, connection: Connection | None) -> None:
        offers = {}
        if connection is not None:
            found = setting_choices(connection, self.connector)
            offers = {one.name: one for one in found if one.offer.is_read}
        for name, info in self.connector.settings.model_fields.items():
            one = offers.get(name)
            if one is not None and connection is not None:
                address = suggestions_address(connection, name)
                self.fields[name] = choice_field(
                    info, one, address=address, system=self.connector.title
                )
                self._chosen.setdefault(section_of(one), []).append(name)
                continue
            self.fields[name] = field_of(info)
            (self.more if self._can_wait(name, info) else self.main).append(name)

    def _can_wait(self, name: str, info: FieldInfo) -> bool:
        """Return whether a field is hidden behind "More".

        What the books' own lists hold is not known before they were read first: until
        then only choices are asked; of those, before somebody signed in, the first.
        """
        if name in RARELY_CHANGED:
            return True
        if self.connector.sign_in is not None and self._is_new:
            return not is_asked_for(info)
        waits = self.connector.translator is not None or self.connector.sign_in
        return bool(waits) and not isinstance(self.fields[name], forms.ChoiceField)

    def _judge(self, model: type[BaseModel], given: dict[str, Any]) -> None:
        try:
            model.model_validate(given)
        except ValidationError as error:
            # The values themselves are never quoted: some are keys.
            found = error.errors(include_input=False, include_url=False)
        else:
            return
        for one in found:
            name = str(one["loc"][0]) if one["loc"] else "address"
            if name in self.fields and not self.has_error(name):
                self.add_error(name, str(one["msg"]).removeprefix("Value error, "))


def suggestions_address(connection: Connection, name: str) -> str:
    """Return where more is suggested for a setting, or of items or customers."""
    parts = {"company": connection.company.slug, "uid": connection.uid, "name": name}
    return reverse("suggestions", kwargs=parts)


def _initial(connection: Connection | None) -> dict[str, Any]:
    if connection is None:
        return {}
    return {"name": connection.name, **connection.settings}
