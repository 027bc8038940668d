"""What the commands share: saying, choosing, asking, and doing jobs on the spot."""
