"""Connectors to online stores."""
