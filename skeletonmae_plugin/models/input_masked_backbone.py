"""A stock backbone in the place of ours."""

from collections.abc import Sequence

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..functional.streams import check_streams, skeleton_streams
from ..layouts import LayoutLike, get_layout
from .layers import check_coordinates, check_flags, known_joints
from .pooling import pool_stock
from .pretrained import StrictModule
from .stock_gcn import taken_channels


@MODELS.register_module()
class InputMaskedBackbone(StrictModule):
    """Hide joints at the input of a backbone that knows no mask.

    MMAction2's ST-GCN, ST-GCN++ and AAGCN take coordinates alone. Here a
    hidden joint's channels are replaced by a learnable token, unseen joints
    and absent persons are 0. What a stock backbone does with its own batch
    norm is its own: absent persons count in its statistics.

    Args:
        backbone: Config of a backbone that takes (N, M, T, V, C).
        layout: The skeleton. Default: 'coco'.
        in_channels: C, coordinates of a joint. Default: 2. The backbone's own
            ``in_channels`` must be C * len(streams).
        streams: See :func:`skeleton_streams`. Default: ('coordinate', ).
        pool_persons: Add the persons that exist, scaled so that GCNHead's
            mean counts nobody else (:func:`.pool_stock`); for recognition.
            Default: False, as pre-training needs.

    Shapes:
        - x: (N, M, T, V, C); mask, valid: (N, M, T, V) bool or None
        - output: what the backbone gives, (N, M, C', T', V), or
          (N, 1, C', T', V) with ``pool_persons``

    Raises:
        ValueError: If the backbone is for another number of channels.
    """

    def __init__(
        self,
        backbone: dict,
        layout: LayoutLike = 'coco',
        in_channels: int = 2,
        streams: Sequence[str] = ('coordinate',),
        pool_persons: bool = False,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        check_streams(streams)
        self.layout = get_layout(layout)
        self.streams = tuple(streams)
        self.in_channels = in_channels
        self.pool_persons = pool_persons
        channels = in_channels * len(self.streams)
        takes = taken_channels(backbone)
        if takes not in (None, channels):
            raise ValueError(
                f'{len(self.streams)} streams of in_channels={in_channels} '
                f'coordinates are {channels} channels, but the backbone takes '
                f'in_channels={takes}; make them equal'
            )
        self.mask_token = nn.Parameter(torch.zeros(channels))
        self.backbone = MODELS.build(backbone)

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """Encode what is visible, see the class."""
        for name, flags in (('mask', mask), ('valid', valid)):
            check_flags(name, flags, x)
        check_coordinates(x, self.layout, self.in_channels)
        known = known_joints(mask, valid)
        h = skeleton_streams(x, self.streams, self.layout.parents, known)
        if mask is not None:
            hidden = mask if valid is None else mask & valid
            h = torch.where(hidden.unsqueeze(-1), self.mask_token, h)
        elif self.training:
            # The token takes part with weight 0: distributed training would
            # wait for a parameter that has no gradient.
            h = h + 0 * self.mask_token
        latent = self.backbone(h)
        return pool_stock(latent, x, valid) if self.pool_persons else latent
