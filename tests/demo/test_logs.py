import pytest

from skeletonmae_plugin.demo import logs


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_newest_results_are_read(tmp_path):
    for stamp, top1 in (('20260101_000000', 0.1), ('20260102_000000', 0.2)):
        write(tmp_path / stamp / f'{stamp}.json', f'{{"acc/top1": {top1}}}')
        write(
            tmp_path / stamp / 'vis_data' / 'scalars.json',
            f'{{"loss": {top1}, "step": 1}}\n{{"acc/top1": 3, "step": 2}}',
        )
        write(tmp_path / stamp / 'other.json', '{}')
    assert logs.read_test_metrics(tmp_path) == {'acc/top1': 0.2}
    rows = logs.read_scalars(tmp_path)
    assert logs.curve(rows, 'loss') == [(1, 0.2)]
    assert logs.curve(rows, 'acc/top1') == [(2, 3)]


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match='no result of a test'):
        logs.read_test_metrics(tmp_path)
    with pytest.raises(FileNotFoundError, match='no log of a training'):
        logs.read_scalars(tmp_path)
