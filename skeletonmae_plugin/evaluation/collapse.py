"""Two numbers that show whether features still tell inputs apart."""

from math import nan

from torch import Tensor, finfo, linalg


def spread(x: Tensor) -> float:
    r"""Spread of a set of vectors around their mean, from 0 to 1.

    .. math::
        \sqrt{\frac{\sum_i \|x_i - \bar x\|^2}{\sum_i \|x_i\|^2}}

    The standard deviation over the mean norm (both as root mean squares): 0
    when all vectors are the same, 1 when they are centred at 0. It does not
    change when all are multiplied by one number.

    Args:
        x: (n, D) vectors.

    Returns:
        The spread; 0 when all vectors are 0, NaN where one is not finite.
    """
    x = x.double()
    norm = x.square().sum()
    if norm == 0:
        return 0.0
    # Twice centred: one subtraction leaves rounding of the mean's size.
    centred = x - x.mean(0)
    centred = centred - centred.mean(0)
    return float((centred.square().sum() / norm).sqrt())


def effective_rank(x: Tensor) -> float:
    r"""Number of directions that a set of vectors really uses.

    .. math::
        \exp\Bigl(-\sum_k p_k \ln p_k\Bigr), \quad
        p_k = \sigma_k / \sum_j \sigma_j

    with the singular values :math:`\sigma_k` of the centred vectors. From
    Roy & Vetterli, *The effective rank: a measure of effective
    dimensionality*, EUSIPCO 2007. It is 1 for vectors on a line and D for an
    isotropic cloud.

    Args:
        x: (n, D) vectors.

    Returns:
        The effective rank; 0 when all vectors are the same, NaN where one of
        them is not finite.
    """
    if not x.isfinite().all():
        return nan
    input_eps = finfo(x.dtype).eps
    x = x.double()
    sigma = linalg.svdvals(x - x.mean(0))
    # What lies below the rounding of the input is noise, and noise is
    # isotropic: it would make a constant look like full rank.
    sigma = sigma[sigma > input_eps * linalg.norm(x)]
    if not len(sigma):
        return 0.0
    p = sigma / sigma.sum()
    return float((-(p * p.log()).sum()).exp())
