"""The demonstration: a simulated store, the back office, and what joins them."""
