"""How this installation is set up."""
