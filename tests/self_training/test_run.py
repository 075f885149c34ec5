"""Whole runs of a shipped config on a few made clips."""

import json
import pickle

import pytest
import torch

from skeletonmae_plugin.datasets.folder_lock import only_writer
from skeletonmae_plugin.self_training import read_rounds, run_self_training
from skeletonmae_plugin.self_training import run as module
from skeletonmae_plugin.self_training.clips import with_clips

FINETUNE = 'strl_finetune_toy.py'


@pytest.fixture
def run(config, labelled, options, tmp_path):
    def run(name='work', recipe=config.name, **changes):
        given = dict(
            unlabelled=None,
            work_dir=tmp_path / name,
            rounds=(0.5,),
            views=1,
            cfg_options=options,
        )
        chosen = config.with_name(recipe)
        return run_self_training(chosen, labelled, **{**given, **changes})

    return run


def read(folder, name):
    return json.loads((folder / name).read_text())


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


def test_each_round_is_a_fresh_start(
    run, cfg, tmp_path, monkeypatch, assert_same_weights
):
    seeds = []
    train = module.train

    def noted(cfg, dataset, folder, seed):
        seeds.append(seed)
        return train(cfg, dataset, folder, seed)

    monkeypatch.setattr(module, 'train', noted)
    last = run(seed=5)
    assert seeds[0] == 5 and len(set(seeds)) == 2
    folder = tmp_path / 'work' / 'round_1'
    dataset = with_clips(cfg, folder / 'include.json', folder / 'labels.json')
    alone = train(cfg, dataset, tmp_path / 'alone', seeds[1])
    assert_same_weights(last, alone)


def test_each_round_of_a_fine_tuning_starts_from_its_weights(
    run, options, monkeypatch
):
    pretrained = run('scratch')
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', pretrained)
    still = {'optim_wrapper.optimizer.lr': 1e-12, 'param_scheduler': []}
    last = run(
        'finetuned', FINETUNE, views=0, cfg_options={**options, **still}
    )
    given, first, second = (
        torch.load(path, weights_only=True)['state_dict']
        for path in (pretrained, last.replace('round_1', 'round_0'), last)
    )
    keys = [k for k in given if k.startswith('backbone.') and 'weight' in k]
    assert keys
    for key in keys:
        torch.testing.assert_close(first[key], given[key])
        torch.testing.assert_close(second[key], given[key])
    head = 'cls_head.fc.weight'
    assert not torch.allclose(first[head], second[head])


def test_labels_spread_by_features_before_any_training(
    run, toy, labelled, tmp_path, monkeypatch
):
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', run('first', rounds=()))

    def spread(name, file):
        monkeypatch.setenv('TOY_2D', str(file))
        last = run(name, FINETUNE, rounds=(), spread=True)
        assert last == str(tmp_path / name / 'round_0' / 'epoch_1.pth')
        return tmp_path / name / 'round_0'

    folder = spread('true', toy[0])
    known = {name: toy[1][name] for name in labelled}
    pseudo = read(folder, 'pseudo_labels.json')
    given = {name: label for name, (label, _) in pseudo.items()}
    assert set(given) <= set(toy[1]) - set(labelled) and given
    assert read(folder, 'labels.json') == {**known, **given}
    assert set(read(folder, 'include.json')) == set(known) | set(given)
    (done,) = read_rounds(tmp_path / 'true')
    assert done['num_pseudo_labels'] == len(given)
    # By the features, not by what the file knows of the other clips.
    data = pickle.loads(toy[0].read_bytes())
    for clip in data['annotations']:
        if clip['frame_dir'] not in labelled:
            clip['label'] = 0
    (tmp_path / 'zeros.pkl').write_bytes(pickle.dumps(data))
    again = spread('zeros', tmp_path / 'zeros.pkl')
    assert read(again, 'pseudo_labels.json') == pseudo


def test_random_features_spread_nothing(run):
    with pytest.raises(ValueError, match="of type 'Pretrained'"):
        run(spread=True)


def test_labels_of_unlabelled_clips_are_never_read(
    run, toy, labelled, tmp_path, monkeypatch, assert_same_weights
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
    assert_same_weights(
        *(tmp_path / w / 'round_1/epoch_1.pth' for w in ('true', 'shuffled'))
    )


def test_a_run_goes_on_where_it_was_stopped(
    run, monkeypatch, assert_same_weights
):
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
    assert_same_weights(whole, last)
    monkeypatch.setattr(module, 'train', never)
    monkeypatch.setattr(module, 'test', never)
    assert run('stopped') == last
    with pytest.raises(ValueError, match='with another seed'):
        run('stopped', seed=1)


def test_other_weights_or_clips_of_one_name_are_another_run(
    run, tmp_path, monkeypatch
):
    weights = tmp_path / 'weights.pth'
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', str(weights))
    monkeypatch.setattr(module._Run, 'finish_round', lambda *_: 'x.pth')

    def ask():
        run('work', FINETUNE, rounds=())

    weights.write_bytes(b'one')
    ask()
    ask()
    weights.write_bytes(b'other')
    with pytest.raises(ValueError, match='with another weights'):
        ask()
    weights.write_bytes(b'one')
    monkeypatch.setattr(module, 'clips_checksum', lambda cfg: 7)
    with pytest.raises(ValueError, match='with another clips'):
        ask()


def test_a_folder_has_one_writer(run, tmp_path):
    (tmp_path / 'work').mkdir()
    with only_writer(tmp_path / 'work'):
        with pytest.raises(RuntimeError, match='another process is at work'):
            run()
    assert read_rounds(tmp_path / 'work') == []


def test_impossible_wishes_are_refused_before_any_training(run, tmp_path):
    with pytest.raises(ValueError, match=r'in \(0, 1\], got 1\.5'):
        run(rounds=(0.5, 1.5))
    with pytest.raises(ValueError, match='views must be at least 0, got -1'):
        run(views=-1)
    assert not list(tmp_path.glob('work/*'))
