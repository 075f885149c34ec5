"""Probes of a model's features, as numbers and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from rich.progress import track
from torch import nn

from ..models.pretrained import load_pretrained
from .features import Features, extract_features
from .probe import KS, knn_predict, linear_probe
from .probe_data import probe_loaders
from .scores import accuracies

#: Stands for a checkpoint: the weights that the model begins with.
INITIAL = 'none'


@dataclass(frozen=True)
class ProbeReport:
    """Outcome of all probes.

    Attributes:
        rows: One dict a probe: ``probe``, ``top1``, ``mean_class_accuracy``
            (both in 0..1).
        choice: How the linear probe's C was chosen, in words.
        C: Its value.
        num_train, num_test, num_classes, embed_dims: Sizes.
    """

    rows: list[dict[str, Any]]
    choice: str
    C: float
    num_train: int
    num_test: int
    num_classes: int
    embed_dims: int


def load_model(cfg: Config, checkpoint: str) -> nn.Module:
    """The model of a config with the weights of a checkpoint, all of them.

    Args:
        cfg: Config of any model.
        checkpoint: A file, or ``'none'`` for the weights that a training of
            this config begins with.

    Raises:
        ValueError: If they do not fit.
        FileNotFoundError: If there is no such file.
    """
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    model: Any = MODELS.build(cfg.model)
    if checkpoint == INITIAL:
        model.init_weights()
    else:
        load_pretrained(model, checkpoint)
    return model


def probe_features(
    cfg: Config, model: nn.Module, device: str = 'cpu'
) -> tuple[Features, Features, Any]:
    """Labelled training and test clips of a config, with progress bars.

    Args:
        cfg: A config with train and test loaders.
        model: Its model.
        device: Where to compute.

    Returns:
        Features of both, and the ``metainfo`` of the test data set.

    Raises:
        ValueError: If one of them has no labelled clip.
    """
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    loaders = probe_loaders(cfg)
    found = []
    for name, loader in zip(('training', 'test'), loaders, strict=True):
        batches = track(loader, f'{name} clips', len(loader))
        labelled = extract_features(model, batches, device).labelled()
        if not len(labelled):
            raise ValueError(
                f'a probe needs labelled {name} clips, got none of '
                f'{len(loader.dataset)}; label some, or choose another split '  # type: ignore[arg-type]
            )
        found.append(labelled)
    metainfo = getattr(loaders[1].dataset, 'metainfo', {})
    return found[0], found[1], metainfo


def run_probes(
    train: Features, test: Features, ks: Sequence[int] = KS, seed: int = 0
) -> ProbeReport:
    """Nearest neighbours and a linear probe on labelled clips.

    Args:
        train: Clips to learn from.
        test: Clips to classify.
        ks: Numbers of neighbours; those that exceed the training clips are
            left out.
        seed: Of the linear probe's cross-validation.
    """
    sets = train.values, train.labels, test.values
    linear = linear_probe(*sets, seed)
    predictions = {
        f'{k}-NN, cosine': knn_predict(*sets, k) for k in ks if k <= len(train)
    }
    predictions['linear'] = linear.predictions
    rows = [
        dict(probe=name, **accuracies(predicted, test.labels))
        for name, predicted in predictions.items()
    ]
    return ProbeReport(
        rows,
        linear.choice,
        linear.C,
        len(train),
        len(test),
        len(set(train.labels.tolist())),
        train.values.shape[1],
    )


def probe_table(report: ProbeReport) -> str:
    """Markdown, in percent, with how C was chosen below."""
    lines = [
        f'{report.num_test} test clips by {report.num_train} training clips '
        f'of {report.num_classes} classes; {report.embed_dims} features.',
        '',
        '| frozen features | top-1 % | mean class % |',
        '|---|---|---|',
    ]
    lines += [
        f'| {row["probe"]} | {100 * row["top1"]:.1f} '
        f'| {100 * row["mean_class_accuracy"]:.1f} |'
        for row in report.rows
    ]
    lines += ['', f'C of the linear probe: {report.choice}.']
    too_many = [f'{k}-NN' for k in KS if k > report.num_train]
    if too_many:
        lines.append(f'Too few training clips for {", ".join(too_many)}.')
    return '\n'.join(lines) + '\n'
