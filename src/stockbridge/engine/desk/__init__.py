"""Serving books that call us: a desk, its visits, their envelopes and answers."""
