"""How the WooCommerce versions differ, as far as real stores showed it.

Measured: 7.1.1, 8.9.3, 11.0.1, and 10.5.0 in part. Where 10.5 was not asked it is
taken to behave as 11.0.1; `order.refunds[].total_tax` and `gallery_image_ids` are
known to be younger than 10.5.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Version:
    """One WooCommerce version and the WordPress below it."""

    name: str
    wordpress: str
    number: tuple[int, ...]  # the name as it can be compared

    def since(self, *number: int) -> bool:
        """Say whether this version is `number` or later."""
        return self.number >= number

    @property
    def missing_product_keys(self) -> frozenset[str]:
        """Return the keys that a product does not have yet."""
        keys: set[str] = set()
        if not self.since(9, 2):
            keys |= {"brands", "global_unique_id"}
        if not self.since(8):
            keys |= {"generated_slug", "permalink_template", "post_password"}
        return frozenset(keys)

    @property
    def missing_variation_keys(self) -> frozenset[str]:
        """Return the keys that a variation does not have yet."""
        keys: set[str] = set()
        if not self.since(11):
            keys.add("gallery_image_ids")
        if not self.since(9, 2):
            keys |= {"global_unique_id", "type"}
        if not self.since(8):
            keys |= {"name", "parent_id"}
        return frozenset(keys)

    @property
    def links_have_hints(self) -> bool:
        """Say whether `_links.self` carries `targetHints` (WordPress 6.7)."""
        return tuple(int(part) for part in self.wordpress.split(".")[:2]) >= (6, 7)


_WORDPRESS = {"7.1.1": "6.1.12", "8.9.3": "6.5.10", "10.5": "7.0.4", "11.0.1": "7.0.4"}
VERSIONS = tuple(_WORDPRESS)


def version_named(name: str) -> Version:
    """Return the version called `name`; raise `ValueError` for an unknown one."""
    if name not in _WORDPRESS:
        raise ValueError(f"No WooCommerce {name} here, only {', '.join(VERSIONS)}.")
    number = tuple(int(part) for part in name.split("."))
    return Version(name, _WORDPRESS[name], number)
