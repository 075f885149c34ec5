"""Models, registered in ``mmaction.registry``."""

from .agreement_head import AgreementHead
from .distilled_recognizer import DistilledRecognizer
from .fusing import fuse_batch_norms
from .heatmap_backbone import HeatmapBackbone
from .input_masked_backbone import InputMaskedBackbone
from .late_fusion import LateFusion
from .losses import (
    DistillationLoss,
    MaskedMSELoss,
    MaskedSmoothL1Loss,
    RCELoss,
)
from .reconstruction_head import PretrainOutputs, ReconstructionHead
from .skeleton_data_preprocessor import SkeletonDataPreprocessor
from .skeleton_mae import SkeletonMAE
from .skeletonmae_decoder import SkeletonMAEDecoder
from .skeletonmae_pretrainer import SkeletonMAEPretrainer
from .stemmed_backbone import StemmedBackbone
from .stock_gcn import stock_gcn
from .strl import STRL
from .strl_recognizer import STRLRecognizer
from .targets import CoordinateTarget, EMATarget, EmbeddingTarget, MotionTarget
from .teachers import Teachers

__all__ = [
    'STRL',
    'AgreementHead',
    'CoordinateTarget',
    'DistillationLoss',
    'DistilledRecognizer',
    'EMATarget',
    'EmbeddingTarget',
    'HeatmapBackbone',
    'InputMaskedBackbone',
    'LateFusion',
    'MaskedMSELoss',
    'MaskedSmoothL1Loss',
    'MotionTarget',
    'PretrainOutputs',
    'RCELoss',
    'ReconstructionHead',
    'STRLRecognizer',
    'SkeletonDataPreprocessor',
    'SkeletonMAE',
    'SkeletonMAEDecoder',
    'SkeletonMAEPretrainer',
    'StemmedBackbone',
    'Teachers',
    'fuse_batch_norms',
    'stock_gcn',
]
