"""Screens, API, commands, and the calls from outside."""
