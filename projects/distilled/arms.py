"""Arms of the study: their configs, and which needs which."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mmengine.config import Config
from mmengine.registry import init_default_scope

from skeletonmae_plugin.label_efficiency import configs
from skeletonmae_plugin.label_efficiency.cells import Cell

HERE = Path(__file__).resolve().parent
#: Arm -> its config, beside this file.
CONFIGS = {
    'teacher_pretrain': 'configs/teacher_pretrain_nwucla.py',
    'student_pretrain': 'configs/student_pretrain_nwucla.py',
    'teacher': 'configs/teacher_finetune_nwucla.py',
    'student_scratch': 'configs/student_scratch_nwucla.py',
    'student_pretrained': 'configs/student_finetune_nwucla.py',
    'student_distilled': 'configs/student_distilled_nwucla.py',
    'student_unlabelled': 'configs/student_distilled_unlabelled_nwucla.py',
    'stgcnpp': '../../configs/stgcnpp_nwucla.py',
}
#: Arm of the table -> what it is.
ARMS = {
    'teacher': 'the wide STRL, fine-tuned from its own pre-training',
    'student_scratch': 'the tiny STRL from random weights',
    'student_pretrained': 'the same, fine-tuned from its own pre-training',
    'student_distilled': 'the same from random weights, on the labels and on '
    "the teacher's scores of the labelled clips",
    'student_unlabelled': "the same, and on the teacher's scores of all other "
    'training clips, whose labels are not there',
    'stgcnpp': "MMAction2's ST-GCN++ by its own recipe",
}
#: Arm -> the arm that it begins with or learns from, of the same seed, and
#: the variable by which its config takes the checkpoint.
NEEDS = {
    'teacher': ('teacher_pretrain', 'SKELETONMAE_CHECKPOINT'),
    'student_pretrained': ('student_pretrain', 'SKELETONMAE_CHECKPOINT'),
    'student_distilled': ('teacher', 'STRL_TEACHER'),
    'student_unlabelled': ('teacher', 'STRL_TEACHER'),
}


def source_of(cell: Cell) -> Cell | None:
    """The cell whose checkpoint a cell needs."""
    if cell.arm not in NEEDS:
        return None
    arm = NEEDS[cell.arm][0]
    return Cell(arm, cell.fraction if arm == 'teacher' else None, cell.seed)


def make_cells(
    arms: Sequence[str],
    fractions: Sequence[float],
    seeds: Sequence[int],
    complete: Sequence[float] = (),
) -> list[Cell]:
    """Cells of some arms and those that they need, seed by seed.

    Args:
        arms: Of ``ARMS``.
        fractions: Parts of the labels.
        seeds: Of label subset, weights and order.
        complete: Fractions that leave no clip unlabelled.
    """
    found: dict[Cell, None] = {}  # in order, each once

    def add(cell: Cell) -> None:
        source = source_of(cell)
        if source is not None:
            add(source)
        found[cell] = None

    for seed in seeds:
        for fraction in fractions:
            for arm in arms:
                if arm != 'student_unlabelled' or fraction not in complete:
                    add(Cell(arm, fraction, seed))
    return list(found)


def make_config(
    cell: Cell, epochs: float = 1.0, checkpoint: str | None = None
) -> Config:
    """The config of a cell; sets environment variables of this process.

    Args:
        cell: The cell.
        epochs: Part of the config's epochs.
        checkpoint: Of the cell that it needs.
    """
    if checkpoint is not None:
        os.environ[NEEDS[cell.arm][1]] = checkpoint
    cfg = Config.fromfile(HERE / CONFIGS[cell.arm], format_python_code=False)
    init_default_scope(cfg.default_scope)
    configs.prepare(cfg)
    configs.shorten(cfg, epochs)
    configs.save_often(cfg)
    if cell.fraction is not None:
        # The choice is that of choose_subsets.
        cfg.train_dataloader.dataset.update(
            label_fraction=cell.fraction, label_seed=cell.seed
        )
    return cfg
