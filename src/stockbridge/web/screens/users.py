"""Users: who works in the company, and what each may do."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.members import change_membership, remove_membership
from stockbridge.companies.models import Membership
from stockbridge.companies.permissions import Permission, Role
from stockbridge.domain.errors import ActionNeededError
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.permission_forms import PermissionsForm
from stockbridge.web.tables import ChoiceFilter, Column, Table, show_table

MENU = (
    MenuItem(
        Section.SETUP,
        _("Users"),
        "users",
        permission=Permission.MANAGE_USERS,
        order=90,
        icon="users",
    ),
)


def member_address(member: Membership) -> str:
    """Return the page of one member."""
    return reverse("user", kwargs={"company": member.company.slug, "member": member.pk})


def permission_names(member: Membership) -> str:
    """Return in words what a member may do beyond seeing screens."""
    if member.role == Role.ADMINISTRATOR:
        return gettext("Everything")
    allowed = [
        p for p in Permission if p in member.permissions and p != Permission.VIEW
    ]
    return ", ".join(str(p.label) for p in allowed) or gettext("See screens only")


USERS = Table(
    key="users",
    caption=_("Users of this company"),
    columns=(
        Column(
            "name", _("Name"), value="user", sort="user__email", link=member_address
        ),
        Column("email", _("E-mail"), value="user.email", sort="user__email"),
        Column(
            "role",
            _("Role"),
            sort="role",
            format=cells.badges(dict(Role.choices), {Role.ADMINISTRATOR: "blue"}),
        ),
        Column("permissions", _("May"), value=permission_names),
        Column("joined", _("Since"), value="created_at", format=cells.moment),
        Column(
            "seen",
            _("Last signed in"),
            value="user.last_login",
            sort="user__last_login",
            format=cells.moment,
        ),
    ),
    sort="name",
    search=("user__email__icontains", "user__display_name__icontains"),
    search_hint=_("Search by name or e-mail"),
    filters=(ChoiceFilter("role", _("Role"), choices=Role.choices),),
)


def members(request: CompanyRequest) -> QuerySet[Membership]:
    """Return the members of the company."""
    return Membership.objects.filter(company=request.company).select_related(
        "user", "company"
    )


@screen(Permission.MANAGE_USERS)
def users(request: CompanyRequest) -> HttpResponseBase:
    """List the members."""
    return show_table(request, USERS, members(request), "web/users.html")


@screen(Permission.MANAGE_USERS)
def user(request: CompanyRequest, member: int) -> HttpResponse:
    """Show and change what one member may do."""
    found = get_object_or_404(members(request), pk=member)
    given = request.POST if request.method == "POST" else None
    form = PermissionsForm(given, membership=found)
    if form.is_valid():
        try:
            change_membership(found, form.grant(), request.membership)
        except ActionNeededError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("users", company=request.company.slug)
    status = 422 if form.errors else 200
    context = {"form": form, "member": found}
    return render(request, "web/user.html", context, status=status)


@screen(Permission.MANAGE_USERS)
@require_POST
def user_remove(request: CompanyRequest, member: int) -> HttpResponse:
    """Take a member out of the company."""
    found = get_object_or_404(members(request), pk=member)
    try:
        remove_membership(found, request.membership, now=timezone.now())
    except ActionNeededError as refusal:
        messages.error(request, f"{refusal.message} {refusal.remedy}")
    else:
        messages.success(
            request,
            gettext("%(name)s no longer works in this company.") % {"name": found.user},
        )
    return redirect("users", company=request.company.slug)


urlpatterns = [
    path("users/", users, name="users"),
    path("users/<int:member>/", user, name="user"),
    path("users/<int:member>/remove/", user_remove, name="user_remove"),
]
