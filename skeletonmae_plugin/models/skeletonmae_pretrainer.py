"""The whole method on one screen."""

from collections.abc import Sequence
from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModel
from torch import Tensor, nn

from .layers import pool_flags
from .pooling import pools_persons
from .reconstruction_head import PretrainOutputs


@MODELS.register_module()
class SkeletonMAEPretrainer(BaseModel):
    """Masked pre-training of a skeleton backbone (paper, section 3.2).

    Hide joints, encode what is left, decode, compare where something was
    hidden and is there. It holds no layer of its own.

    Args:
        backbone: ``forward(x, mask, valid)`` -> (N, M, D, T', V): SkeletonMAE,
            STRL, or a stock backbone in InputMaskedBackbone.
        neck: The decoder, ``forward(latent, mask, valid)``.
        head: One head or several; each has ``loss(PretrainOutputs)`` -> dict.
            The clips of one sample (``num_clips``) lie side by side in N.
        target: A target generator. Default: CoordinateTarget.
        data_preprocessor: Default: SkeletonDataPreprocessor.
        hide: False: nothing is hidden, whatever the mask, and every joint that
            is there is predicted: an auto-encoder, to compare hiding with.

    Shapes:
        - inputs: (N, M, T, V, C), N = batch x clips
        - mask, valid: (N, M, T, V) bool, True = hidden, True = exists
        - sample_idx: (batch,) long, which clip of the data set a sample is

    Raises:
        ValueError: If the backbone pools persons.
    """

    def __init__(
        self,
        backbone: dict,
        neck: dict,
        head: dict | Sequence[dict],
        target: dict | None = None,
        data_preprocessor: dict | None = None,
        hide: bool = True,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(
            data_preprocessor=data_preprocessor
            or dict(type='SkeletonDataPreprocessor'),
            init_cfg=init_cfg,
        )
        self.hide = hide
        self.backbone: Any = MODELS.build(backbone)
        if pools_persons(self.backbone):
            raise ValueError(
                f'{type(self.backbone).__name__} pools persons, but the '
                'decoder needs the joints of each: set pool_persons=False in '
                'the backbone, or take one that can'
            )
        self.neck = MODELS.build(neck)
        self.target = MODELS.build(target or dict(type='CoordinateTarget'))
        self.target.attach(self.backbone)
        heads = [head] if isinstance(head, dict) else head
        self.heads = nn.ModuleList(MODELS.build(cfg) for cfg in heads)
        module: Any
        for module in self.heads:
            module.attach(self.target)

    def forward(
        self,
        inputs: Tensor,
        data_samples: list | None = None,
        mode: str = 'tensor',
        mask: Tensor | None = None,
        valid: Tensor | None = None,
        sample_idx: Tensor | None = None,
    ) -> Any:
        """``loss`` -> losses, ``predict`` -> samples, ``tensor`` -> latent."""
        if mode == 'loss':
            return self.loss(inputs, mask, valid, sample_idx)
        if mode == 'predict':
            return self.predict(inputs, mask, valid, data_samples or [])
        if mode == 'tensor':
            return self.backbone(inputs, mask, valid)
        raise ValueError(
            f"mode must be 'loss', 'predict' or 'tensor', got {mode!r}"
        )

    def loss(
        self,
        inputs: Tensor,
        mask: Tensor | None,
        valid: Tensor | None,
        sample_idx: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """The losses of all heads, each a scalar."""
        outputs = self.reconstruct(inputs, mask, valid)
        outputs = outputs._replace(sample_idx=sample_idx)
        losses: dict[str, Tensor] = {}
        head: Any
        for head in self.heads:
            new = head.loss(outputs)
            if losses.keys() & new.keys():
                raise ValueError(
                    f'two heads give {sorted(losses.keys() & new.keys())}; '
                    "set a ReconstructionHead's name to tell them apart"
                )
            losses.update(new)
        return losses

    def reconstruct(
        self, inputs: Tensor, mask: Tensor | None, valid: Tensor | None
    ) -> PretrainOutputs:
        """Hide, encode, decode; shapes in :class:`PretrainOutputs`."""
        if mask is None:
            raise ValueError(
                'there is no mask: put MaskSkeletonParts in the '
                'pipeline of the pre-training'
            )
        target, defined = self.target(inputs, valid, self.backbone)
        shown = mask if self.hide else None  # None: all of it
        latent = self.backbone(inputs, shown, valid)
        pred = self.neck(latent, shown, valid)
        wanted = mask if self.hide else torch.ones_like(mask)
        hidden = pool_flags(wanted, target.shape[2])
        if defined is None:
            defined = torch.ones_like(hidden)
        return PretrainOutputs(
            pred, target, hidden & defined, defined, latent, valid
        )

    def predict(
        self,
        inputs: Tensor,
        mask: Tensor | None,
        valid: Tensor | None,
        data_samples: list,
    ) -> list[Any]:
        """Add ``reconstruction`` to each sample, of its first clip.

        A dict of CPU tensors: pred and target (M, T', V, C'), mask and valid
        (M, T', V), True = there is a target.
        """
        if not data_samples:
            raise ValueError(
                "mode 'predict' needs data_samples, to put the "
                'reconstruction into; for bare features use '
                "mode 'tensor'"
            )
        outputs = self.reconstruct(inputs, mask, valid)
        clips = len(inputs) // len(data_samples)
        fields = dict(
            pred=outputs.pred,
            target=outputs.target,
            mask=outputs.mask,
            valid=outputs.defined,
        )
        fields = {k: v[::clips].cpu() for k, v in fields.items()}
        for i, sample in enumerate(data_samples):
            # A view would drag the whole batch into every dumped sample.
            sample.reconstruction = {
                k: v[i].clone() for k, v in fields.items()
            }
        return data_samples
