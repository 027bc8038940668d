"""`python -m stockbridge` is the command `stockbridge`."""

from stockbridge.config.console import main

main()
