import pickle

import pytest

from skeletonmae_plugin.self_training.clips import (
    check_data,
    split_clips,
    with_clips,
)


def test_the_rest_of_the_training_split_is_unlabelled(cfg, toy, labelled):
    labels, others = split_clips(cfg, labelled, None)
    assert labels == {name: toy[1][name] for name in labelled}
    assert others == sorted(set(toy[1]) - set(labelled))
    assert split_clips(cfg, labelled, others[:2])[1] == others[:2]


def test_a_labelled_clip_needs_its_label(cfg, toy, labelled, tmp_path):
    data = pickle.loads(toy[0].read_bytes())
    for clip in data['annotations']:
        if clip['frame_dir'] == labelled[0]:
            del clip['label']
    file = tmp_path / 'toy.pkl'
    file.write_bytes(pickle.dumps(data))
    cfg.train_dataloader.dataset.ann_file = str(file)
    match = rf"toy\.pkl: 1 of \d+ labelled clips .*'{labelled[0]}'"
    with pytest.raises(ValueError, match=match):
        split_clips(cfg, labelled, None)


def test_choices_that_cannot_be(cfg, labelled):
    with pytest.raises(ValueError, match='at least one labelled clip'):
        split_clips(cfg, [], None)
    with pytest.raises(ValueError, match='1 labelled clips are named twice'):
        split_clips(cfg, [*labelled, labelled[0]], None)
    with pytest.raises(ValueError, match=f'and unlabelled.*{labelled[1]!r}'):
        split_clips(cfg, labelled, labelled[1:2])
    with pytest.raises(ValueError, match="include: 1 of .*'nobody'"):
        split_clips(cfg, [*labelled, 'nobody'], None)


def test_options_that_choose_clips_are_refused(cfg):
    check_data(cfg)
    cfg.train_dataloader.dataset.label_fraction = 0.1
    with pytest.raises(ValueError, match=r'label_fraction=0\.1; leave it out'):
        check_data(cfg)
    wrapped = dict(
        type='RepeatDataset', times=2, dataset=cfg.train_dataloader.dataset
    )
    cfg.train_dataloader.dataset = wrapped
    with pytest.raises(ValueError, match="got 'RepeatDataset'"):
        check_data(cfg)


def test_clips_are_put_into_a_copy(cfg, tmp_path):
    include, labels = tmp_path / 'ids.json', tmp_path / 'labels.json'
    dataset = with_clips(cfg, include, labels, test_mode=True)
    assert dataset['include'] == str(include) and dataset['test_mode']
    assert dataset['labels_file'] == str(labels)
    assert 'include' not in cfg.train_dataloader.dataset
    dataset['pipeline'].clear()
    assert cfg.train_dataloader.dataset.pipeline
