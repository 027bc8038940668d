"""Runs: groups of work that a person asked for. Previewed, approved, watched, undone.

One module per kind of run says what it shows and what it does; `lifecycle` says how
any run goes from one state to the next, a slice at a time.
"""

from stockbridge.engine.runs.lifecycle import (
    end_stopped,
    follow_runs,
    refresh_at_next_visit,
    work_on_books_runs,
    work_on_runs,
)

__all__ = [
    "end_stopped",
    "follow_runs",
    "refresh_at_next_visit",
    "work_on_books_runs",
    "work_on_runs",
]
