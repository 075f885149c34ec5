import pickle
from collections import Counter

import numpy as np
import pytest
from mmaction.registry import DATASETS

from skeletonmae_plugin.datasets import SkeletonDataset
from skeletonmae_plugin.datasets.packing import pack
from skeletonmae_plugin.datasets.subsets import read_ids
from skeletonmae_plugin.health.examine import examine
from skeletonmae_plugin.health.fixing import mend
from skeletonmae_plugin.health.source import open_source
from skeletonmae_plugin.layouts import get_layout


def names(dataset):
    return [dataset.get_data_info(i)['frame_dir'] for i in range(len(dataset))]


@pytest.mark.parametrize('serialize', [True, False])
def test_clips_are_handed_out_as_in_the_file(
    skeleton_file, annotation, serialize
):
    clip = annotation('a', label=np.int64(2), persons=2)
    path = skeleton_file([clip, annotation('b')])
    dataset = DATASETS.build(
        dict(
            type='SkeletonDataset',
            ann_file=path,
            layout='coco',
            split='train',
            serialize_data=serialize,
        )
    )
    assert len(dataset) == 2
    results = dataset[0]
    np.testing.assert_array_equal(results['keypoint'], clip['keypoint'])
    assert results['keypoint'].dtype == np.float16
    assert results['label'] == 2 and results['img_shape'] == (600, 800)
    assert results['total_frames'] == 12 and not results['test_mode']
    results['keypoint'][:] = 0  # another's clip stays whole
    assert dataset[0]['keypoint'].all()
    assert dataset.get_cat_ids(0) == [2]


def test_classes_cannot_be_balanced_without_labels(annotation, skeleton_file):
    clip = annotation('a')
    del clip['label']
    dataset = SkeletonDataset(skeleton_file([clip]), 'coco')
    with pytest.raises(ValueError, match=r"toy\.pkl: clip 'a' has no label"):
        dataset.get_cat_ids(0)


def test_splits_are_joined_once_in_the_order_of_the_file(skeleton_file):
    path = skeleton_file(split=None)

    def load(split):
        return names(SkeletonDataset(path, 'coco', split=split))

    everything = [f'clip{i:02d}' for i in range(12)]
    assert load('train') == everything[:8]
    assert load(['val', 'train', 'val']) == everything
    assert load(None) == everything


def test_names_of_pyskl_and_lists_without_splits(skeleton_file, annotation):
    clips = [annotation('a'), annotation('b')]
    for clip in clips:
        clip['filename'] = clip.pop('frame_dir')
    path = skeleton_file(clips, split=dict(train1=['b']))
    assert names(SkeletonDataset(path, 'coco', split='train1')) == ['b']
    path = skeleton_file(clips, data=clips, name='list.pkl')
    assert names(SkeletonDataset(path, 'coco')) == ['a', 'b']


def test_unlabelled_clips(skeleton_file, annotation, pipeline):
    clips = [annotation('a'), annotation('b', label=None), annotation('c')]
    del clips[2]['label']
    dataset = SkeletonDataset(
        skeleton_file(clips), 'coco', pipeline=pipeline(), num_classes=1
    )
    labelled = ['gt_label' in dataset[i]['data_samples'] for i in range(3)]
    assert labelled == [True, False, False]
    few = SkeletonDataset(skeleton_file(clips), 'coco', label_fraction=1.0)
    assert names(few) == ['a']


def test_filters(skeleton_file, tmp_path):
    path = skeleton_file()
    dataset = SkeletonDataset(path, 'coco', classes=[0, 2], split='train')
    assert {dataset.get_data_info(i)['label'] for i in range(5)} == {0, 2}
    chosen = ['clip09', 'clip01']
    assert names(SkeletonDataset(path, 'coco', include=chosen)) == [
        'clip01',
        'clip09',
    ]
    (tmp_path / 'ids.txt').write_text('clip03\n\nclip05\n')
    assert names(
        SkeletonDataset(path, 'coco', include=str(tmp_path / 'ids.txt'))
    ) == ['clip03', 'clip05']


def test_few_labels_are_chosen_and_written(skeleton_file, tmp_path, log):
    written = tmp_path / 'work' / 'few.txt'
    few = dict(labels_per_class=2, label_seed=3)
    dataset = SkeletonDataset(
        skeleton_file(), 'coco', subset_file=str(written), **few
    )
    labels = Counter(dataset.get_data_info(i)['label'] for i in range(6))
    assert labels == {0: 2, 1: 2, 2: 2} and len(dataset) == 6
    assert read_ids(written) == names(dataset)
    again = SkeletonDataset(skeleton_file(), 'coco', include=str(written))
    assert names(again) == names(dataset)
    assert '6 of 12 clips are taken with their labels' in log()
    other = SkeletonDataset(
        skeleton_file(), 'coco', labels_per_class=2, label_seed=4
    )
    assert names(other) != names(dataset)


def test_what_is_written_is_what_is_taken(skeleton_file, tmp_path):
    few = dict(labels_per_class=2, indices=3)
    written = tmp_path / 'few.txt'
    dataset = SkeletonDataset(
        skeleton_file(), 'coco', subset_file=str(written), **few
    )
    assert read_ids(written) == names(dataset) and len(dataset) == 3


@pytest.mark.parametrize('how', ['pack', 'check'])
def test_folds_may_be_numbers_once_they_are_text(skeleton_file, tmp_path, how):
    path = skeleton_file(split={1: ['clip00', 'clip01'], 2: ['clip02']})
    with pytest.raises(ValueError, match="no split '1'; it has 1, 2.*--fix"):
        SkeletonDataset(path, 'coco', split=1)
    if how == 'pack':
        pack(path, tmp_path / 'mended', 'coco')
    else:
        mended = mend(examine(open_source(path, 'coco')))
        mended.write(tmp_path / 'mended')
    for fold in (1, '1', [1], ['1']):
        dataset = SkeletonDataset(str(tmp_path / 'mended'), 'coco', split=fold)
        assert names(dataset) == ['clip00', 'clip01']
    with pytest.raises(ValueError, match="no split '3'; it has '1', '2'$"):
        SkeletonDataset(str(tmp_path / 'mended'), 'coco', split=3)


@pytest.mark.parametrize(
    'options', [dict(classes=[]), dict(indices=0), dict(indices=[])]
)
def test_no_clip_at_all_is_an_error(skeleton_file, options):
    with pytest.raises(ValueError, match='no clip is left.* and indices'):
        SkeletonDataset(skeleton_file(), 'coco', **options)


@pytest.mark.parametrize('batched', [False, True])
def test_clips_that_are_not_chosen_stay_without_their_labels(
    skeleton_file, annotation, pipeline, tmp_path, batched
):
    clips = [annotation(f'clip{i}', label=i % 2, seed=i) for i in range(8)]
    clips.append(annotation('none', label=None))
    path = skeleton_file(
        clips, split=dict(train=[c['frame_dir'] for c in clips])
    )
    few = dict(split='train', labels_per_class=1, label_seed=2)
    written = tmp_path / 'few.txt'
    dataset = SkeletonDataset(
        path,
        'coco',
        pipeline=pipeline(),
        keep_unlabelled=True,
        subset_file=str(written),
        batched=batched,
        **few,
    )
    chosen = names(SkeletonDataset(path, 'coco', **few))
    assert names(dataset) == [clip['frame_dir'] for clip in clips]
    assert read_ids(written) == chosen and len(chosen) == 2
    got = dataset.__getitems__(range(9))
    samples = (
        got['data_samples']
        if batched
        else [clip['data_samples'] for clip in got]
    )
    labelled = {
        sample.frame_dir: int(sample.gt_label)
        for sample in samples
        if 'gt_label' in sample
    }
    assert labelled == {name: int(name[4:]) % 2 for name in chosen}


@pytest.mark.parametrize('kind', ['pickle', 'store', 'store in memory'])
def test_labels_that_are_not_chosen_are_nowhere(skeleton_file, tmp_path, kind):
    """Neither in the samples, nor in the table, nor in another process."""
    path = skeleton_file()
    if kind != 'pickle':
        pack(path, tmp_path / 'packed', 'coco')
        path = str(tmp_path / 'packed')
    dataset = SkeletonDataset(
        path,
        'coco',
        split='train',
        labels_per_class=1,
        keep_unlabelled=True,
        preload='memory' if kind == 'store in memory' else None,
    )
    dataset.full_init()
    chosen = names(
        SkeletonDataset(path, 'coco', split='train', labels_per_class=1)
    )
    for one in (dataset, pickle.loads(pickle.dumps(dataset))):
        table = one.store.table
        known = {table.names[i] for i in np.flatnonzero(table.label >= 0)}
        assert known == set(chosen) and len(chosen) == 3
        clips = [one.get_data_info(i) for i in range(8)]
        known = [c['frame_dir'] for c in clips if c.get('label', -1) >= 0]
        assert known == chosen
    unlabelled = next(i for i in range(8) if clips[i].get('label', -1) < 0)
    with pytest.raises(ValueError, match='has no label'):
        dataset.get_cat_ids(unlabelled)


def test_to_keep_the_rest_needs_a_choice(skeleton_file):
    with pytest.raises(ValueError, match='give label_fraction or labels_per'):
        SkeletonDataset(skeleton_file(), 'coco', keep_unlabelled=True)


def build(path, **kwargs):
    return SkeletonDataset(path, **{'layout': 'coco', **kwargs})


def test_the_missing_variable_is_named():
    for test_mode in (False, True):  # true of val and test alike
        with pytest.raises(
            FileNotFoundError,
            match=(
                'environment variable NTU60_2D.*train_dataloader.dataset.ann_'
                'file.*val_dataloader.dataset.ann_file.*test_dataloader.d'
            ),
        ):
            build('<NTU60_2D>', test_mode=test_mode)
    build('<NTU60_2D>', lazy_init=True)  # a config may be built without
    with pytest.raises(FileNotFoundError, match=r'/no\.pkl: no such skel'):
        build('/no.pkl')


@pytest.mark.parametrize(
    'data, message',
    [
        ({'a': 1}, "not a skeleton file.*a dict with keys 'a'"),
        ('text', 'not a skeleton file.*got str'),
        (dict(annotations=3), 'not a skeleton file'),
        (dict(annotations=[dict(x=1)]), "annotation number 0 .*'frame_dir'"),
        (dict(annotations=[]), 'no clip is left'),
    ],
)
def test_files_of_another_kind(skeleton_file, data, message):
    with pytest.raises(ValueError, match=rf'toy\.pkl: .*{message}'):
        build(skeleton_file(data=data))


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(split='test'), "no split 'test'; it has 'train', 'val'"),
        (dict(split=['train', 'x']), "no split 'x'"),
        (dict(include=['zzz']), "include: 1 of 1 clips are not.*'zzz'"),
        (dict(split='val', include=['clip00']), "include: 1 of 1.*'clip00'"),
        (
            dict(classes=[7]),
            r'no clip has the label 7; labels are \[0, 1, 2\]',
        ),
        (dict(num_classes=2), r"clip 'clip02': label must be in \[0, 1\]"),
        (
            dict(layout='jhmdb15'),
            "clip 'clip00': layout 'jhmdb15' has 15.*V=17",
        ),
    ],
)
def test_what_does_not_fit_the_file(skeleton_file, options, message):
    with pytest.raises(ValueError, match=rf'toy\.pkl: .*{message}'):
        build(skeleton_file(), **options)


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(on_bad_clip='maybe'), "'raise' or 'skip', got 'maybe'"),
        (dict(label_fraction=2.0), 'label_fraction must be in'),
        (
            dict(label_fraction=0.5, labels_per_class=1),
            'either label_fraction',
        ),
        (dict(labels_per_class=0), 'labels_per_class must be at least 1'),
        (dict(layout='cocoa'), "unknown layout 'cocoa'"),
    ],
)
def test_wrong_options_are_refused_at_once(options, message):
    with pytest.raises(ValueError, match=message):
        build('/no.pkl', lazy_init=True, **options)


def test_unlabelled_files_have_no_labels_to_choose(skeleton_file, annotation):
    path = skeleton_file([annotation('a', label=None)])
    with pytest.raises(ValueError, match='no clip has a label'):
        build(path, label_fraction=0.5)


def test_clips_of_one_name_and_of_two_dimensions(skeleton_file, annotation):
    with pytest.raises(ValueError, match="two annotations are called 'a'"):
        build(skeleton_file([annotation('a'), annotation('a')]))
    with pytest.raises(ValueError, match='different numbers of coordinates'):
        build(skeleton_file([annotation('a'), annotation('b', coords=3)]))


def test_bad_clips_stop_or_are_skipped_by_name(skeleton_file, annotation, log):
    clips = [
        annotation('good'),
        annotation('short', joints=9),
        annotation('wide', coords=3),
        annotation('late'),
    ]
    clips[2]['keypoint'] = clips[2]['keypoint'][0]
    path = skeleton_file(
        clips, split=dict(train=['good', 'short', 'wide', 'gone', 'late'])
    )
    with pytest.raises(ValueError, match="'gone'.*on_bad_clip='skip'"):
        build(path, split='train')
    with pytest.raises(
        ValueError, match="clip 'short'.*--fix.*on_bad_clip='skip'"
    ):
        build(path)
    dataset = build(path, split='train', on_bad_clip='skip')
    assert names(dataset) == ['good', 'late']
    assert 'skipped 2' in log()
    for name in ('short', 'wide', 'gone'):
        assert f"'{name}'" in log()
    with pytest.raises(ValueError, match='no clip is left'):
        build(path, include=['short'], on_bad_clip='skip')


def test_indices_and_data_root(skeleton_file, tmp_path):
    skeleton_file()
    dataset = build('toy.pkl', data_root=str(tmp_path), indices=3)
    assert names(dataset) == ['clip00', 'clip01', 'clip02']
    assert names(dataset.get_subset([2])) == ['clip02']


def test_names_of_classes_come_from_the_file(skeleton_file):
    path = skeleton_file(classes=['walk', 'wave'])
    assert build(path).metainfo['classes'] == ('walk', 'wave')
    own = build(path, metainfo=dict(classes=('a', 'b')))
    assert own.metainfo['classes'] == ('a', 'b')


def test_checkpoints_are_told_whose_joints_there_were(skeleton_file):
    dataset = build(skeleton_file())
    assert dataset.metainfo['joints'] == get_layout('coco').joints


def test_number_of_coordinates_is_checked(skeleton_file, log):
    path = skeleton_file()
    with pytest.raises(ValueError, match='12 clips have C=2 .* is for 3') as e:
        build(path, num_coordinates=3)
    assert 'score' not in str(e.value)
    build(path, num_coordinates=2)
    assert '12 clips of split None, 12 labelled, 3 classes' in log()
    build(path, num_coordinates=2, indices=2)
    assert '2 clips of split None, 2 labelled, 2 classes' in log()


def test_a_score_in_the_place_of_depth_is_thought_of(
    skeleton_file, annotation
):
    clip = annotation('a')
    clip['keypoint'] = np.concatenate(
        (clip['keypoint'], clip.pop('keypoint_score')[..., None]), -1
    )
    with pytest.raises(ValueError, match='move it to keypoint_score'):
        build(skeleton_file([clip]), split='train', num_coordinates=2)


@pytest.mark.parametrize(
    'sampler',
    [
        dict(type='UniformSampleFrames', clip_len=8, test_mode=True),
        dict(type='SampleFrames', clip_len=8, num_clips=1, test_mode=True),
    ],
)
def test_stock_transforms_know_that_it_is_a_pose(skeleton_file, sampler):
    steps = [
        sampler,
        dict(type='PoseDecode'),
        dict(type='Flip', flip_ratio=1, left_kp=[1], right_kp=[2]),
    ]
    dataset = build(skeleton_file(), pipeline=steps)
    flipped = dataset[0]['keypoint']
    dataset.pipeline.transforms[-1].flip_ratio = 0
    width = dataset.get_data_info(0)['img_shape'][1]
    plain = dataset[0]['keypoint'].copy()
    plain[..., [1, 2], :] = plain[..., [2, 1], :]
    np.testing.assert_allclose(flipped[..., 0], width - plain[..., 0])


def test_subsets_share_nothing_but_the_frames(skeleton_file):
    dataset = build(skeleton_file())
    first, second = dataset.get_subset([0]), dataset.get_subset([1])
    first.set_clock(1, 1)
    assert second._clock.tolist() == [-1, -1]
    assert first.store is second.store is dataset.store
