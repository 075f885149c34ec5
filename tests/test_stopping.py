"""Ctrl-C ends a tool in words."""

import pytest

from skeletonmae_plugin.stopping import stop_in_words


@stop_in_words()
def fail(error):
    raise error


def test_a_stop_is_told_without_a_traceback(capsys):
    with pytest.raises(SystemExit) as info:
        fail(KeyboardInterrupt())
    assert info.value.code == 130
    assert info.value.__suppress_context__
    assert 'repeat the command to go on' in capsys.readouterr().err


def test_all_else_passes():
    with pytest.raises(RuntimeError, match='other'):
        fail(RuntimeError('other'))
