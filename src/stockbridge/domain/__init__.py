"""The words and the decisions: pure functions on frozen values."""
