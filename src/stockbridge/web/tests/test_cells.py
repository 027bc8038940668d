"""Values as they stand in cells."""

import pytest

from stockbridge.web.cells import who


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("web@till-2/21642/c79103#1399245640", "till-2"),
        ("till-2/demo/9f27", "till-2"),
        ("Ada Archer", "Ada Archer"),
        ("ada@example.com", "ada@example.com"),
        ("API: till/shop export", "API: till/shop export"),
        ("", ""),
    ],
)
def test_a_worker_is_named_by_its_machine_and_a_person_as_written(
    name: str, shown: str
) -> None:
    assert who(name) == shown
