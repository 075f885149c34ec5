"""Where the dumps of models that are tested first are kept."""

import pytest

from skeletonmae_plugin.ensemble.dumping import dump_models, dump_paths


def test_no_dump_is_written_over(tmp_path):
    out = tmp_path / 'out'
    places = ('work_dirs/joint', 'work_dirs/bone', 'elsewhere/bone')
    checkpoints = [f'{place}/epoch_20.pth' for place in places]
    names = [path.name for path in dump_paths(checkpoints, out)]
    assert names == [
        'joint_epoch_20.npz',
        'bone_epoch_20.npz',
        'bone_epoch_20_2.npz',
    ]
    taken = [out / 'x' / '..' / 'joint_epoch_20.npz']
    (path,) = dump_paths(checkpoints[:1], out, taken)
    assert path == out / 'joint_epoch_20_2.npz'


def test_missing_files_are_told_before_any_test(tmp_path):
    config = tmp_path / 'c.py'
    config.write_text('')
    with pytest.raises(FileNotFoundError, match='x.pth: no such file'):
        dump_models([(str(config), 'x.pth')], tmp_path)
    with pytest.raises(FileNotFoundError, match='none.py: no such file'):
        dump_models([('none.py', 'x.pth')], tmp_path)
