"""Profile: the person's own name and address; password and second factor are near."""

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import User
from stockbridge.companies.people import change_email, normal_email
from stockbridge.domain.errors import InvalidInputError
from stockbridge.web.access import PersonRequest, signed_in

MOUNT = "root"


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    """How others see the person."""

    class Meta:
        """The name alone."""

        model = User
        fields = ("display_name",)
        labels = {"display_name": _("Name")}
        help_texts = {
            "display_name": _("As your colleagues see it. Empty: the e-mail.")
        }


class EmailForm(forms.Form):
    """Another address to sign in with; the password proves who asks."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@signed_in
def profile(request: PersonRequest) -> HttpResponse:
    """Show and change the person's own data."""
    is_name = request.method == "POST" and "display_name" in request.POST
    is_email = request.method == "POST" and "email" in request.POST
    # A copy: the page's frame shows what is stored, not what was typed.
    own = User.objects.get(pk=request.user.pk)
    name = NameForm(request.POST if is_name else None, instance=own)
    email = EmailForm(request.POST if is_email else None, initial={"email": own.email})
    if is_name and name.is_valid():
        name.save()
        messages.success(request, gettext("Saved."))
        return redirect("profile")
    if is_email and email.is_valid() and _changed(request, own, email):
        messages.success(request, gettext("From now on you sign in with this address."))
        return redirect("profile")
    context = {
        "name_form": name,
        "email_form": email,
        "has_second_factor": Authenticator.objects.filter(
            user=own, type=Authenticator.Type.TOTP
        ).exists(),
    }
    status = 422 if name.errors or email.errors else 200
    return render(request, "web/profile.html", context, status=status)


def _changed(request: PersonRequest, user: User, form: EmailForm) -> bool:
    # A session that somebody left open is no place to guess the password.
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        form.add_error("password", _("Too many tries. Wait for a minute."))
        return False
    if not user.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("This is not your password."))
        return False
    try:
        change_email(user, normal_email(form.cleaned_data["email"]))
    except InvalidInputError as refusal:
        form.add_error(refusal.field, refusal.message)
        return False
    return True


urlpatterns = [path("profile/", profile, name="profile")]
