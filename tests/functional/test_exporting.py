"""Whether a graph is being drawn."""

import torch

from skeletonmae_plugin.functional.arrays import constant
from skeletonmae_plugin.functional.exporting import is_exporting

SAID = []  # an export would put back what a module keeps


class Seen(torch.nn.Module):
    """Notes what is said while it runs."""

    def forward(self, x):
        SAID.append(is_exporting())
        return x + constant([1.5, 2.5], x)


def test_an_export_is_told_from_a_run():
    SAID.clear()
    module, x = Seen(), torch.zeros(3, 2)
    program = torch.export.export(module, (x,), strict=False)
    assert set(SAID) == {True}
    SAID.clear()
    # Nothing of the export is left: constants are kept for the next call.
    result = module(x)
    assert SAID == [False] and type(result) is torch.Tensor
    assert result.tolist() == [[1.5, 2.5]] * 3
    torch.testing.assert_close(program.module()(x), result)


def test_compiling_does_not_count(monkeypatch):
    """It would be traced anew; what the compiler says is what counts."""
    monkeypatch.setattr(torch.compiler, 'is_compiling', lambda: True)
    assert is_exporting()
    monkeypatch.setattr(torch.compiler, 'is_dynamo_compiling', lambda: True)
    assert not is_exporting()
