"""Only joints that are asked for are computed."""

from torch import Tensor


def take_rows(x: Tensor, rows: Tensor | None) -> Tensor:
    """(V, ..., C) -> (K, C) at ``rows`` of the flattened (V, ...).

    None takes all, (V, ..., C).
    """
    if rows is None:
        return x
    return x.flatten(0, -2).index_select(0, rows)
