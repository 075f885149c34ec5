"""One writer at a time, where the system can keep them apart."""

import errno

import pytest

from skeletonmae_plugin.datasets import folder_lock
from skeletonmae_plugin.datasets.folder_lock import only_writer


class Locks:
    """A system whose locks give an error."""

    LOCK_EX, LOCK_NB = 2, 4

    def __init__(self, number):
        self.number = number

    def flock(self, file, operation):
        assert file.writable()  # or network file systems give EBADF
        self.file = file
        if self.number:
            raise OSError(self.number, 'told so')


def test_the_second_is_refused_until_the_first_has_ended(tmp_path):
    with only_writer(tmp_path):
        with pytest.raises(RuntimeError, match='another process is at work'):
            with only_writer(tmp_path):
                pass
    with only_writer(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ['.lock']


@pytest.mark.parametrize(
    'number', [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS]
)
def test_a_file_system_without_locks(tmp_path, monkeypatch, log, number):
    monkeypatch.setattr(folder_lock, 'fcntl', Locks(number))
    with only_writer(tmp_path):
        assert log().count('its file system has no locks') == 1


def test_a_system_without_locks(tmp_path, monkeypatch, log):
    monkeypatch.setattr(folder_lock, 'fcntl', None)
    with only_writer(tmp_path):
        assert log().count('this system has no file locks') == 1


@pytest.mark.parametrize(
    'number, error',
    [(errno.EIO, OSError), (errno.EAGAIN, RuntimeError), (0, KeyError)],
)
def test_whatever_happens_the_file_is_closed(
    tmp_path, monkeypatch, number, error
):
    locks = Locks(number)
    monkeypatch.setattr(folder_lock, 'fcntl', locks)
    with pytest.raises(error):
        with only_writer(tmp_path):
            raise KeyError
    assert locks.file.closed
