"""Agreement of two views of a clip, against the other clips."""

import torch
import torch.nn.functional as F
from mmengine.dist import all_gather, get_rank, get_world_size
from torch import Tensor


def info_nce(
    query: Tensor,
    key: Tensor,
    temperature: float,
    clips: Tensor,
    negative: Tensor | None = None,
) -> Tensor:
    r"""Cross entropy of finding a clip's own key among those of all clips.

    From `Representation Learning with Contrastive Predictive Coding
    <https://arxiv.org/abs/1807.03748>`_, eq. 4:

    .. math::
        L = -\frac1B \sum_i \log
            \frac{\exp(q_i \cdot k_i / \tau)}{\exp(q_i \cdot k_i / \tau)
            + \sum_{j \not\sim i} \big(\exp(q_i \cdot k_j / \tau)
            + \exp(q_i \cdot n_j / \tau)\big)}

    where j goes over the rows of other clips than that of i: a small set may
    have one clip twice in a batch. With the queries as negatives, taken both
    ways, it is the loss of SimCLR (https://arxiv.org/abs/2002.05709), eq. 1.

    In a distributed run j goes over the rows of all processes, each of which
    must have as many.

    Args:
        query: (B, D), of unit length.
        key: (B, D), of unit length; ``key[i]`` belongs to ``query[i]``.
        temperature: :math:`\tau`, above 0.
        clips: (B,) long, of which clip each row is.
        negative: (B, D), of unit length, of the same clips. None: keys alone.

    Returns:
        A scalar; 0 for a single clip.
    """
    own = torch.arange(len(query), device=query.device)
    own = own + get_rank() * len(query)
    same = clips[:, None] == torch.cat(all_gather(clips))  # (B, all rows)
    logits = query @ gather_rows(key).T / temperature
    not_own = same.scatter(1, own[:, None], False)
    logits = logits.masked_fill(not_own, -torch.inf)
    if negative is not None:
        others = query @ gather_rows(negative).T / temperature
        others = others.masked_fill(same, -torch.inf)
        logits = torch.cat((logits, others), 1)
    return F.cross_entropy(logits, own)


def gather_rows(x: Tensor) -> Tensor:
    """Rows (B, D) of all processes, (world size x B, D), in their order.

    The gradient goes to the rows of this process only.
    """
    if get_world_size() == 1:
        return x
    # NCCL takes no strided rows, such as one view of two.
    rows = all_gather(x.detach().contiguous())
    rows[get_rank()] = x
    return torch.cat(rows)
