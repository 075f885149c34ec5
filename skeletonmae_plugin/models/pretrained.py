"""Pre-trained weights arrive, or the run stops."""

from collections.abc import Sequence
from fnmatch import fnmatch
from itertools import zip_longest
from typing import Any

from mmengine.logging import MMLogger
from mmengine.model import BaseModule, PretrainedInit
from mmengine.registry import WEIGHT_INITIALIZERS
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from ..layouts import Layout
from ..variables import unset_variable, where_from
from ..weights import GENERATED_MOTION, shipped_weights
from .positions import resample_positions

#: Tensors of STRL and its encoder that have an axis of joints. Of graph layers
#: that is the learned adjacency alone, for these look at bones.
STRL_OF_JOINTS = ('*joint_embedding', '*.mix.learned')
#: Such tensors of MMAction2's networks too. A module with others names them in
#: its attribute ``of_joints``.
OF_JOINTS = (
    *STRL_OF_JOINTS,
    '*data_bn.*',
    '*.gcn.A',
    '*.gcn.PA',
)
_REMEDY_SHIPPED = (
    f'{GENERATED_MOTION!r} is for the STRL of the default recipe, '
    'strl_finetune_*.py, with all its streams; another network, and that of '
    '*_paper.py, needs a pre-training of its own'
)


class StrictModule(BaseModule):
    """A module whose ``init_cfg=dict(type='Pretrained')`` is strict.

    MMEngine only warns when tensors are missing or of another shape, and a
    run then goes on from random weights. Here that is an error, unless
    ``init_cfg`` names the tensors: ``dict(type='Pretrained', checkpoint=...,
    prefix='backbone.', allow=['embedding.joint_embedding'])``.
    """

    init_cfg: dict | list | None

    def init_weights(self) -> None:
        """Initialise, then load what ``init_cfg`` asks for."""
        pretrained = self._pretrained_cfg()
        if pretrained is None:
            super().init_weights()
            return
        kept, self.init_cfg = self.init_cfg, None
        try:
            super().init_weights()
        finally:
            self.init_cfg = kept
        load_pretrained(
            self,
            pretrained['checkpoint'],
            prefix=pretrained.get('prefix', ''),
            allow=pretrained.get('allow', ()),
        )

    def _pretrained_cfg(self) -> dict | None:
        cfg = self.init_cfg
        if not cfg:
            return None
        cfgs = [cfg] if isinstance(cfg, dict) else list(cfg)
        found = [c for c in cfgs if is_pretrained(c)]
        if found and len(cfgs) > 1:
            raise ValueError(
                'init_cfg must be the Pretrained dict alone: '
                'nothing else survives it'
            )
        return found[0] if found else None

    def train(self, mode: bool = True) -> 'StrictModule':
        """Switch the mode; what is frozen stays in eval mode."""
        super().train(mode)
        for module in getattr(self, '_frozen', ()):
            module.eval()
        return self

    def freeze(self, *modules: nn.Module) -> None:
        """No gradient, and batch norm keeps its statistics."""
        for module in modules:
            module.requires_grad_(False)
            module.eval()
        # A tuple: a frozen module must not be registered a second time.
        self._frozen = modules


def is_pretrained(init_cfg: dict) -> bool:
    """Whether an ``init_cfg`` loads a checkpoint, by whatever name.

    MMEngine takes ``'Pretrained'``, with a scope or a path before it, and in
    Python configs the class.
    """
    kind = init_cfg.get('type')
    if isinstance(kind, str):
        kind = WEIGHT_INITIALIZERS.get(kind)
    return isinstance(kind, type) and issubclass(kind, PretrainedInit)


def load_pretrained(
    module: nn.Module,
    checkpoint: str,
    prefix: str = '',
    allow: Sequence[str] = (),
) -> None:
    """Load a checkpoint's tensors under ``prefix`` into a module, all of them.

    Args:
        module: Takes the tensors.
        checkpoint: File that MMEngine can load, or 'generated-motion', the
            weights that come with the package. The placeholder ``<NAME>``
            stands for an environment variable that is not set.
        prefix: Start of the tensors' names in the file, cut off here.
        allow: Patterns (as in file names) of tensors that may be missing,
            unexpected, of another shape, or of other joints (a training of
            ours notes in its checkpoint which joints its clips had); those
            keep their initial values. Temporal position embeddings of clips
            of another length need not be named: they are interpolated.

    Raises:
        ValueError: If the variable is not set, or tensors do not fit.
        FileNotFoundError: If there is no such file.
    """
    unset = unset_variable(checkpoint)
    if unset:
        raise ValueError(
            f'no pre-trained weights are given: set {unset}=FILE, or give '
            'the checkpoint of init_cfg by --cfg-options, or train with the '
            'strl_scratch_* config'
        )
    shipped = checkpoint == GENERATED_MOTION
    file = _shipped(module) if shipped else checkpoint
    try:
        loaded = CheckpointLoader.load_checkpoint(file, 'cpu')
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f'{file}{where_from(file)}: no such file of '
            'pre-trained weights; a pre-training writes epoch_N.pth into its '
            'folder in work_dirs'
        ) from error
    state = _state_of(loaded, file)
    state = {
        name[len(prefix) :]: tensor
        for name, tensor in state.items()
        if name.startswith(prefix)
    }
    if not state:
        raise ValueError(
            f'{file} holds no tensor whose name begins with {prefix!r}'
        )
    wanted = module.state_dict()
    strict = {k: v for k, v in state.items() if not _matches(k, allow)}
    resampled = resample_positions(strict, wanted)
    faults = _compare(wanted, {**state, **resampled})
    # A shape that does not fit says more.
    faults = {**_of_other_joints(module, loaded, state), **faults}
    left = {key for key in faults if _matches(key, allow)}
    bad = [text for key, text in faults.items() if key not in left]
    if len(bad) > 8:
        bad[8:] = [f'and {len(bad) - 8} more']
    if bad:
        raise ValueError(
            f'{file} does not fit {type(module).__name__}:\n  '
            + '\n  '.join(bad)
            + '\n'
            + _remedy(module, state, shipped)
        )
    state |= resampled
    module.load_state_dict(
        {key: value for key, value in state.items() if key not in left},
        strict=False,
    )
    MMLogger.get_current_instance().info(
        f'{len(state) - len(left & set(state))} tensors of '
        f'{type(module).__name__} loaded from {file}'
        + (f'; not loaded, as allowed: {sorted(left)}' if left else '')
        + _told(resampled)
    )


def _state_of(loaded: Any, file: str) -> dict[str, Tensor]:
    """The tensors of a checkpoint, without a parallel wrapper's prefix."""
    state = loaded
    if _is_named(loaded):
        state = loaded.get('state_dict', loaded)
    if not _is_named(state):
        raise ValueError(
            f'{file}: expected tensors by name, or a dict of them at '
            f"'state_dict', got {type(loaded).__name__}"
        )
    return {name.removeprefix('module.'): state[name] for name in state}


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(k, str) for k in value)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _told(resampled: dict[str, Tensor]) -> str:
    if not resampled:
        return ''
    steps = {len(tensor) for tensor in resampled.values()}.pop()
    return (
        '; the clips have another length: temporal positions interpolated to '
        f'{steps} steps in {sorted(resampled)}'
    )


def _shipped(module: nn.Module) -> str:
    """The file of ``generated-motion`` for the clips that a module takes."""
    for part in module.modules():
        layout: Any = getattr(part, 'layout', None)
        channels: Any = getattr(part, 'in_channels', None)
        if isinstance(layout, Layout) and channels is not None:
            return str(shipped_weights(layout, channels))
    raise ValueError(
        f'{GENERATED_MOTION!r} is for STRL, got {type(module).__name__}; give '
        'the file of a checkpoint'
    )


def _of_other_joints(
    module: nn.Module, loaded: dict, state: dict[str, Tensor]
) -> dict[str, str]:
    """Faults of layouts that differ, which shapes need not show."""
    meta = loaded.get('meta') or {}
    given = (meta.get('dataset_meta') or {}).get('joints')
    layouts = (getattr(part, 'layout', None) for part in module.modules())
    joints = next((x.joints for x in layouts if isinstance(x, Layout)), None)
    if given is None or joints is None or tuple(given) == joints:
        return {}
    pairs = enumerate(zip_longest(given, joints))
    v, (theirs, ours) = next(pair for pair in pairs if len(set(pair[1])) > 1)
    patterns = list(OF_JOINTS)
    for path, part in module.named_modules():
        start = f'{path}.' if path else ''
        patterns += [start + name for name in getattr(part, 'of_joints', ())]
    return {
        key: f'{key}: joint {v} is {theirs!r} in the file, {ours!r} in the '
        'model'
        for key in state
        if _matches(key, patterns)
    }


def _compare(
    expected: dict[str, Tensor], given: dict[str, Tensor]
) -> dict[str, str]:
    """Tensor name -> what is wrong with it."""
    faults = {}
    for key in expected.keys() | given.keys():
        if key not in given:
            # Files from before torch counted batches lack it, and may.
            if not key.endswith('num_batches_tracked'):
                faults[key] = f'{key}: missing in the file'
        elif key not in expected:
            faults[key] = f'{key}: unexpected in the file'
        elif expected[key].shape != given[key].shape:
            faults[key] = (
                f'{key}: shape {tuple(given[key].shape)} in the '
                f'file, {tuple(expected[key].shape)} in the model'
            )
    return dict(sorted(faults.items()))


def _remedy(module: nn.Module, given: dict[str, Tensor], shipped: bool) -> str:
    """What to do about a file that does not fit."""
    start = 'backbone.'
    inner = {key.removeprefix(start) for key in given if key.startswith(start)}
    if len(inner) == len(given) and inner & module.state_dict().keys():
        return f'give init_cfg prefix={start!r}, as these names begin'
    if shipped:
        return _REMEDY_SHIPPED
    if any(key.startswith('layers.') for key in given) and not hasattr(
        module, 'layers'
    ):
        return (
            'the file holds a whole STRL, not an encoder alone: take the '
            'checkpoint of a skeletonmae_pretrain_* config, or give this one '
            "to the STRL's own init_cfg"
        )
    return (
        'build the model as it was pre-trained (layout, in_channels, '
        "streams, ...), or name these tensors in init_cfg's allow "
        '(label_efficiency.py: --other-joints)'
    )
