"""What is fast, measured: each figure beside its floor, from the same run."""
