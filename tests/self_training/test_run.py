"""Whole runs of a shipped config on a few made clips."""

import json
import pickle

import pytest
import torch

from skeletonmae_plugin.self_training import read_rounds, run_self_training
from skeletonmae_plugin.self_training import run as module


@pytest.fixture
def run(config, labelled, options, tmp_path):
    def run(name='work', **changes):
        given = dict(
            unlabelled=None,
            work_dir=tmp_path / name,
            rounds=(0.5,),
            views=1,
            cfg_options=options,
        )
        return run_self_training(config, labelled, **{**given, **changes})

    return run


def read(folder, name):
    return json.loads((folder / name).read_text())


def weights(checkpoint):
    return torch.load(checkpoint, weights_only=True)['state_dict']


def test_rounds_train_on_labels_and_on_what_is_believed(
    run, toy, labelled, tmp_path
):
    last = run(rounds=(0.5, 1))
    work = tmp_path / 'work'
    assert last == str(work / 'round_2' / 'epoch_1.pth')
    known = {name: toy[1][name] for name in labelled}
    others = set(toy[1]) - set(labelled)
    assert read(work / 'round_0', 'labels.json') == known
    for number in (1, 2):
        folder = work / f'round_{number}'
        pseudo = read(folder, 'pseudo_labels.json')
        given = {name: label for name, (label, _) in pseudo.items()}
        assert read(folder, 'labels.json') == {**known, **given}
        assert set(read(folder, 'include.json')) == set(known) | set(given)
        assert set(given) < others if number == 1 else set(given) == others
    rounds = read_rounds(work)
    assert [r['num_pseudo_labels'] for r in rounds][::2] == [0, len(others)]
    assert all(0 <= r['metrics']['acc/top1'] <= 1 for r in rounds)
    # A fresh start each, not the last weights trained on.
    first, second = (weights(work / f'round_{k}/epoch_1.pth') for k in (1, 2))
    key = 'cls_head.fc.weight'
    assert not torch.allclose(first[key], second[key], atol=5e-3)


def test_labels_of_unlabelled_clips_are_never_read(
    run, toy, labelled, tmp_path, monkeypatch
):
    run('true')
    data = pickle.loads(toy[0].read_bytes())
    other = [c for c in data['annotations'] if c['frame_dir'] not in labelled]
    wrong = [clip['label'] for clip in other][::-1]
    assert wrong != wrong[::-1]
    for clip, label in zip(other, wrong, strict=True):
        clip['label'] = label
    shuffled = tmp_path / 'shuffled.pkl'
    shuffled.write_bytes(pickle.dumps(data))
    monkeypatch.setenv('TOY_2D', str(shuffled))
    run('shuffled')
    for name in ('pseudo_labels.json', 'labels.json', 'include.json'):
        true = read(tmp_path / 'true' / 'round_1', name)
        assert read(tmp_path / 'shuffled' / 'round_1', name) == true
    last = [
        weights(tmp_path / w / 'round_1' / 'epoch_1.pth')
        for w in ('true', 'shuffled')
    ]
    for key, value in last[0].items():
        assert torch.equal(value, last[1][key]), key


def test_a_run_goes_on_where_it_was_stopped(run, monkeypatch):
    whole = run('whole')
    train = module.train

    def stopped(cfg, dataset, folder, seed):
        if folder.name == 'round_1':
            raise KeyboardInterrupt
        return train(cfg, dataset, folder, seed)

    monkeypatch.setattr(module, 'train', stopped)
    with pytest.raises(KeyboardInterrupt):
        run('stopped')

    def again(cfg, dataset, folder, seed):
        assert folder.name == 'round_1'
        return train(cfg, dataset, folder, seed)

    def never(*args):
        raise AssertionError('was done already')

    monkeypatch.setattr(module, 'train', again)
    monkeypatch.setattr(module, 'predict_scores', never)
    last = run('stopped')
    for key, value in weights(whole).items():
        assert torch.equal(value, weights(last)[key]), key
    monkeypatch.setattr(module, 'train', never)
    monkeypatch.setattr(module, 'test', never)
    assert run('stopped') == last
    with pytest.raises(ValueError, match='with another seed'):
        run('stopped', seed=1)


def test_impossible_wishes_are_refused_before_any_training(run, tmp_path):
    with pytest.raises(ValueError, match=r'in \(0, 1\], got 1\.5'):
        run(rounds=(0.5, 1.5))
    with pytest.raises(ValueError, match='views must be at least 0, got -1'):
        run(views=-1)
    assert not list(tmp_path.glob('work/*'))
