"""A part of what can befall a journey, as every run of the tests tries it.

All of it: `make faults`. Which part is fixed, so that a failure can be repeated. SQLite
and PostgreSQL each try another part.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def tried_part_of(program: str, *chosen: str, every: int) -> list[dict[str, Any]]:
    """Try each point in `every` of one of `tests.faults`; return its reports.

    STOCKBRIDGE_FAULTS_EVERY says otherwise; 1 tries all. Fails where it ended badly.
    """
    every = int(os.environ.get("STOCKBRIDGE_FAULTS_EVERY", every))
    engine = settings.DATABASES["default"]["ENGINE"]
    is_postgresql = engine.endswith("postgresql")
    database = "postgresql" if is_postgresql else "sqlite"
    offset = every // 2 if is_postgresql else every // 4
    done = subprocess.run(
        [
            *(sys.executable, "-m", f"tests.faults.{program}"),
            *("--database", database, *chosen),
            *("--every", str(every), "--offset", str(offset)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    print(*reports, sep="\n")
    assert reports
    assert all(report["tried"] > 0 for report in reports)
    assert all(report["different"] == 0 for report in reports)
    return reports
