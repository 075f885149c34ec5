from pathlib import Path

import pytest
from matplotlib.figure import Figure

from skeletonmae_plugin.health.outputs import (
    require_other_files,
    write_picture,
)


def test_what_is_read_is_not_written(tmp_path):
    file, link = tmp_path / 'in.pkl', tmp_path / 'link.pkl'
    file.touch()
    link.symlink_to(file)
    hard = tmp_path / 'hard.pkl'
    hard.hardlink_to(file)
    same = [file, link, hard, tmp_path / 'x' / '..' / 'in.pkl']
    for path in same:
        with pytest.raises(ValueError, match='would overwrite'):
            require_other_files(file, [tmp_path / 'out', path])
    require_other_files(file, [tmp_path / 'out', tmp_path / 'other'])
    with pytest.raises(ValueError, match='would overwrite'):
        require_other_files(tmp_path, [tmp_path / 'store.json'])
    with pytest.raises(ValueError, match='given twice'):
        require_other_files(file, [Path('a'), Path('x/../a')])


def test_a_picture_is_written_whole_or_not(tmp_path, monkeypatch):
    path = tmp_path / 'deep' / 'a.png'
    write_picture(Figure(), path)
    assert path.read_bytes().startswith(b'\x89PNG')
    before = path.read_bytes()

    def fail(*args, **options):
        raise OSError('no room')

    monkeypatch.setattr(Figure, 'savefig', fail)
    with pytest.raises(OSError, match='no room'):
        write_picture(Figure(), path)
    assert path.read_bytes() == before
    assert [x.name for x in path.parent.iterdir()] == ['a.png']
