"""Tests of the connector to the embedded back office."""
