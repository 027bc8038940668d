"""A small world with people around it: a shop, its books, and who may do what.

trade = a_trade()
trade.world.shop.place(an_order())
trade.world.rest()
assert "727" in trade.text("store_orders")
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.utils import timezone

from stockbridge.companies.models import Membership, User
from stockbridge.domain.tests.builders import a_line
from stockbridge.engine.models import Bridge, Connection, Run
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.web.tests.answers import Answer
from stockbridge.web.tests.people import People, make_people


@dataclass(frozen=True, slots=True)
class Trade:
    """The world, and the people of its company."""

    world: World
    people: People

    @property
    def bridge(self) -> Bridge:
        """What joins the shop and its books."""
        return self.world.bridge

    def url(self, name: str, **parts: object) -> str:
        """Return an address of the company."""
        return self.people.url(name, **parts)

    def get(self, url: str, user: User | None = None) -> HttpResponse:
        """Open an address (default: as the owner)."""
        return _plain(self.people.client(user).get(url))

    def text(self, name: str, query: str = "", **parts: object) -> str:
        """Return what the owner reads there."""
        answer = self.get(self.url(name, **parts) + query)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def order_url(self, order_id: str = "727") -> str:
        """Return an order's page."""
        return self.url("order", uid=self.bridge.uid, order=order_id)

    def post(
        self,
        url: str,
        data: Mapping[str, object] | None = None,
        user: User | None = None,
    ) -> HttpResponse:
        """Do something (default: as the owner)."""
        return _plain(self.people.client(user).post(url, dict(data or {})))

    def said(self, url: str, data: Mapping[str, object] | None = None) -> str:
        """Do something as the owner, and return what the next page says."""
        answer = self.people.client().post(url, dict(data or {}), follow=True)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def newest_run(self) -> Run:
        """Return the run that was started last."""
        return Run.objects.exclude(kind=Run.Kind.AUTOMATIC).latest("pk")


def _plain(answer: Answer) -> HttpResponse:
    assert isinstance(answer, HttpResponse)
    return answer


def a_trade(**options: object) -> Trade:
    """Return a world at rest that lives today, and the people of its company."""
    world = a_world(**options)
    world.clock.at = timezone.now()
    world.rest(rounds=1)
    # What the screens ask of the books is asked of the real back office, empty here.
    Connection.objects.filter(pk=world.bridge.books_id).update(settings={})
    people = make_people()
    rows = Membership.objects.filter(company=people.company)
    rows.update(company=world.company)
    return Trade(world, replace(people, company=world.company))


def a_held_order(trade: Trade) -> None:
    """Let somebody buy an item that the books do not know."""
    unknown = a_line(item_id="95", product_id="95", sku="CUP", name="Cup")
    trade.world.shop.place(an_order(lines=(unknown,)))
    trade.world.rest()
