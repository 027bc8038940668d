"""The API as a whole: its parts, its document, its pages."""

from ninja import NinjaAPI

from stockbridge import __version__
from stockbridge.web.api import (
    alerts,
    attributes,
    backoffice,
    bridges,
    company,
    connections,
    issues,
    logs,
    people,
    queue,
    records,
    refusals,
    rules,
    runs,
    statement,
    stock,
)

ABOUT = """What the screens of Stockbridge can do, for programs.

Send `Authorization: Bearer sb_…` with each call. A token belongs to one company and
has permissions of its own; each operation names the one that it needs (`x-permission`).
Lists come in pages: pass `next_cursor` as `cursor` until it is null. Amounts are text,
exact to the cent. A refusal says what happened (`message`), what to do (`remedy`), and
which fields do not fit (`errors`)."""

api = NinjaAPI(
    title="Stockbridge",
    version=__version__,
    description=ABOUT,
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
)
refusals.install(api)
for part in (
    company,
    people,
    alerts,
    connections,
    bridges,
    attributes,
    records,
    queue,
    issues,
    rules,
    runs,
    stock,
    statement,
    logs,
    backoffice,
):
    api.add_router("", part.router)
