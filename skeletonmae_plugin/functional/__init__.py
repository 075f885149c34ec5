"""Pure functions over arrays or tensors with any leading axes.

Axes are ``(..., M, T, V, C)``: persons, frames, joints, coordinates. Each
function takes numpy arrays or torch tensors and gives the same numbers for
both, so that a transform of one clip and a whole batch on a device share one
piece of code. Random parameters are drawn by the ``draw_*`` functions, from a
``ClipRandom`` or a numpy ``Generator``, and applied by the others.
"""
