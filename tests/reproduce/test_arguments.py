"""What is asked for, in words and as questions."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from skeletonmae_plugin.label_efficiency.clips import read_clips
from skeletonmae_plugin.label_efficiency.configs import load_config
from skeletonmae_plugin.reproduce import arguments
from skeletonmae_plugin.reproduce.arguments import (
    amount_of,
    launcher_of,
    num_clips_of,
    parse_args,
    place_of,
    remarks_of,
    study_of,
    unread_study_of,
)
from skeletonmae_plugin.reproduce.rows import TABLES
from skeletonmae_plugin.study.run import row_spec
from skeletonmae_plugin.study.sets import set_names

ROOT = Path(__file__).resolve().parents[2]
CONFIGS, TOOLS = ROOT / 'configs', ROOT / 'tools'


def parse(*words, table='depth', name='routine16'):
    return parse_args('', CONFIGS, [table, '--set', name, *words])


@pytest.fixture(autouse=True)
def data(made_data, monkeypatch):
    """Two of the sets are there, others are not."""
    for name in ('SBU_3D', 'NWUCLA_3D', 'TOY_2D', 'NTU60_2D'):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv('ROUTINE16_2D', str(made_data('routine16', 120)))
    monkeypatch.setenv('JHMDB_2D', str(made_data('jhmdb', 120)))


def test_sets_are_those_of_the_folder():
    assert {'ntu60', 'nwucla', 'jhmdb', 'toy'} <= set(set_names(CONFIGS))
    assert not {'any', 'skeleton'} & set(set_names(CONFIGS))


@pytest.mark.parametrize(
    'words, message',
    [
        (('--seeds', '0'), 'must be at least 1'),
        (('--epochs-scale', '0'), 'must be above 0'),
        (('--nproc', '2'), 'needs a --launcher'),
        (('--launcher', 'slurm'), 'go together'),
        (('--partition', 'gpu'), 'go together'),
        (('--num-clips', '5'), 'is for --estimate'),
        (('--name', 'a_b'), "no recipe or factor, got 'a_b'"),
        (('--name', 'default'), "no recipe or factor, got 'default'"),
        (('--name', 'x2'), "no recipe or factor, got 'x2'"),
        (('--train-options', 'a=1'), 'need a --name'),
    ],
)
def test_nonsense_is_refused(words, message, capsys):
    with pytest.raises(SystemExit):
        parse(*words)
    assert message in capsys.readouterr().err


def test_options_of_all_rows_go_before_those_of_the_set():
    key, pool = 'train_dataloader.batch_size', 'model.backbone.pool_norm'
    args = parse(
        *('--name', 'small', '--pretrain-options', f'{key}=8'),
        *('--train-options', f'{key}=4', f'{pool}=True'),
    )
    for study in (
        study_of(args, CONFIGS, TOOLS)[0],
        unread_study_of(args, CONFIGS),
    ):
        spec = study.spec
        assert spec.pretrain_options[key] == 8
        assert (spec.train_options[key], spec.train_options[pool]) == (4, True)
        # A row's own come last.
        row = replace(
            next(iter(TABLES['main'](place_of(args, study)))).row,
            train={pool: False},
        )
        assert row_spec(study, row).train_options[pool] is False
        assert row_spec(study, row).train_options[key] == 4
    pretrain, train = remarks_of(args, study)
    assert pretrain == f'OPTIONS of all pre-trainings: `{key}=8`.'
    assert train == (
        f'OPTIONS of all trainings of STRL: `{key}=4`, `{pool}=True`.'
    )
    assert remarks_of(parse(), study) == []


def test_launched_trainings_run_one_by_one():
    args = parse('--launcher', 'pytorch', '--nproc', '4')
    launcher = launcher_of(args, TOOLS)
    assert (args.jobs, launcher.num_processes) == (1, 4)
    assert launcher_of(parse(), TOOLS) is None


def test_each_seed_has_a_pretraining_of_its_own():
    args = parse('--seeds', '4', '--epochs-scale', '0.5')
    study, left_out = study_of(args, CONFIGS, TOOLS)
    plan, spec = study.plan, study.spec
    assert (plan.paired, plan.pretrain_seeds) == (True, 4)
    assert (plan.fractions, plan.seeds) == ((1.0,), (0, 1, 2, 3))
    assert (spec.epochs, spec.recipe, spec.sweep) == (0.5, 'paper', None)
    assert left_out == [] and study.sources == {}
    # Its ST-GCN++ takes pixels, as configs/stgcnpp_routine16.py has it.
    pipeline = spec.stock_options['train_dataloader.dataset.pipeline']
    assert pipeline[1]['type'] == 'PreNormalize2D'


def test_sources_are_sets_whose_file_is_there(monkeypatch):
    args = parse(table='transfer')
    some = ('jhmdb', 'ntu60', 'nwucla', 'routine16')
    monkeypatch.setattr(arguments, 'set_names', lambda configs: some)
    study, left_out = study_of(args, CONFIGS, TOOLS)
    assert list(study.sources) == ['jhmdb']
    assert any(text.startswith('ntu60: expected a file') for text in left_out)
    rows = [line.row for line in TABLES['transfer'](place_of(args, study))]
    assert [row.pretrain_on for row in rows] == [None, 'jhmdb', None]
    assert study.sources['jhmdb'].spec.layout == 'jhmdb15'
    args = parse('--sources', 'nwucla', table='transfer')
    with pytest.raises(FileNotFoundError, match='nwucla'):
        study_of(args, CONFIGS, TOOLS)


def test_hours_need_no_file_but_a_number():
    args = parse('--estimate', name='ntu60')
    study = unread_study_of(args, CONFIGS)
    assert (study.spec.num_classes, study.spec.num_person) == (60, 2)
    with pytest.raises(FileNotFoundError, match='--num-clips'):
        num_clips_of(args, study)
    args = parse('--estimate', '--num-clips', '40000', name='ntu60')
    assert num_clips_of(args, study) == 40000
    args = parse('--estimate')
    unread = unread_study_of(args, CONFIGS)
    clips = read_clips(unread.spec.ann_file, 'coco', 'train')
    assert num_clips_of(args, unread) == len(clips.ids)
    args = parse('--sources', 'ntu60', 'sbu', '--estimate', table='transfer')
    place = place_of(args, unread_study_of(args, CONFIGS))
    assert list(place.sources) == ['ntu60', 'sbu']


def test_a_question_is_the_same_when_it_is_read_again():
    """So that what is killed goes on."""
    words = 'model.backbone.encoder.streams=(coordinate,bone)'
    args = parse('--name', 'two', '--train-options', words)
    spec = study_of(args, CONFIGS, TOOLS)[0].spec
    assert json.loads(json.dumps(spec.to_json())) == spec.to_json()


@pytest.mark.parametrize('key', ['trian_dataloader.batch_size', 'modle'])
def test_a_misspelt_option_is_refused(key):
    args = parse('--name', 'two', '--train-options', f'{key}=5')
    with pytest.raises(ValueError, match='the config has no'):
        study_of(args, CONFIGS, TOOLS)


def test_stgcnpp_has_as_many_updates():
    key = 'train_dataloader.batch_size'
    args = parse('--name', 'small', '--train-options', f'{key}=32')
    study, _ = study_of(args, CONFIGS, TOOLS)
    strl, stock = (
        load_config(CONFIGS, kind, study.spec)
        for kind in ('scratch', 'stgcnpp')
    )
    assert strl.train_dataloader.batch_size == 32
    assert strl.train_cfg.max_epochs == stock.train_cfg.max_epochs == 110
    assert stock.train_dataloader.batch_size == 32
    assert stock.train_dataloader.sampler.min_clips is None


def test_one_stream_needs_a_name(monkeypatch, capsys):
    monkeypatch.setenv('SKELETON_STREAM', 'b')
    with pytest.raises(SystemExit):
        parse()
    assert 'need a --name' in capsys.readouterr().err
    args = parse('--name', 'bones')
    study, _ = study_of(args, CONFIGS, TOOLS)
    assert any('SKELETON_STREAM=b' in x for x in remarks_of(args, study))


def test_processes_are_of_the_question_and_divide_the_batch():
    words = '--launcher', 'pytorch', '--nproc'
    one, four = (
        study_of(parse(*words, n), CONFIGS, TOOLS)[0].spec for n in '14'
    )
    assert four == replace(one, num_processes=4)
    assert 'num_processes' not in one.to_json()
    with pytest.raises(ValueError, match='divides the batch of 1024 .*got 3'):
        study_of(parse(*words, '3'), CONFIGS, TOOLS)


def test_test_clips_that_a_source_has_seen_are_told():
    args = parse(table='transfer')
    study, _ = study_of(args, CONFIGS, TOOLS)
    source = study.sources['jhmdb']
    assert remarks_of(args, study) == []
    ids = (*source.train.ids, *study.test.ids[:3])
    seen = replace(source, train=replace(source.train, ids=ids))
    study = replace(study, sources=dict(jhmdb=seen))
    (words,) = remarks_of(args, study)
    assert 'TRANSDUCTIVE: the pre-training on jhmdb sees 3 of' in words


def test_protocols_have_tables_of_their_own(monkeypatch):
    stems = set()
    for split in ('1', '2'):
        monkeypatch.setenv('JHMDB_SPLIT', split)
        args = parse(name='jhmdb')
        spec = unread_study_of(args, CONFIGS).spec
        stems.add(amount_of(args, spec).stem('main'))
    assert stems == {'main_jhmdb_train1', 'main_jhmdb_train2'}
