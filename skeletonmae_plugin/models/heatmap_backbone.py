"""A network of MMAction2 for pictures, on skeletons."""

from typing import Any

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..functional.heatmaps import joint_heatmaps, to_grid
from ..layouts import LayoutLike, get_layout
from .layers import (
    check_coordinates,
    check_flags,
    known_joints,
    valid_by_zeros,
)
from .pretrained import StrictModule


@MODELS.register_module()
class HeatmapBackbone(StrictModule):
    """A 3D CNN that sees joints as heat maps: PoseC3D beside our backbones.

    Takes what STRL takes, coordinates about 0 in units of a body's size, so
    that both see the same views of a clip. The maps are made on the model's
    device, see :func:`joint_heatmaps`: a channel a joint, all persons in one
    picture. A joint that is hidden or was not seen makes no heat, and neither
    does one outside the box, or, without ``valid``, a person of zeros. Of 3D
    coordinates the first two are drawn.

    Args:
        backbone: Config of ResNet3dSlowOnly, X3D or whatever else takes
            (N, V, T, H, W) and gives (N, D, T', H', W'). It leaves
            ``in_channels`` out: that is the number of joints.
        layout: The skeleton. Default: 'coco'.
        in_channels: C, coordinates of a joint. Default: 2.
        size: Side of the maps in pixels. Default: 56, as in MMAction2's
            configs.
        extent: Half of the side of the box that is drawn, about 0, in the
            unit of x. Default: 2.0, after ``NormalizeSkeleton`` some room
            around a body that stays where it is.
        sigma: Width of the Gaussians in pixels. Default: 0.6, MMAction2's.
        frame_stride: Every so many-th frame is drawn. Default: 1, all.

    Shapes:
        - x: (N, M, T, V, C); mask, valid: (N, M, T, V) bool or None
        - output: (N, 1, D, T', H' * W'), places of the picture in the place
          of joints, so that GCNHead and LateFusion pool it as I3DHead would

    Raises:
        ValueError: If the backbone has ``in_channels``, or a number is not
            above 0.
    """

    #: What comes out has no joints, see ``pools_persons``.
    pool_persons = True

    def __init__(
        self,
        backbone: dict,
        layout: LayoutLike = 'coco',
        in_channels: int = 2,
        size: int = 56,
        extent: float = 2.0,
        sigma: float = 0.6,
        frame_stride: int = 1,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        self.layout = get_layout(layout)
        numbers = dict(
            size=size, extent=extent, sigma=sigma, frame_stride=frame_stride
        )
        for name, value in numbers.items():
            if value <= 0:
                raise ValueError(f'{name} must be above 0, got {value}')
        if 'in_channels' in backbone:
            raise ValueError(
                'the backbone has in_channels='
                f'{backbone["in_channels"]}, but it sees a map of each of '
                f'the {self.layout.num_joints} joints of the layout; leave '
                'its in_channels out'
            )
        self.in_channels = in_channels
        self.size, self.extent, self.sigma = size, extent, sigma
        self.frame_stride = frame_stride
        self.backbone: Any = MODELS.build(
            {**backbone, 'in_channels': self.layout.num_joints}
        )
        # The first convolution has a channel a joint.
        self.of_joints = [
            f'backbone.{name}.weight'
            for name, part in self.backbone.named_modules()
            if isinstance(part, nn.Conv3d)
        ][:1]
        # With channels innermost half precision takes two thirds of the time.
        self.backbone.to(memory_format=torch.channels_last_3d)

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """Draw what is visible and look at it, see the class."""
        for name, flags in (('mask', mask), ('valid', valid)):
            check_flags(name, flags, x)
        check_coordinates(x, self.layout, self.in_channels)
        if x.shape[2] < self.frame_stride:
            raise ValueError(
                f'frame_stride={self.frame_stride} needs as many frames, but '
                f'the clip has {x.shape[2]} frames; take a smaller one'
            )
        if valid is None:
            valid = valid_by_zeros(x)
        h = self.backbone(self.draw(x, known_joints(mask, valid)))
        if not isinstance(h, Tensor) or h.ndim != 5:
            raise ValueError(
                f'{type(self.backbone).__name__} must give one tensor '
                f'(N, D, T, H, W), got {_shape(h)}; take one that does not '
                'pool, with one out_indices'
            )
        return h.flatten(3).unsqueeze(1)  # (N, 1, D, T', H' * W')

    def draw(self, x: Tensor, known: Tensor | None = None) -> Tensor:
        """The heat maps that the backbone sees.

        Args:
            x: (N, M, T, V, C).
            known: (N, M, T, V) bool, joints to draw; None: all.

        Returns:
            (N, V, T / frame_stride, size, size), in [0, 1].
        """
        # The middle one of each few.
        frames = slice((self.frame_stride - 1) // 2, None, self.frame_stride)
        x = x[:, :, frames, :, :2]
        if known is None:
            known = torch.ones_like(x[..., 0], dtype=torch.bool)
        else:
            known = known[:, :, frames]
        points = to_grid(x, self.extent, self.size)
        return joint_heatmaps(
            points, known, (self.size, self.size), self.sigma
        )


def _shape(output: Any) -> str:
    if isinstance(output, Tensor):
        return str(tuple(output.shape))
    return f'a {type(output).__name__}'
