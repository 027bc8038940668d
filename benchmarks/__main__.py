"""`python -m benchmarks [NAME …] [--quick]`: measure, one line of JSON per figure.

Each measure runs in a process, a home folder and a database of its own. Without names
all are run. `--quick` takes small sizes: it shows that a measure works, and no more.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from importlib import import_module

MEASURES = (
    "engine_cost",
    "webhook_to_posted",
    "stock_writes",
    "stock_pace",
    "web_connector",
    "pos_inventory",
    "quickbooks_online",
    "first_read",
    "screens",
)
_INNER = "STOCKBRIDGE_BENCHMARK"


def main() -> int:
    """Run the measures; return how many failed to run."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    unknown = set(given.names) - set(MEASURES)
    if unknown:
        parser.error(f"There is no measure {', '.join(sorted(unknown))}.")
    if os.environ.get(_INNER):
        return _measure(given.names[0], quick=given.quick)
    names = given.names or MEASURES
    return sum(_in_a_home_of_its_own(name, quick=given.quick) for name in names)


def _in_a_home_of_its_own(name: str, *, quick: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="stockbridge-bench-") as home:
        own = {"STOCKBRIDGE_HOME": home, "STOCKBRIDGE_DATABASE": "", _INNER: "1"}
        command = [sys.executable, "-m", "benchmarks", name]
        command += ["--quick"] if quick else []
        done = subprocess.run(command, env={**os.environ, **own}, check=False)
    return int(done.returncode != 0)


def _measure(name: str, *, quick: bool) -> int:
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    for figure in import_module(f"benchmarks.{name}").measure(quick=quick):
        print(figure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
