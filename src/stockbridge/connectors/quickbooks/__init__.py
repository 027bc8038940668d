"""What QuickBooks Desktop and QuickBooks Online mean alike.

Settings that are asked in the same words, and rules of which item, account and
customer a document names. How it is written is each connector's own.
"""
