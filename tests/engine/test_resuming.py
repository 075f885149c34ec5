"""A training goes on, or begins."""

import pytest
import torch

from skeletonmae_plugin.engine.resuming import last_checkpoint, resume_words


@pytest.fixture
def work_dir(tmp_path):
    """With two checkpoints, and one that was cut off while it was written."""
    for epoch in (9, 10, 11):
        torch.save({}, tmp_path / f'epoch_{epoch}.pth')
    file = tmp_path / 'epoch_11.pth'
    file.write_bytes(file.read_bytes()[:-30])
    return tmp_path


def test_a_command_resumes_only_what_has_begun(tmp_path):
    assert resume_words(tmp_path) == []
    assert resume_words(tmp_path / 'not_there') == []


def test_the_noted_checkpoint_counts(work_dir):
    noted = work_dir / 'epoch_9.pth'
    (work_dir / 'last_checkpoint').write_text(str(noted))
    assert last_checkpoint(work_dir) == noted
    assert resume_words(work_dir) == ['--resume', str(noted)]


@pytest.mark.parametrize('note', [None, '', '/moved/epoch_10.pth'])
def test_without_a_good_note_the_newest_whole_one_counts(work_dir, note):
    if note is not None:
        (work_dir / 'last_checkpoint').write_text(note)
    assert last_checkpoint(work_dir) == work_dir / 'epoch_10.pth'
