"""Drawing and reports."""
