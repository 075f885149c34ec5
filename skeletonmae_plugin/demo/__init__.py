"""The steps of ``make demo`` and the report of what they gave."""
