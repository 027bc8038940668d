"""The JSON API: what the screens can do, for programs. Docs: docs/api.md."""
