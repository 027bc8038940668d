"""A screen with 100,000 rows behind it: milliseconds on the server, beside a floor.

    python -m benchmarks.table_pages [ROWS]

The floor is what cannot be avoided: 50 rows of the first page read bare, by the same
index, in the same process. STOCKBRIDGE_DATABASE chooses the database to measure on (an
empty one); without it a SQLite file that is thrown away.
"""

from functools import partial

from benchmarks.timing import best_ms, run_alone

REPEATS = 5
LIMIT_MS = 150
PAGES = {
    "first page": "",
    "page in the middle": "?page=1000",
    "last page": "?page=2000",
    "sorted down, middle": "?sort=-email&page=1000",
    "sorted by a column without index": "?sort=role",
    "search, one hit": "?q=99999",
    "search, all hit": "?q=member",
    "search, none": "?q=nothing-such",
    "filter, nearly all": "?role=member",
}


def fill(rows: int) -> str:
    """Make a company with so many members; return the address of its users screen."""
    from stockbridge.companies.models import Company, Membership, User
    from stockbridge.companies.permissions import Role

    company = Company.objects.create(name="Crowd", slug="crowd")
    for start in range(0, rows, 10_000):
        users = User.objects.bulk_create(
            User(email=f"m{n:06}@example.com", display_name=f"Member {n}")
            for n in range(start, min(start + 10_000, rows))
        )
        Membership.objects.bulk_create(
            Membership(company=company, user=user) for user in users
        )
    owner = User.objects.create(email="owner@example.com", is_superuser=True)
    Membership.objects.create(company=company, user=owner, role=Role.ADMINISTRATOR)
    return "/c/crowd/users/"


def main(rows: int) -> int:
    """Measure, print, and return how many pages were slower than the limit."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from stockbridge.companies.models import Membership, User

    call_command("migrate", verbosity=0)
    address = fill(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself after a while
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email="owner@example.com"))
    bare = Membership.objects.select_related("user", "company").order_by("pk")
    first = bare.filter(company__slug="crowd")[:50]
    floor = best_ms(lambda: list(first.all()), repeats=REPEATS).wall
    print(f"{rows:,} rows; floor {floor:.1f} ms")
    slow = 0
    for name, query in PAGES.items():
        took = best_ms(partial(client.get, address + query), repeats=REPEATS).wall
        slow += took > LIMIT_MS
        print(f"{took:7.1f} ms  {took / floor:6.1f} x  {name}")
    return slow


if __name__ == "__main__":
    run_alone(main)
