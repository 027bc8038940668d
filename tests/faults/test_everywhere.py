"""A part of the interruptions, in every run of the tests; all of them: `make faults`.

Which part is fixed, so that a failure can be repeated.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
EVERY = os.environ.get("STOCKBRIDGE_FAULTS_EVERY", "24")
pytestmark = pytest.mark.faults


@pytest.mark.parametrize("mode", ["kill", "cut"])
def test_an_interrupted_journey_ends_like_a_calm_one(mode: str) -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    database = "postgresql" if engine.endswith("postgresql") else "sqlite"

    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.everywhere"),
            *("--database", database, "--mode", mode),
            *("--every", EVERY, "--offset", "5"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    print(report)
    assert report["tried"] > 0
    assert report["different"] == 0
    assert report["killed"] == (report["tried"] if mode == "kill" else 0)
    assert all(report["journeys"][name] > 0 for name in ("order", "stock", "calls"))
