"""Remembers, without knowing them, the persons who were erased.

A person is kept as a keyed hash of company and e-mail address: enough to recognise a
record that comes back by fetching or by a restore, useless to find out who it was.
The same lines lie in a file beside the database and in each backup, so that putting
back an older database forgets no erasure.
"""

import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.domain.identity import normalized_email
from stockbridge.engine.models import Erasure, Installation

FILE = "erased_people.txt"


@dataclass(frozen=True, slots=True)
class Erased:
    """The erased persons of one company, and when each was erased."""

    company_id: int
    installation: str
    marks: dict[str, datetime]

    def since(self, email: str) -> datetime | None:
        """Return when this person was erased; None: never."""
        if not self.marks or not email:
            return None
        return self.marks.get(mark_of(self.installation, self.company_id, email))


def erased_of(company_id: int) -> Erased:
    """Return who was erased; one query, and cheap where nobody was."""
    marks = dict(_marks(company_id))
    uid = Installation.current().uid if marks else ""
    return Erased(company_id, uid, marks)


@prepared
def _marks(company_id: int) -> QuerySet[Erasure, tuple[str, datetime]]:
    return Erasure.objects.filter(company_id=company_id).values_list("mark", "at")


def is_erased(company: Company, email: str) -> bool:
    """Return whether the person with this address was erased."""
    return erased_of(company.pk).since(email) is not None


def suppress(company: Company, email: str, *, now: datetime, by: str) -> None:
    """Remember an erasure, in the database and in the file."""
    uid = Installation.current().uid
    mark = mark_of(uid, company.pk, email)
    Erasure.objects.update_or_create(
        company=company, mark=mark, defaults={"at": now, "by": by[:150]}
    )
    take_lines([f"{uid} {company.pk} {mark} {now.isoformat()}"])


def read_back() -> int:
    """Take erasures that only the file knows into the database; return how many."""
    uid = Installation.current().uid
    companies = set(Company.objects.values_list("id", flat=True))
    known = set(Erasure.objects.values_list("company_id", "mark"))
    rows = []
    for line in _lines():
        parts = line.split()
        if len(parts) != 4 or parts[0] != uid or not parts[1].isdigit():
            continue
        company, mark = int(parts[1]), parts[2]
        if company in companies and (company, mark) not in known:
            known.add((company, mark))
            at = datetime.fromisoformat(parts[3])
            rows.append(Erasure(company_id=company, mark=mark, at=at, by="file"))
    Erasure.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def take_lines(lines: Iterable[str]) -> None:
    """Add lines that the file does not have yet; they are on the disk afterwards."""
    known = set(_lines())
    new = [line for line in dict.fromkeys(lines) if line.strip() and line not in known]
    if not new:
        return
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a") as file:
        file.write("".join(f"{line}\n" for line in new))
        file.flush()
        os.fsync(file.fileno())


def mark_of(installation: str, company_id: int, email: str) -> str:
    """Return the hash under which a person is remembered."""
    text = f"{company_id}:{normalized_email(email)}"
    key = f"stockbridge-erasure:{installation}".encode()
    return hmac.new(key, text.encode(), sha256).hexdigest()


def path() -> Path:
    """Return where the file lies."""
    return Path(settings.HOME) / FILE


def _lines() -> list[str]:
    try:
        return path().read_text().splitlines()
    except OSError:
        return []
