"""What is asked of somebody new: a name and a password."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import User


class NewPersonForm(forms.Form):
    """Name and password, checked against the password rules."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters, not a common word, not only digits."),
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    #: The address is known from the invitation; the wizard asks for it.
    known_email = ""

    def clean(self) -> dict[str, Any]:
        """Return what was given, if the passwords agree and are good enough."""
        given = super().clean() or self.cleaned_data
        password = given.get("password", "")
        if not password:
            return given
        if "password_again" in given and given["password_again"] != password:
            self.add_error("password_again", _("The two passwords differ."))
        person = User(
            email=given.get("email", self.known_email),
            display_name=given.get("display_name", ""),
        )
        try:
            password_validation.validate_password(password, person)
        except forms.ValidationError as refusal:
            self.add_error("password", refusal)
        return given
