"""The process that reads in `first_read`: it may be killed at any moment."""

import os
import sys


def main() -> int:
    """Read all of one store; print the most memory that this took, in MB."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
    django.setup()
    from benchmarks.first_read import peak_mb, read

    read(int(sys.argv[1]))
    print(round(peak_mb(), 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
