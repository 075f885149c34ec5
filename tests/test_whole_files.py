"""A file is written whole or not at all."""

import json
import os
import stat
import threading

import pytest

from skeletonmae_plugin.whole_files import replacing, write_json, write_text


def test_broken_off_file_counts_for_nothing(tmp_path):
    path = tmp_path / 'cells' / 'a.json'
    with pytest.raises(TypeError):
        write_json(path, dict(a=1, b=object()))
    assert not path.exists()
    write_json(path, dict(a=1))
    with pytest.raises(TypeError):
        write_json(path, dict(a=2, b=object()))
    assert json.loads(path.read_text()) == dict(a=1)


def test_a_write_that_fails_leaves_the_file(tmp_path):
    file = tmp_path / 'a.json'
    write_json(file, [1])
    with pytest.raises(TypeError):
        write_json(file, [object()])
    assert json.loads(file.read_text()) == [1]


@pytest.mark.parametrize('text', [True, False])
def test_nothing_is_left_of_what_was_broken_off(tmp_path, text):
    path = tmp_path / 'deep' / 'a'
    write_text(path, 'old')

    def write(content):
        with replacing(path, text=text) as file:
            file.write(content)
            # A reader still has the old one.
            assert path.read_text() == 'old'
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write('new' if text else b'new')
    assert path.read_text() == 'old'
    assert list(path.parent.iterdir()) == [path]


def test_two_at_a_time_do_not_meet(tmp_path):
    path = tmp_path / 'a'
    with (
        replacing(path, text=True) as one,
        replacing(path, text=True) as other,
    ):
        one.write('first')
        other.write('second, and longer')
    assert path.read_text() == 'first'  # the last to end
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_it_as_any_new_file(tmp_path):
    path, plain = tmp_path / 'ü.txt', tmp_path / 'plain'
    write_text(path, 'ä')
    assert path.read_bytes() == 'ä'.encode()
    plain.touch()
    modes = [stat.S_IMODE(os.stat(p).st_mode) for p in (path, plain)]
    assert modes[0] == modes[1]


def test_what_is_no_file_is_written_to(tmp_path):
    pipe = tmp_path / 'pipe'
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(
        target=lambda: got.append(pipe.read_text()), daemon=True
    )
    reader.start()
    write_text(pipe, 'words')
    reader.join(10)
    assert got == ['words'] and pipe.is_fifo()
