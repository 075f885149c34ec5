"""Pictures of skeleton clips and a report."""

from .draw import draw_clip, draw_strip, reconstruction_rows
from .report import render_report, write_report
from .skeleton_visualizer import SkeletonVisualizationHook, SkeletonVisualizer

__all__ = [
    'SkeletonVisualizationHook',
    'SkeletonVisualizer',
    'draw_clip',
    'draw_strip',
    'reconstruction_rows',
    'render_report',
    'write_report',
]
