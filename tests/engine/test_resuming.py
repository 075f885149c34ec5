"""A training goes on, or begins."""

from skeletonmae_plugin.engine.resuming import resume_words


def test_a_command_resumes_only_what_has_begun(tmp_path):
    assert resume_words(tmp_path) == []
    assert resume_words(tmp_path / 'not_there') == []
    (tmp_path / 'last_checkpoint').write_text('epoch_1.pth')
    assert resume_words(tmp_path) == ['--resume']
