"""Where the weights of a cell come from."""

import zlib
from pathlib import Path

import pytest

from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.job import Job, checkpoint_of
from skeletonmae_plugin.label_efficiency.spec import Spec


def test_given_weights_that_change_meanwhile_stop_the_others(tmp_path):
    weights = tmp_path / 'w.pth'
    weights.write_bytes(b'one')
    spec = Spec(
        'a.pkl', 'coco', 'train', 'test', '', 2, 2, pretrained=str(weights),
        pretrained_checksum=f'{zlib.crc32(b"one"):08x}',
    )  # fmt: skip
    cell = Cell('pretrained', 1.0, 0, 0)
    job = Job((cell,), spec, tmp_path, Path('configs'))
    assert checkpoint_of(job, cell) == str(weights)
    weights.write_bytes(b'other')
    with pytest.raises(RuntimeError, match=r'w\.pth has changed since'):
        checkpoint_of(job, cell)
