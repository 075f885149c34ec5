"""Pictures of skeleton clips and a report."""
from .draw import draw_clip, draw_strip, reconstruction_rows
from .skeleton_visualizer import SkeletonVisualizationHook, SkeletonVisualizer

__all__ = [
    'SkeletonVisualizationHook', 'SkeletonVisualizer', 'draw_clip',
    'draw_strip', 'reconstruction_rows'
]
