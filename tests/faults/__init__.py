"""What must not matter: kills, cut lines, lost answers, at every step."""
