"""Role and per-action boxes, with what each box needs said beside it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.members import Grant
from stockbridge.companies.models import Membership
from stockbridge.companies.permissions import (
    NEEDS,
    ROLE_PERMISSIONS,
    Permission,
    Role,
)
from stockbridge.domain.errors import ActionNeededError

ROLE_HELP = {
    Role.ADMINISTRATOR: _("May do everything, and manages users."),
    Role.POWER_USER: _("May do everything except managing users."),
    Role.MEMBER: _("Sees the screens; tick below what else."),
}


def permission_label(permission: Permission) -> str:
    """Return the permission's name and what it brings with it."""
    needs = [str(Permission(one).label) for one in sorted(NEEDS.get(permission, ()))]
    if not needs:
        return str(permission.label)
    return gettext("%(name)s (brings “%(needs)s” with it)") % {
        "name": permission.label,
        "needs": ", ".join(needs),
    }


def permission_choices() -> list[tuple[str, str]]:
    """Return the boxes: everybody sees screens, so that is none of them."""
    return [
        (one.value, permission_label(one))
        for one in Permission
        if one is not Permission.VIEW
    ]


class PermissionsForm(forms.Form):
    """What a member, or one who is to be invited, may do."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, f"{role.label}") for role in Role],
        widget=forms.RadioSelect,
        initial=Role.MEMBER,
    )
    permissions = forms.MultipleChoiceField(
        label=_("May also"),
        choices=permission_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("An administrator and a power user have theirs by their role."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, membership: Membership | None = None
    ) -> None:
        initial: dict[str, Any] | None = None
        if membership is not None:
            initial = {
                "role": membership.role,
                "permissions": sorted(
                    set(membership.extra_permissions)
                    | (ROLE_PERMISSIONS[membership.role] - {Permission.VIEW.value})
                ),
            }
        super().__init__(data, initial=initial)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(one.value, f"{one.label}: {ROLE_HELP[one]}") for one in Role]

    def grant(self) -> Grant:
        """Return what was chosen."""
        chosen = self.cleaned_data
        return Grant(chosen["role"], tuple(chosen["permissions"]))

    def refuse(self, refusal: ActionNeededError) -> None:
        """Say beside the field why it cannot be."""
        field = getattr(refusal, "field", "") or "role"
        self.add_error(field, f"{refusal.message} {refusal.remedy}")
