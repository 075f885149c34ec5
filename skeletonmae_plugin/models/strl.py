"""The recognition model that the pre-trained encoder is plugged into."""

from collections.abc import Sequence
from typing import cast

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from .compiling import Compilable
from .layers import (
    MultiScaleTemporal,
    STRLLayer,
    check_flags,
    find_persons,
    step_flags,
)
from .pooling import pool_persons
from .pretrained import StrictModule
from .skeleton_mae import SkeletonMAE


@MODELS.register_module()
class STRL(Compilable, StrictModule):
    """Spatial-Temporal Representation Learning (paper, section 3.3).

    An embedding, then M layers that each hold a copy of the pre-trained
    encoder, then multi-scale temporal pooling. Given a ``mask`` it can also
    be pre-trained whole, with time.

    Args:
        encoder: Config of :class:`SkeletonMAE`. Its ``init_cfg`` (a strict
            ``Pretrained``) says where the embedding's and encoders' weights
            come from.
        clip_len: T, frames of a clip; every layer has one position a step.
        num_layers: M. Default: 3, the paper's.
        num_encoders: 1, shared by all persons (default), or 2, one for each
            person of a clip, as in the paper.
        pooling: 'sum' (the paper's), 'mean' or 'none', see
            :class:`STRLLayer`.
        fusion: 'add' or 'concat'.
        pool_norm: Batch norm on the pooled code. Read literally the paper has
            none, and training diverges.
        temporal: Multi-scale temporal convolution in every layer.
        strides: Temporal stride of each layer. Default: 1 each.
        temporal_pooling: Multi-scale temporal pooling at the end.
        pretrained_layers: Layers whose encoders take the pre-trained weights.
            Default: all.
        frozen_encoder: Embedding and encoders, batch norm too, do not change.
        pool_persons: Recognition gives one feature for all persons of a
            clip; pre-training needs each person's own.
        init_cfg: Strict ``Pretrained`` for the whole STRL.

    Shapes:
        - x: (N, M, T, V, C); mask, valid: (N, M, T, V) bool or None
        - output: (N, M, D, T', V), or with ``pool_persons`` (N, 1, D, T', V),
          scaled so that the plain mean over T' and V, which MMAction2's
          GCNHead takes, is the mean over all joints that exist.
    """

    def __init__(
        self,
        encoder: dict,
        clip_len: int = 64,
        num_layers: int = 3,
        num_encoders: int = 1,
        pooling: str = 'sum',
        fusion: str = 'add',
        pool_norm: bool = True,
        temporal: bool = True,
        strides: Sequence[int] | None = None,
        temporal_pooling: bool = True,
        pretrained_layers: Sequence[int] | None = None,
        frozen_encoder: bool = False,
        pool_persons: bool = True,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        strides = tuple(strides or (1,) * num_layers)
        _check_choices(
            pooling, fusion, temporal, strides, num_layers, num_encoders
        )
        _check_encoder(encoder, num_layers, pretrained_layers, frozen_encoder)
        self.clip_len = clip_len
        self.pool_persons = pool_persons
        self.encoder_cfg = dict(encoder)
        self.pretrained_layers = tuple(
            range(num_layers)
            if pretrained_layers is None
            else pretrained_layers
        )
        template = self._build_encoder()
        self.embed_dims = template.embed_dims
        self.patch_size = template.patch_size
        if clip_len % self.patch_size:
            raise ValueError(
                f'clip_len={clip_len} frames cannot be cut into patches of '
                f'{self.patch_size}; choose a multiple'
            )
        self.embedding = template.embedding
        layers = []
        num_steps = clip_len // self.patch_size
        for stride in strides:
            encoders = [
                self._build_encoder().encoder for _ in range(num_encoders)
            ]
            layers.append(
                STRLLayer(
                    encoders,
                    self.embed_dims,
                    num_steps,
                    pooling,
                    fusion,
                    pool_norm,
                    temporal,
                    stride,
                )
            )
            num_steps = -(-num_steps // stride)
        self.layers = nn.ModuleList(layers)
        self.temporal_pooling = (
            MultiScaleTemporal(self.embed_dims) if temporal_pooling else None
        )
        if frozen_encoder:
            self.freeze(self.embedding, *(layer.encoders for layer in layers))

    def _build_encoder(self, init_cfg: dict | None = None) -> SkeletonMAE:
        encoder = MODELS.build({**self.encoder_cfg, 'init_cfg': init_cfg})
        if not isinstance(encoder, SkeletonMAE):
            raise ValueError(
                'the encoder of STRL must be a SkeletonMAE, got '
                f'{type(encoder).__name__}'
            )
        return encoder

    def init_weights(self) -> None:
        """Initialise; then plug the pre-trained encoder in, strictly."""
        init_cfg = self.encoder_cfg.get('init_cfg')
        if init_cfg is not None and self._pretrained_cfg() is not None:
            raise ValueError(
                'weights are given for all of STRL (init_cfg) and for its '
                'encoder (encoder.init_cfg), which would overwrite a part of '
                'them; leave one out (--cfg-options '
                'model.backbone.encoder.init_cfg=None)'
            )
        super().init_weights()
        if init_cfg is None:
            return
        source = self._build_encoder(init_cfg)
        source.init_weights()
        self.embedding.load_state_dict(source.embedding.state_dict())
        for i in self.pretrained_layers:
            layer = cast(STRLLayer, self.layers[i])
            for encoder in layer.encoders:
                encoder.load_state_dict(source.encoder.state_dict())

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """Features of a clip, see the class."""
        check_flags('mask', mask, x)
        if mask is not None and self.pool_persons:
            raise ValueError(
                'STRL pools persons, but pre-training needs the '
                'features of each: set pool_persons=False'
            )
        persons = find_persons(x, valid)
        if x.shape[2] != self.clip_len:
            raise ValueError(
                f'STRL was built for clip_len={self.clip_len} but the clip '
                f'has T={x.shape[2]} frames; make clip_len of the backbone '
                "and of the pipeline's SampleSkeletonFrames equal"
            )
        hidden = None if mask is None else persons.take(mask)
        h = self.run(persons.take(x), hidden, persons.valid, persons.slots)
        out = persons.put(h)  # (N, M, D, T', V)
        if not self.pool_persons:
            return out
        there = self._step_flags(persons.valid)[-1]
        if there is None:
            there = h.new_ones(h.shape[:-1], dtype=torch.bool)
        return pool_persons(out, persons.put(there.unsqueeze(-1)).squeeze(2))

    def compute(
        self,
        x: Tensor,
        hidden: Tensor | None,
        valid: Tensor | None,
        slots: Tensor,
    ) -> Tensor:
        """B persons: (B, T, V, C), (B, T, V) twice, (B,) -> (V, B, T', D)."""
        h = self.embedding(x, hidden, valid)
        flags = self._step_flags(valid)
        for layer, there in zip(self.layers, flags, strict=False):
            h = layer(h, there, slots)
        if self.temporal_pooling is not None:
            h = self.temporal_pooling(h, flags[-1])
        return h

    def _step_flags(self, valid: Tensor | None) -> list[Tensor | None]:
        """``valid`` at every layer's input and at the end: (V, B, T')."""
        flags = [step_flags(valid, self.clip_len // self.patch_size)]
        for layer in self.layers:
            last = flags[-1]
            flags.append(None if last is None else last[:, :, :: layer.stride])
        return flags


def _check_choices(
    pooling: str,
    fusion: str,
    temporal: bool,
    strides: Sequence[int],
    num_layers: int,
    num_encoders: int,
) -> None:
    """Refuse what makes no sense, with a reason."""
    if pooling not in ('sum', 'mean', 'none'):
        raise ValueError(
            f"pooling must be 'sum', 'mean' or 'none', got {pooling!r}"
        )
    if fusion not in ('add', 'concat'):
        raise ValueError(f"fusion must be 'add' or 'concat', got {fusion!r}")
    if len(strides) != num_layers:
        raise ValueError(
            f'strides must name one stride for each of the '
            f'{num_layers} layers, got {tuple(strides)}'
        )
    if any(stride < 1 for stride in strides):
        raise ValueError(
            f'a stride must be at least 1, got strides={tuple(strides)}'
        )
    if not temporal and any(stride != 1 for stride in strides):
        raise ValueError(
            'a temporal stride needs the temporal convolution '
            'that takes it: set temporal=True'
        )
    if num_encoders not in (1, 2):
        raise ValueError(
            'num_encoders must be 1 (shared) or 2 (one for each '
            f'person), got {num_encoders}'
        )


def _check_encoder(
    encoder: dict,
    num_layers: int,
    pretrained_layers: Sequence[int] | None,
    frozen_encoder: bool,
) -> None:
    """Refuse weights that would go nowhere, and freezing random ones."""
    if encoder.get('frozen'):
        raise ValueError(
            "STRL's encoder is frozen by frozen_encoder=True, "
            "not by the encoder's own frozen"
        )
    layers = range(num_layers)
    unknown = set(pretrained_layers or ()) - set(layers)
    if unknown:
        raise ValueError(
            f'pretrained_layers names {sorted(unknown)}, but '
            f'the layers are 0 to {num_layers - 1}'
        )
    plugged = layers if pretrained_layers is None else pretrained_layers
    if frozen_encoder and set(plugged) != set(layers):
        raise ValueError(
            'frozen_encoder=True would freeze random weights in '
            'the layers that pretrained_layers leaves out'
        )
