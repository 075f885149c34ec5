"""What makes pre-training pay: tables of docs/study.md, made again."""

from .tables import TABLES, Row

__all__ = ['TABLES', 'Row']
