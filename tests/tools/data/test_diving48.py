"""The command line tool, run in this process."""

import json
import pickle

import pytest


@pytest.fixture(scope='module')
def main(load_tool):
    return load_tool('data/diving48').main


def test_diving48_by_the_official_lists(main, made, tmp_path, capsys):
    names = [clip['frame_dir'] for clip in made['annotations']]
    labels = [47 - k for k in range(12)]
    items = [
        dict(vid_name=n, label=k) for n, k in zip(names, labels, strict=True)
    ]
    words = []
    for split, part in (('train', items[:9]), ('test', items[9:])):
        path = tmp_path / f'Diving48_V2_{split}.json'
        path.write_text(json.dumps([*part, dict(vid_name=split, label=0)]))
        words.append(f'{split}={path}')
    path, out = tmp_path / 'annos.pkl', tmp_path / 'out.pkl'
    path.write_bytes(pickle.dumps(made['annotations']))
    main([str(path), str(out), '--lists', *words])
    told = capsys.readouterr().out
    assert '2 names of the lists have no clip: train; test' in told
    assert 'splits: train 9, test 3' in told
    written = pickle.loads(out.read_bytes())
    assert [c['label'] for c in written['annotations']] == labels


def test_help(main, capsys):
    with pytest.raises(SystemExit) as done:
        main(['--help'])
    assert done.value.code == 0
    told = capsys.readouterr().out
    assert 'Example:' in told and 'Diving48_V2_train' in told
