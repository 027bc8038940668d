"""Shops whose books are a simulated QuickBooks, reached as in life: by its caller."""
