"""Stockbridge keeps online stores and back offices in step, to the cent."""

__version__ = "0.1.0"
