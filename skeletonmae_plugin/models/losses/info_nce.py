"""Agreement of two views of a clip, against the other clips."""

import torch
import torch.nn.functional as F
from mmengine.dist import all_gather, get_rank, get_world_size
from torch import Tensor


def info_nce(query: Tensor, key: Tensor, temperature: float) -> Tensor:
    r"""Cross entropy of finding a clip's own key among those of all clips.

    From `Representation Learning with Contrastive Predictive Coding
    <https://arxiv.org/abs/1807.03748>`_, eq. 4:

    .. math::
        L = -\frac1B \sum_i \log
            \frac{\exp(q_i \cdot k_i / \tau)}{\sum_j \exp(q_i \cdot k_j/\tau)}

    In a distributed run j goes over the clips of all processes, each of which
    must have as many.

    Args:
        query: (B, D), of unit length.
        key: (B, D), of unit length; ``key[i]`` belongs to ``query[i]``.
        temperature: :math:`\tau`, above 0.

    Returns:
        A scalar; 0 for a single clip.
    """
    keys = gather_rows(key)
    own = torch.arange(len(query), device=query.device)
    own = own + get_rank() * len(query)
    return F.cross_entropy(query @ keys.T / temperature, own)


def gather_rows(x: Tensor) -> Tensor:
    """Rows (B, D) of all processes, (world size x B, D), in their order.

    The gradient goes to the rows of this process only.
    """
    if get_world_size() == 1:
        return x
    rows = all_gather(x.detach())
    rows[get_rank()] = x
    return torch.cat(rows)
