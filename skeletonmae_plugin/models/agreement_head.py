"""The head that asks two views of a clip to agree."""

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.dist import all_gather
from mmengine.model import BaseModule
from torch import Tensor, nn

from .layers.neighbour_bank import NeighbourBank
from .losses.info_nce import gather_rows, info_nce
from .pooling import pool_latent
from .reconstruction_head import PretrainOutputs
from .targets import TargetGenerator


@MODELS.register_module()
class AgreementHead(BaseModule):
    r"""Two views of a clip have like codes, unlike those of other clips.

    A view's features are averaged over all that exists and projected by a
    perceptron, as in SimCLR (https://arxiv.org/abs/2002.05709):

    .. math::
        z = \frac{g(\bar h)}{\|g(\bar h)\|}, \qquad
        L = \tfrac12\big(\mathrm{NCE}(z_1, z_2) + \mathrm{NCE}(z_2, z_1)\big)

    where a view is told from both views of all other clips of the batch
    (:func:`info_nce`).

    Once the bank is full, half of the loss asks that the nearest neighbour of
    a view among other clips agrees with the other view too, as in NNCLR
    (https://arxiv.org/abs/2104.14548).

    Beside a :class:`ReconstructionHead` it makes masked pre-training learn
    what tells clips apart: hidden joints can be filled in without that.

    Args:
        in_channels: D of the backbone. Default: 64.
        hidden_channels: Width of the projector.
        out_channels: Size of a code.
        temperature: :math:`\tau`.
        bank_size: Codes of clips among which neighbours are sought; 0 for
            none.
        loss_weight: Factor.

    Raises:
        ValueError: If a batch holds other than two views of each clip, or
            does not say which clips they are.
    """

    def __init__(
        self,
        in_channels: int = 64,
        hidden_channels: int = 256,
        out_channels: int = 128,
        temperature: float = 0.2,
        bank_size: int = 4096,
        loss_weight: float = 1.0,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if temperature <= 0:
            raise ValueError(f'temperature must be above 0, got {temperature}')
        self.temperature = temperature
        self.loss_weight = loss_weight
        self.projector = nn.Sequential(
            nn.Linear(in_channels, hidden_channels),
            nn.BatchNorm1d(hidden_channels),
            nn.ReLU(),
            nn.Linear(hidden_channels, out_channels),
        )
        self.bank = (
            NeighbourBank(bank_size, out_channels) if bank_size else None
        )

    def attach(self, target: TargetGenerator) -> None:
        """Any target will do: this head looks at none."""

    def loss(self, outputs: PretrainOutputs) -> dict[str, Tensor]:
        """``dict(loss_agreement=...)``, a scalar, and how often it is found.

        ``agreement``, the part of the clips whose second view is nearest to
        the first of all in the batch, is logged.
        """
        codes, clips = self._codes(outputs)
        first, second = codes[:, 0], codes[:, 1]  # (B, D) each
        loss = self._agree(first, second, clips)
        if self.bank is not None:
            if self.bank.is_full:
                near = self._neighbours_agree(self.bank, first, second, clips)
                loss = 0.5 * (loss + near)
            # The second view is seen whole.
            self.bank.add(
                gather_rows(second.detach()), torch.cat(all_gather(clips))
            )
        with torch.no_grad():
            nearest = (first @ second.T).argmax(1)
            own = torch.arange(len(nearest), device=nearest.device)
            agreement = (nearest == own).float().mean()
        return dict(
            loss_agreement=self.loss_weight * loss, agreement=agreement
        )

    def _codes(self, outputs: PretrainOutputs) -> tuple[Tensor, Tensor]:
        """(B, 2, D), of unit length, in full precision; (B,), whose."""
        num_views = len(outputs.latent)
        if outputs.sample_idx is None:
            raise ValueError(
                'AgreementHead must know which views are of one clip: set '
                "keys=('mask', 'valid', 'sample_idx') of PackSkeletonInputs"
            )
        if num_views != 2 * len(outputs.sample_idx):
            raise ValueError(
                f'AgreementHead takes 2 views of each clip, got {num_views} '
                f'of {len(outputs.sample_idx)} clips; set num_clips=2 of '
                'SampleSkeletonFrames in the pipeline of the pre-training'
            )
        pooled = pool_latent(outputs.latent, outputs.valid)  # (2 B, D)
        with torch.autocast(pooled.device.type, enabled=False):
            codes = F.normalize(self.projector(pooled.float()), dim=-1)
        return codes.unflatten(0, (-1, 2)), outputs.sample_idx

    def _agree(self, first: Tensor, second: Tensor, clips: Tensor) -> Tensor:
        tau = self.temperature
        with torch.autocast(first.device.type, enabled=False):
            return 0.5 * (
                info_nce(first, second, tau, clips, negative=first)
                + info_nce(second, first, tau, clips, negative=second)
            )

    def _neighbours_agree(
        self, bank: NeighbourBank, first: Tensor, second: Tensor, clips: Tensor
    ) -> Tensor:
        tau = self.temperature
        near_1, near_2 = (bank.nearest(z, clips) for z in (first, second))
        with torch.autocast(first.device.type, enabled=False):
            return 0.5 * (
                info_nce(near_1, second, tau, clips)
                + info_nce(near_2, first, tau, clips)
            )
