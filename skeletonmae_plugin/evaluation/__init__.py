"""Metrics, baselines, probes and measures of collapse."""

from .baselines import (
    interpolate_hidden,
    interpolate_in_space,
    interpolate_in_time,
)
from .collapse import effective_rank, spread
from .features import Features, extract_features
from .guess_metric import GuessMetric
from .labelled_acc_metric import LabelledAccMetric
from .probe import Probe, knn_predict, linear_probe
from .probe_data import probe_loaders
from .probe_metrics import KNNMetric, LinearProbeMetric
from .reconstruction_metric import ReconstructionMetric

__all__ = [
    'Features',
    'GuessMetric',
    'KNNMetric',
    'LabelledAccMetric',
    'LinearProbeMetric',
    'Probe',
    'ReconstructionMetric',
    'effective_rank',
    'extract_features',
    'interpolate_hidden',
    'interpolate_in_space',
    'interpolate_in_time',
    'knn_predict',
    'linear_probe',
    'probe_loaders',
    'spread',
]
