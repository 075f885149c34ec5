"""The index of the configs that ``mim`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from .complexity import Complexity
from .rows import Row

COLLECTION = 'SkeletonMAE'
#: What it says in its first line.
MADE = '# Made by tools/make_metafile.py of the configs and of zoo.yml.\n'


def metafile(rows: Sequence[Row]) -> str:
    """The text of configs/metafile.yml."""
    collection = dict(
        Name=COLLECTION,
        README='README.md',
        Paper=dict(
            Title='SkeletonMAE: Graph-based Masked Autoencoder for Skeleton '
            'Sequence Pre-training',
            URL='https://arxiv.org/abs/2307.08476',
        ),
    )
    content = dict(
        Collections=[collection], Models=[_model(row) for row in rows]
    )
    return MADE + yaml.safe_dump(
        content, sort_keys=False, allow_unicode=True, width=200
    )


def read_sizes(path: Path) -> dict[str, Complexity]:
    """What a metafile says of the size of each model."""
    models = yaml.safe_load(path.read_text('utf-8'))['Models']
    return {
        model['Name']: Complexity(
            model['Metadata']['Parameters'], model['Metadata']['FLOPs']
        )
        for model in models
    }


def _model(row: Row) -> dict[str, Any]:
    facts = row.facts
    model: dict[str, Any] = dict(
        Name=row.config,
        Config=f'configs/{row.config}.py',
    )
    model['In Collection'] = COLLECTION
    model['Metadata'] = {
        'Training Data': facts.title,
        'Protocol': ', '.join(facts.protocols),
        'Parameters': row.size.parameters,
        'FLOPs': row.size.macs,
        'Command': row.command,
        'Measured': row.ours,
    }
    if row.published:
        model['Metadata']['Published'] = dict(row.published)
    if row.measured:
        model['Results'] = [
            dict(
                Task='Skeleton-based Action Recognition',
                Dataset=f'{facts.title}, {protocol}',
                Metrics={facts.measure: value},
            )
            for protocol, value in row.measured.items()
        ]
    return model
