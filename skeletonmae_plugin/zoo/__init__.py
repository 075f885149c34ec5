"""The shipped configs as a whole: their text, their sizes, their table."""
