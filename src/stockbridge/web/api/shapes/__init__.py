"""What the API answers and takes; the command line's `--json` has the same keys."""
