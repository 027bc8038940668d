"""The screens: each module here is found and mounted by itself.

A screen module has `urlpatterns` (a list of `path`), and may have `MENU` (menu
entries, see `stockbridge.web.menu`), `GLANCE` (columns of the list of companies, see
`stockbridge.web.glance`) and `MOUNT = "root"` for addresses that belong to
no company; all others live below `/c/<company>/`.
"""

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def screen_modules() -> tuple[ModuleType, ...]:
    """Return all screen modules, in the order of their names."""
    found = pkgutil.walk_packages(__path__, prefix=f"{__name__}.")
    return tuple(
        importlib.import_module(module.name)
        for module in found
        if ".tests" not in module.name
    )
