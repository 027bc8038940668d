"""The embedded back office: items, stock, partners, customer orders, accounts."""
