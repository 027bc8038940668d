"""Books that hand their sales on name a kind of books that there is."""

from stockbridge.connectors import registry


def test_who_hands_sales_on_names_other_books_that_there_are() -> None:
    slugs = {one.slug for one in registry.books()}
    givers = {one.slug: one.hands_on_to for one in registry.books() if one.hands_on_to}

    assert givers == {"quickbooks_pos": "quickbooks_desktop"}
    assert set(givers.values()) <= slugs - set(givers)
