"""The process that reads in `pos_inventory`: our side of the Web Connector alone."""

import json
import os
import sys
import time


def main() -> int:
    """Visit until the items are read; print what that took as JSON."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
    django.setup()
    from benchmarks.first_read import peak_mb
    from benchmarks.pos_inventory import read

    began, began_mb = time.perf_counter(), peak_mb()
    told = read(int(sys.argv[1]), sys.argv[2])
    told |= {
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time(),
        "began_mb": began_mb,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
