"""Layers of the method: graph operators, batch norm, time and persons."""

from .gat_conv import GATConv
from .gcn_conv import GCNConv
from .gin_conv import GINConv
from .graph_convs import GRAPH_CONVS, build_graph_conv
from .joint_mlp import JointMLP
from .masked_batch_norm import MaskedBatchNorm1d
from .multi_scale_temporal import MultiScaleTemporal
from .persons import (
    Persons,
    check_coordinates,
    check_flags,
    find_persons,
    known_joints,
    valid_by_zeros,
)
from .skeleton_embedding import SkeletonEmbedding
from .skeleton_encoder import SkeletonEncoder
from .strl_layer import STRLLayer
from .time import (
    joints_first,
    patchify,
    pool_flags,
    step_flags,
    unpatchify,
)

__all__ = [
    'GRAPH_CONVS',
    'GATConv',
    'GCNConv',
    'GINConv',
    'JointMLP',
    'MaskedBatchNorm1d',
    'MultiScaleTemporal',
    'Persons',
    'SkeletonEmbedding',
    'SkeletonEncoder',
    'STRLLayer',
    'build_graph_conv',
    'check_coordinates',
    'check_flags',
    'find_persons',
    'joints_first',
    'known_joints',
    'patchify',
    'pool_flags',
    'step_flags',
    'unpatchify',
    'valid_by_zeros',
]
