"""The health of a skeleton file: look, tell, mend."""

from .examine import Health, examine
from .fixing import Mended, mend
from .picture import draw_health
from .report import report_text, report_values
from .source import open_source

__all__ = [
    'Health',
    'Mended',
    'draw_health',
    'examine',
    'mend',
    'open_source',
    'report_text',
    'report_values',
]
