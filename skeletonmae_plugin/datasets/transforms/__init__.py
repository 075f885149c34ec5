"""Transforms of skeleton clips, in the order of a pipeline."""

from .centre_frames import CentreFrames
from .flip import FlipSkeleton
from .jitter import JitterSkeleton
from .load import LoadSkeleton
from .mask_parts import MaskSkeletonParts
from .normalize import NormalizeSkeleton
from .pack import PackSkeletonInputs
from .rank_persons import RankPersons
from .rotate import RotateSkeleton
from .sample_frames import SampleSkeletonFrames
from .scale import ScaleSkeleton
from .scale_bones import ScaleBones
from .skeleton_pipeline import SkeletonPipeline
from .stock_channels import StockChannels
from .stock_features import StockFeatures
from .streams import SkeletonStreams

__all__ = [
    'LoadSkeleton',
    'RankPersons',
    'SampleSkeletonFrames',
    'MaskSkeletonParts',
    'NormalizeSkeleton',
    'RotateSkeleton',
    'CentreFrames',
    'ScaleSkeleton',
    'ScaleBones',
    'JitterSkeleton',
    'FlipSkeleton',
    'SkeletonPipeline',
    'SkeletonStreams',
    'StockChannels',
    'StockFeatures',
    'PackSkeletonInputs',
]
