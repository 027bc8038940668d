"""What the back office's screens share: their forms, and how these act."""
