"""What teaches how fast the books write: writes, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stockbridge.domain.pacing import UNKNOWN
from stockbridge.engine.desk.tests.till import CAPABILITIES
from stockbridge.engine.desk.tests.visiting import a_visit_to_come
from stockbridge.engine.models import DeskAccess
from stockbridge.ports import CompanyNotice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("took_s", [0.1, 30.0])
def test_neither_a_check_nor_a_release_says_how_fast_the_books_write(
    took_s: float,
) -> None:
    capabilities = replace(CAPABILITIES, keeps_answers=True)
    _, caller = a_visit_to_come(capabilities=capabilities)
    caller.till.keeps_answers = True
    caller.sign_in()
    taught: dict[str, bool] = {}

    def pace() -> float:
        return DeskAccess.objects.get(pk=caller.connection.pk).pace

    while envelope := caller.desk().next_envelope(caller.ticket, CompanyNotice()):
        before = pace()
        answer = caller.till.process(envelope)
        caller.now += timedelta(seconds=took_s)
        percent = caller.desk().take_answer(caller.ticket, answer)
        kind = caller.till.kinds()[-1]
        taught[kind] = taught.get(kind, False) or pace() != before
        if percent == 100:
            break

    assert pace() != UNKNOWN
    assert taught == {
        "CheckCompany": False,
        "Write": True,
        "Read": False,
        "Release": False,
    }
