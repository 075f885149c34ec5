"""The paper's tables, each by one command."""

from .rows import TABLES, Line, Place

__all__ = ['TABLES', 'Line', 'Place']
