"""Several models of the same clips, joined by their scores."""
