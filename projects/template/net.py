"""A network of your own: joints mix along the bones, then frames."""

import torch
from mmaction.models.utils import Graph
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import nn


@MODELS.register_module()
class MyNetwork(BaseModule):
    """(N, M, T, V, C) -> (N, M, 256, T / 4, V)."""

    def __init__(self, in_channels, graph_cfg, init_cfg=None):
        super().__init__(init_cfg)
        graph = torch.tensor(Graph(**graph_cfg).A).float().sum(0)
        self.register_buffer('graph', graph)  # (V, V)
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c, d, (5, 1), (2, 1), (2, 0)), nn.ReLU())
            for c, d in ((in_channels, 64), (64, 256))
        )

    def forward(self, x):
        """Encode clips, see the class."""
        h = x.flatten(0, 1).permute(0, 3, 1, 2)  # (N * M, C, T, V)
        for layer in self.layers:
            h = layer(h @ self.graph)
        return h.unflatten(0, x.shape[:2])
