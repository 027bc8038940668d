"""A company that outlives its process: its file is written after each envelope."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stockbridge.connectors.webconnector.simulator.computer import Company

_FORM = 1  # of the file


@dataclass(frozen=True, slots=True)
class StateFile:
    """Where a company is kept, and of which QuickBooks it is."""

    path: Path
    kind: str

    def read(self) -> dict[str, Any] | None:
        """Return the company as it was kept; None where there is no file yet.

        Raises ValueError for a file that is none of these companies.
        """
        if not self.path.exists():
            return None
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
            if (told["kind"], told["form"]) == (self.kind, _FORM):
                return dict(told["company"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{self.path} holds no simulated company.") from error
        raise ValueError(f"{self.path} holds a company of {told['kind']}.")

    def write(self, company: Mapping[str, Any]) -> None:
        """Put the company in place of the one kept before, whole or not at all."""
        told = {"kind": self.kind, "form": _FORM, "company": company}
        draft = self.path.with_name(f"{self.path.name}.new")
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(self.path)


@dataclass(frozen=True, slots=True)
class KeptCompany:
    """Stands before a company and writes it down before its answer is told."""

    company: Company
    file: StateFile
    dump: Callable[[], Mapping[str, Any]]

    def open(self, path: str) -> str:
        """Open the company."""
        return self.company.open(path)

    def process(self, request: bytes) -> bytes:
        """Let the company do it, and keep what came of it."""
        try:
            return self.company.process(request)
        finally:
            self.file.write(self.dump())
