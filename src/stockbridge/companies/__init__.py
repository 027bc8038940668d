"""Who works here, for which company, and what each may do."""
