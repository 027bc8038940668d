"""A part of what can befall a visit of the Web Connector, in every run of the tests.

All of it: `make faults`. Which part is fixed, so that a failure can be repeated.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
EVERY = os.environ.get("STOCKBRIDGE_FAULTS_EVERY", "384")
pytestmark = pytest.mark.faults


@pytest.mark.parametrize("journey", ["receipts", "orders"])
@pytest.mark.parametrize("books", ["pos", "desktop"])
def test_an_interrupted_visit_ends_like_a_calm_one(books: str, journey: str) -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    database = "postgresql" if engine.endswith("postgresql") else "sqlite"

    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.quickbooks"),
            *("--database", database, "--books", books, "--journey", journey),
            *("--mode", "kill", "mishap", "--every", EVERY, "--offset", "50"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for line in done.stdout.splitlines():
        report = json.loads(line)
        print(report)
        assert report["tried"] > 0
        assert report["different"] == 0
