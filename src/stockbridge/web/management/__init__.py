"""The commands of `stockbridge`."""
