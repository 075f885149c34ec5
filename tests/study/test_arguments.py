"""What is asked for, in words and in a question."""

import pickle
from pathlib import Path

import pytest

from skeletonmae_plugin import weights
from skeletonmae_plugin.label_efficiency.configs import variables
from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.study.arguments import parse_args, study_of
from skeletonmae_plugin.study.run import row_spec
from skeletonmae_plugin.study.tables import TABLES
from skeletonmae_plugin.weights import GENERATED_MOTION, shipped_weights

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


def parse(*words):
    return parse_args('', ['parts', '--set', 'sbu', *words])


def test_dev_is_the_default(tmp_path):
    args = parse('--out', str(tmp_path))
    assert (args.on, args.table, args.sweep) == ('dev', ['parts'], False)


@pytest.mark.parametrize(
    'words',
    [
        ('--fractions', '1.5'),
        ('--seeds', '0'),
        ('--epochs', '0'),
        ('--epochs', 'nan'),
        ('--epochs', 'inf'),
    ],
)
def test_nonsense_is_refused(words, tmp_path, capsys):
    with pytest.raises(SystemExit):
        parse('--out', str(tmp_path), *words)
    assert 'must be' in capsys.readouterr().err


def test_a_file_that_stands_otherwise_than_its_set_is_told(
    made_data, monkeypatch, tmp_path
):
    data = pickle.loads(made_data('nwucla', 48).read_bytes())
    for clip in data['annotations']:
        clip['keypoint'] = clip['keypoint'][..., [0, 2, 1]]
    path = tmp_path / 'z_up.pkl'
    path.write_bytes(pickle.dumps(data))
    monkeypatch.setenv('NWUCLA_3D', str(path))
    words = ['parts', '--set', 'nwucla', '--on', 'test', '--out', 'out']
    with pytest.raises(ValueError, match="along y, .* along z; set up='z'"):
        study_of(parse_args('', words), CONFIGS)


@pytest.mark.parametrize('on', ['dev', 'test'])
def test_question_of_a_set(on, made_data, monkeypatch, tmp_path):
    monkeypatch.setenv('SBU_3D', str(made_data('sbu', 200)))
    args = parse('--out', str(tmp_path), '--on', on, '--epochs', '0.5')
    study = study_of(args, CONFIGS)
    spec = study.spec
    assert (spec.layout, spec.num_person, spec.num_classes) == ('sbu15', 2, 8)
    assert spec.epochs == 0.5 and not set(study.train.ids) & set(
        study.test.ids
    )
    split = ('dev_train', 'dev_test') if on == 'dev' else ('train1', 'test1')
    assert (spec.train_split, spec.test_split) == split
    assert (tmp_path / 'data').exists() == (on == 'dev')
    for name in variables(spec, '-'):
        monkeypatch.setenv(name, '-')
    first, second = (row_spec(study, TABLES['length'][i]) for i in (0, 1))
    assert second.pretrain_options['train_cfg.max_epochs'] == 2 * 50
    same = {k for k in first.recipes if first.recipes[k] == second.recipes[k]}
    assert same == {'scratch', 'pretrained', 'stgcnpp'}


def test_stock_network_has_the_recipe_of_its_set(
    made_data, monkeypatch, tmp_path
):
    monkeypatch.setenv('ROUTINE16_2D', str(made_data('routine16', 100)))
    words = ['parts', '--set', 'routine16', '--out', str(tmp_path)]
    args = parse_args('', [*words, '--on', 'test'])
    options = study_of(args, CONFIGS).spec.stock_options
    pipeline = options['train_dataloader.dataset.pipeline']
    assert pipeline[1]['type'] == 'PreNormalize2D'


def test_weights_of_a_row_are_part_of_its_question(
    made_data, monkeypatch, tmp_path
):
    """Other weights of the same name give another question."""
    monkeypatch.setenv('SBU_3D', str(made_data('sbu', 200)))
    study = study_of(parse('--out', str(tmp_path)), CONFIGS)
    for name in variables(study.spec, '-'):
        monkeypatch.setenv(name, '-')
    own, then, alone = (row_spec(study, row) for row in TABLES['start'])
    assert own.pretrained is then.pretrained is None
    assert own.recipes['pretrain'] != then.recipes['pretrain']
    assert alone.pretrained == GENERATED_MOTION
    assert len(alone.pretrained_checksum) == 8
    other = tmp_path / 'other'
    other.mkdir()
    shipped = shipped_weights(get_layout('sbu15'), 3)
    (other / shipped.name).write_bytes(shipped.read_bytes() + b'x')
    monkeypatch.setattr(weights, '_FOLDER', other)
    rows = zip((own, then, alone), TABLES['start'], strict=True)
    same = [row_spec(study, row) == before for before, row in rows]
    assert same == [True, False, False]


def test_one_stream_is_no_table_of_the_recipe(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv('SKELETON_STREAM', 'b')
    with pytest.raises(SystemExit):
        parse('--out', str(tmp_path))
    assert 'SKELETON_STREAM=b asks for one' in capsys.readouterr().err
