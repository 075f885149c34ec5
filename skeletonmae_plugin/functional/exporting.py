"""Whether a graph is being drawn of what runs."""

import torch


def is_exporting() -> bool:
    """Whether ``torch.export`` (``strict=False``) is tracing.

    Then a size may be a symbol, and numbers that a branch would ask for are
    not there. ``torch.compile`` does not count: it can go on in Python.
    ``torch.compiler.is_exporting`` is not in all versions that we take.
    """
    compiler = torch.compiler
    return compiler.is_compiling() and not compiler.is_dynamo_compiling()
