"""What people ask for, by screen, command or API: each act once, with its checks."""
