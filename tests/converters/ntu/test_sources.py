import shutil

import pytest

from skeletonmae_plugin.converters.ntu.sources import find_sources

A1, A2, A61 = (f'S001C001P001R001A{a:03d}' for a in (1, 2, 61))


@pytest.fixture
def folder(raw_file, tmp_path):
    """A folder of some recordings, one of them in a folder of its own."""
    raw_file(name=A2, folder=tmp_path / 'raw')
    raw_file(name=A1, folder=tmp_path / 'raw' / 'deep')
    return tmp_path / 'raw'


def test_folders_are_searched_and_sorted_by_name(folder):
    found = find_sources([folder, folder / 'deep'], None, ())
    assert list(found.files) == [A1, A2]
    assert found.files[A1].name == f'{A1}.skeleton'
    assert found.set_name == 'ntu60' and not found.other and not found.broken


def test_set_by_the_actions_or_as_asked(folder, raw_file):
    raw_file(name=A61, folder=folder)
    found = find_sources([folder], None, ())
    assert found.set_name == 'ntu120' and list(found.files) == [A1, A2, A61]
    found = find_sources([folder], 'ntu60', ())
    assert list(found.files) == [A1, A2] and found.other == 1


def test_missing_and_wrong_names_are_told(folder, raw_file):
    wrong = raw_file(name='S001', folder=folder)
    found = find_sources([folder], None, {A1, A61})
    assert list(found.files) == [A2] and found.missing == (A1,)
    assert 'is no name of NTU' in found.broken[str(wrong)]


def test_what_is_no_file_is_told(folder):
    odd = folder / f'{A61}.skeleton'
    odd.mkdir()
    found = find_sources([folder], None, ())
    assert list(found.files) == [A1, A2]
    assert 'expected a file' in found.broken[str(odd)]


def test_two_of_a_name(folder, tmp_path):
    shutil.copytree(folder, tmp_path / 'copy')
    with pytest.raises(ValueError, match='2 recordings are there twice'):
        find_sources([folder, tmp_path / 'copy'], None, ())


def test_no_folder_and_no_recording(tmp_path):
    with pytest.raises(FileNotFoundError, match='no such folder'):
        find_sources([tmp_path / 'gone'], None, ())
    with pytest.raises(FileNotFoundError, match='holds no .skeleton file'):
        find_sources([tmp_path], None, ())


def test_folders_behind_links_are_searched_once(folder, raw_file, tmp_path):
    raw_file(name=A61, folder=tmp_path / 'disk')
    (folder / 'linked').symlink_to(tmp_path / 'disk')
    (tmp_path / 'disk' / 'back').symlink_to(folder)
    assert list(find_sources([folder], None, ()).files) == [A1, A2, A61]
