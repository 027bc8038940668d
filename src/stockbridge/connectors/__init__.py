"""One folder per kind of outside system; each translates, none decides."""
