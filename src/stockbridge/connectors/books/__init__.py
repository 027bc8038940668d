"""Connectors to books."""
