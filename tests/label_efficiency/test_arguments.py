"""The command line asks what it says."""

import json
import pickle
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

from skeletonmae_plugin.label_efficiency.arguments import parse_args, question
from skeletonmae_plugin.label_efficiency.configs import load_config
from skeletonmae_plugin.label_efficiency.folder import Folder
from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.weights import shipped_weights

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
NWUCLA = (
    '--layout kinect20 --train-split xview_train --test-split xview_val '
    '--out out'
).split()


def parse(*words):
    return parse_args('', ['--ann-file', 'a.pkl', *NWUCLA, *words])


def test_budgets_fill_in_what_is_not_given():
    args = parse('--budget', 'quick')
    assert (args.seeds, len(args.fractions), args.sweep) == (3, 2, False)
    assert 'self_trained' not in args.arms
    assert {'scratch', 'pretrained', 'frozen_knn'} < set(args.arms)
    args = parse('--budget', 'quick', '--seeds', '1', '--sweep')
    assert (args.seeds, args.sweep) == (1, True)
    args = parse()
    assert (args.seeds, args.sweep) == (5, True)
    assert {'self_trained', 'self_trained_scratch'} < set(args.arms)
    assert 'stgcnpp' not in args.arms
    assert 'stgcnpp' in parse('--stgcnpp').arms
    args = parse('--arms', 'pretrained', 'scratch', '--no-sweep')
    assert (args.arms, args.sweep) == (['scratch', 'pretrained'], False)


@pytest.mark.parametrize(
    'words, told',
    [
        (['--fractions', '0'], 'must be in (0, 1], got 0'),
        (['--fractions', '1.5'], 'got 1.5'),
        (['--jobs', '0'], '--jobs must be at least 1'),
        (['--seeds', '0'], '--seeds must be at least 1'),
        (['--test-split', 'xview_train'], 'another than --train-split'),
        (['--pretrained', 'none.pth'], 'no such file: none.pth'),
        (['--other-joints'], '--other-joints is for weights of another set'),
        (['--arms', 'magic'], 'invalid choice'),
        (['--configs', 'my_any.py'], 'must have {} once'),
        (
            ['--stgcnpp-options', 'train_cfg.max_epochs=2'],
            'which is not asked for; add --stgcnpp',
        ),
    ],
)
def test_nonsense_is_refused(words, told, capsys):
    with pytest.raises(SystemExit) as info:
        parse(*words)
    assert info.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    'words',
    [
        ('--pretrain-on', 'all'),
        ('--unlabelled', 'a.pkl'),
        ('--pretrain-options', 'train_cfg.max_epochs=2'),
    ],
)
def test_given_weights_are_not_trained_further(tmp_path, capsys, words):
    path = tmp_path / 'w.pth'
    path.write_bytes(b'')
    with pytest.raises(SystemExit):
        parse('--pretrained', str(path), *words)
    assert 'leave --pretrain-on' in capsys.readouterr().err


@pytest.fixture
def ask(made_data, monkeypatch):
    for name in (
        'LAYOUT',
        'TRAIN',
        'TEST',
        'IN_CHANNELS',
        'NUM_CLASSES',
        'UP',
    ):
        monkeypatch.setenv(f'SKELETONS_{name}', '-')
    for name in ('SKELETONS', 'SKELETONMAE_CHECKPOINT'):
        monkeypatch.setenv(name, '-')

    def run(*words):
        ann_file = str(made_data('nwucla'))
        words = ['--ann-file', ann_file, *NWUCLA, *words]
        return question(parse_args('', words), CONFIGS)

    return run


def test_facts_are_read_from_the_file(ask):
    spec, plan, train, test = ask('--seeds', '2', '--pretrain-seeds', '2')
    assert spec.in_channels == 3
    assert spec.num_classes == max(train.labels) + 1
    assert plan.seeds == (0, 1) and plan.pretrain_seeds == 2
    assert spec.sweep == 0.25
    assert (len(train.ids), len(test.ids)) == (16, 8)
    assert set(spec.recipes) == {
        'pretrain',
        'scratch',
        'pretrained',
        'stgcnpp',
    }


def test_how_much_is_asked_is_no_other_question(ask):
    first = ask('--arms', 'scratch', '--seeds', '1', '--jobs', '1')[0]
    assert first == ask('--arms', 'pretrained', '--seeds', '3')[0]
    assert first != ask('--clip-len', '16')[0]
    assert first != ask('--no-sweep')[0]
    assert first != ask('--budget', 'quick')[0]
    options = '--train-options', 'train_cfg.max_epochs=3'
    assert ask(*options)[0].train_options == {'train_cfg.max_epochs': 3}


def test_unlabelled_clips_that_show_the_test_are_refused(ask, made_data):
    own = str(made_data('nwucla'))
    with pytest.raises(ValueError, match='8 of its clips.*--pretrain-on all'):
        ask('--unlabelled', own)
    assert ask('--unlabelled', own, '--pretrain-on', 'all')[0].transductive
    with pytest.raises(FileNotFoundError, match='gone.pkl: no such file'):
        ask('--unlabelled', 'gone.pkl', '--pretrain-on', 'all')


def test_options_of_the_stock_model_reach_it_alone(ask):
    words = '--stgcnpp', '--stgcnpp-options', 'train_cfg.max_epochs=3'
    spec, plain = ask(*words)[0], ask('--stgcnpp')[0]
    assert spec.stock_options == {'train_cfg.max_epochs': 3}
    changed = {k for k in spec.recipes if spec.recipes[k] != plain.recipes[k]}
    assert changed == {'stgcnpp'}


def test_other_configs_are_recorded_and_must_be_there(ask, tmp_path):
    pattern = str(tmp_path / 'my_{}_any.py')
    words = ('--configs', pattern, '--arms', 'scratch')
    with pytest.raises(FileNotFoundError, match='my_scratch_any.py is not th'):
        ask(*words)
    base = CONFIGS / 'strl_scratch_any.py'
    mine = tmp_path / 'my_scratch_any.py'
    mine.write_text(f"_base_ = '{base}'\ntrain_cfg = dict(max_epochs=3)\n")
    spec, *_ = ask(*words, '--stgcnpp')
    assert spec.to_json()['configs'] == pattern
    assert set(spec.recipes) == {'scratch', 'stgcnpp'}
    # Another recipe than the shipped one, and another question.
    shipped, *_ = ask('--arms', 'scratch', '--stgcnpp')
    assert shipped.recipes['scratch'] != spec.recipes['scratch']
    assert shipped.recipes['stgcnpp'] == spec.recipes['stgcnpp']
    assert 'configs' not in shipped.to_json()
    with pytest.raises(FileNotFoundError, match="'pretrained' needs it"):
        ask('--configs', pattern)


def test_labels_are_spread_by_a_backbone_that_is_pretrained_whole(
    ask, tmp_path
):
    base = CONFIGS / 'strl_scratch_any.py'
    for name in ('pretrain', 'scratch', 'finetune'):
        (tmp_path / f'my_{name}_any.py').write_text(f"_base_ = '{base}'\n")
    # Its encoder alone reads the weights.
    (tmp_path / 'my_finetune_any.py').write_text(
        f"_base_ = '{base}'\n"
        'model = dict(backbone=dict(encoder=dict(init_cfg=dict('
        "type='Pretrained', checkpoint='{{$SKELETONMAE_CHECKPOINT:x}}'))))\n"
    )
    words = ('--configs', str(tmp_path / 'my_{}_any.py'), '--arms')
    ask(*words, 'pretrained')
    with pytest.raises(ValueError, match='labels are spread by pre-trained'):
        ask(*words, 'pretrained', 'spread')


def test_given_weights_that_do_not_fit_are_told_at_once(ask, tmp_path):
    path = tmp_path / 'given.pth'
    words = ('--pretrained', str(path), '--arms')
    path.write_bytes(b'no weights')
    with pytest.raises(ValueError, match='given.pth: expected'):
        ask(*words, 'frozen_knn')
    torch.save(dict(state_dict={'backbone.x': torch.zeros(1)}), path)
    with pytest.raises(ValueError, match='given.pth does not fit STRL'):
        ask(*words, 'scratch', 'pretrained')
    ask(*words, 'scratch')


def test_shipped_weights_are_asked_for_by_name(ask):
    words = ('--pretrained', 'generated-motion', '--arms', 'pretrained')
    spec, *_ = ask(*words)
    assert spec.pretrained == 'generated-motion'
    file = shipped_weights(get_layout('kinect20'), 3)
    assert spec.pretrained_checksum == f'{zlib.crc32(file.read_bytes()):08x}'


def test_more_unlabelled_clips_are_known_by_content(ask, made_data, tmp_path):
    more = tmp_path / 'more.pkl'
    words = '--unlabelled', str(more), '--pretrain-on', 'all'
    told = []
    for number in (24, 48):
        more.write_bytes(made_data('nwucla', number).read_bytes())
        told.append(ask(*words)[0].data)
    assert told[0] != told[1]


def test_what_is_written_is_what_is_asked_again(ask, tmp_path):
    words = '--train-options', 'optim_wrapper.optimizer.betas=(0.9,0.95)'
    folder = Folder(tmp_path)
    folder.claim(ask(*words)[0])
    folder.claim(ask(*words)[0])


@pytest.mark.parametrize(
    'words, told',
    [
        (('--clip-len', '30'), 'clip_len=30 .* patches of 4'),
        (('--train-options', 'model.backbone.x=1'), 'cannot be built: .*x'),
        (('--train-options', 'model.cls_head.type=No'), 'cannot be built: '),
    ],
)
def test_a_model_that_cannot_be_is_told_at_once(ask, words, told):
    with pytest.raises(ValueError, match=told):
        ask('--arms', 'scratch', *words)


def test_splits_of_a_set_have_the_same_recipes(ask, made_data):
    """Which file and clips it is, the question says elsewhere."""
    there, back = (
        ask('--train-split', one, '--test-split', other)[0]
        for one, other in (
            ('xview_train', 'xview_val'),
            ('xview_val', 'xview_train'),
        )
    )
    assert there.recipes == back.recipes and there.data != back.data


@pytest.fixture
def z_up(made_data, tmp_path):
    """Function that writes clips, those of some splits with z upwards."""

    def write(*splits):
        data = pickle.loads(made_data('nwucla').read_bytes())
        turned = {name for split in splits for name in data['split'][split]}
        for clip in data['annotations']:
            x, y, z = np.moveaxis(clip['keypoint'], -1, 0)
            if clip['frame_dir'] in turned:
                clip['keypoint'] = np.stack([x, -z, y], -1)
        path = tmp_path / f'z_up_{len(splits)}.pkl'
        path.write_bytes(pickle.dumps(data))
        return str(path)

    return write


def test_which_way_is_up_is_seen(ask, z_up):
    assert ask()[0].up == 'y' and 'up' not in ask()[0].to_json()
    path = z_up('xview_train', 'xview_val')
    found = ask('--ann-file', path)[0]
    assert found.up == 'z' and found.to_json()['up'] == 'z'
    assert ask('--ann-file', path, '--up=-y')[0].up == '-y'
    cfg = load_config(CONFIGS, 'scratch', found)
    assert cfg.train_dataloader.dataset.up == 'z'
    assert cfg.test_pipeline[0].facts.up == 'z'
    assert found.recipes != ask()[0].recipes


def test_clips_that_stand_otherwise_are_refused(ask, z_up, made_data):
    mixed = z_up('xview_train')
    with pytest.raises(ValueError, match='along z in the training .*along y'):
        ask('--ann-file', mixed)
    assert ask('--ann-file', mixed, '--up', 'z')[0].up == 'z'
    more = '--unlabelled', str(made_data('nwucla')), '--pretrain-on', 'all'
    whole = z_up('xview_train', 'xview_val')
    with pytest.raises(ValueError, match=r'along z in .*y in .*nwucla_24'):
        ask('--ann-file', whole, *more)


def test_images_have_one_way_up(made_data, ask):
    file = '--ann-file', str(made_data('jhmdb', 120)), '--layout', 'jhmdb15'
    splits = '--train-split', 'train1', '--test-split', 'test1'
    assert ask(*file, *splits, '--up', 'y')[0].up == 'y'
    with pytest.raises(ValueError, match='3 coordinates, got 2; leave it out'):
        ask(*file, *splits, '--up', 'z')


def test_what_is_not_seen_is_told(ask, made_data, tmp_path, log):
    layout = get_layout('kinect20')
    halves = dict(one=list(range(10)), other=list(range(10, 20)))
    path = tmp_path / 'nameless.json'
    fields = dict(joints=layout.joints, bones=layout.bones, parts=halves)
    path.write_text(json.dumps(fields))
    assert ask('--layout', str(path))[0].up == 'y'
    assert 'no parts with "head" and "leg" in their names' in log()
