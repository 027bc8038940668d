"""The installation, for its administrators: health, backups, going on again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.domain.errors import SyncError
from stockbridge.engine import aftermath, health, workers
from stockbridge.engine.backup import make_backup
from stockbridge.engine.models import Installation
from stockbridge.web.access import PersonRequest, installation_admin

MOUNT = "root"
SHOWN_MAX = 30
LABELS = {
    "database": gettext_lazy("Database"),
    "schema": gettext_lazy("Its tables"),
    "keys": gettext_lazy("Key of the vault"),
    "worker": gettext_lazy("Worker"),
    "work": gettext_lazy("Work"),
    "disk": gettext_lazy("Room on the disk"),
}


@dataclass(frozen=True, slots=True)
class Backup:
    """One file in the folder of backups."""

    name: str
    bytes: int
    made_at: datetime


@installation_admin
def installation(request: PersonRequest) -> HttpResponse:
    """Show how the installation is."""
    now, here = timezone.now(), Installation.current()
    context = {
        "checks": [
            {"label": LABELS.get(c.name, c.name), "is_ok": c.is_ok, "detail": c.detail}
            for c in health.look(now).checks
        ],
        "workers": workers.alive(now),
        "standing": aftermath.standing() if here.restored_at else None,
        "backups": _backups(),
        "folder": _folder(),
    }
    return render(request, "web/installation.html", context)


@installation_admin
@require_POST
def go_on(request: PersonRequest) -> HttpResponse:
    """Let the work go on after a restore, or in a copy."""
    count = aftermath.resume_after_restore(now=timezone.now(), by=str(request.user))
    messages.success(request, _("%(count)s connections go on.") % {"count": count})
    return redirect("installation")


@installation_admin
@require_POST
def backup_make(request: PersonRequest) -> HttpResponse:
    """Make a backup, proved whole."""
    try:
        made = make_backup(now=timezone.now())
    except SyncError as error:
        messages.error(request, f"{error.message} {error.remedy}")
    else:
        messages.success(
            request, _("%(name)s was made and proved whole.") % {"name": made.name}
        )
    return redirect("installation")


@installation_admin
def backup(request: PersonRequest, name: str) -> HttpResponseBase:
    """Give one backup as a file."""
    known = {one.name for one in _backups()}
    if name not in known:  # a name that we listed, so it cannot lead elsewhere
        raise Http404
    response = FileResponse((_folder() / name).open("rb"), as_attachment=True)
    response["Cache-Control"] = "no-store"
    return response


def _folder() -> Path:
    return Path(settings.HOME) / "backups"


def _backups() -> list[Backup]:
    """Return the newest backups first."""
    files = sorted(_folder().glob("stockbridge-*.zip"), reverse=True)[:SHOWN_MAX]
    return [
        Backup(
            file.name,
            file.stat().st_size,
            datetime.fromtimestamp(file.stat().st_mtime, UTC),
        )
        for file in files
    ]


urlpatterns = [
    path("installation/", installation, name="installation"),
    path("installation/go-on/", go_on, name="go_on"),
    path("installation/backups/", backup_make, name="backup_make"),
    path("installation/backups/<str:name>", backup, name="backup"),
]
