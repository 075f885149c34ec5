"""The command line tool, run in this process, and a training after it."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from skeletonmae_plugin.datasets.packing import pack
from skeletonmae_plugin.toy import make_dataset

ROOT = Path(__file__).parents[3]
TOOL = ROOT / 'tools' / 'data' / 'check.py'


@pytest.fixture(scope='module')
def main(load_tool):
    module = load_tool('data/check')

    def run(*options):
        """The exit status, or the error."""
        with pytest.raises(SystemExit) as ended:
            module.main([str(option) for option in options])
        return ended.value.code

    return run


@pytest.fixture
def broken(tmp_path):
    """Made clips, some of them spoiled."""
    data = make_dataset('toy', 72)
    clips = data['annotations']
    clips[0]['keypoint'] = clips[0]['keypoint'][:, :, :15]
    clips[1]['keypoint'][0, 0] = np.nan
    clips[2]['keypoint'] = clips[2]['keypoint'].swapaxes(0, 1)
    clips[2]['keypoint_score'] = clips[2]['keypoint_score'].swapaxes(0, 1)
    clips[3]['label'] = 99
    clips[4]['keypoint'][:] = 0
    data['split']['train'].append('gone')
    path = tmp_path / 'broken.pkl'
    path.write_bytes(pickle.dumps(data))
    return path


def test_a_sound_file(main, made_data, tmp_path, capsys):
    out = tmp_path / 'work' / 'toy.json', tmp_path / 'work' / 'toy.png'
    file = made_data('toy', 72)
    options = [file, '--layout', 'coco']
    assert main(*options, '--json', out[0], '--picture', out[1]) == 0
    shown = capsys.readouterr()
    assert f'{file.name}: 72 clips' in shown.out
    assert shown.out.endswith('verdict: sound\n')
    assert 'looking at clips' in shown.err  # the bar
    assert json.loads(out[0].read_text())['verdict'] == 'sound'
    assert out[1].read_bytes().startswith(b'\x89PNG')


def test_a_broken_file_is_reported_mended_and_trains(
    main, broken, tmp_path, capsys, monkeypatch
):
    report, out = tmp_path / 'report.json', tmp_path / 'mended.pkl'
    before = broken.read_bytes()
    options = [broken, '--layout', 'coco', '--json', report]
    assert main(*options) == 1
    assert 'verdict: training would fail' in capsys.readouterr().out
    found = {x['kind']: x for x in json.loads(report.read_text())['findings']}
    errors = {k for k, x in found.items() if x['severity'] == 'error'}
    assert errors == {'joints', 'total_frames', 'label', 'unknown_ids'}
    assert main(*options, '--fix', out) == 0
    assert broken.read_bytes() == before
    shown = capsys.readouterr().out
    values = json.loads(report.read_text())
    assert len(values['changes']) == shown.count('fix: ') >= 6
    assert 'mended.pkl: written, 69 of 72 clips' in shown
    assert main(out, '--layout', 'coco') == 0
    # The shipped config trains and tests on what was written.
    monkeypatch.setenv('TOY_2D', str(out))
    init_default_scope('mmaction')
    config = Config.fromfile(ROOT / 'configs' / 'strl_scratch_toy.py')
    model = MODELS.build(config.model)
    model.init_weights()
    for part, mode in (('train', 'loss'), ('test', 'predict')):
        loader = dict(
            config[f'{part}_dataloader'],
            num_workers=0,
            persistent_workers=False,
        )
        batch = next(iter(Runner.build_dataloader(loader, 0)))
        data = model.data_preprocessor(batch, part == 'train')
        result = model(**data, mode=mode)
        if mode == 'loss':
            assert result['loss_cls'].isfinite()
        else:
            assert all(x.pred_score.isfinite().all() for x in result)


def test_a_packed_store_is_never_written_to(main, made_data, tmp_path):
    store = tmp_path / 'store'
    pack(made_data('toy', 72), store, 'coco')
    assert main(store, '--layout', 'coco') == 0
    answer = main(store, '--layout', 'coco', '--json', store / 'store.json')
    assert 'would overwrite' in answer


@pytest.mark.parametrize(
    'options, message',
    [
        (['no.pkl', '--layout', 'coco'], 'no.pkl: no such skeleton'),
        (['{in}', '--layout', 'cocoa'], "unknown layout 'cocoa'"),
        (['{in}', '--layout', 'coco', '--num-classes', '0'], 'at least 1'),
        (['{in}', '--layout', 'coco', '--fix', '{in}'], 'would overwrite'),
        (['{in}', '--layout', 'sbu15', '--fix', 'o.pkl'], 'no clip would be'),
        (['evil.pkl', '--layout', 'coco'], r'evil\.pkl: refused'),
    ],
)
def test_errors_are_one_line(
    main, made_data, tmp_path, monkeypatch, options, message
):
    monkeypatch.chdir(tmp_path)
    name = b"posix\nsys\x1b[2Jtem\n(S'touch mark'\ntR."
    Path('evil.pkl').write_bytes(b'c' + name)
    source = str(made_data('toy', 72))
    answer = main(*[option.replace('{in}', source) for option in options])
    assert answer.startswith('error: ') and answer.isprintable()
    assert message.replace('\\', '') in answer
    assert not Path('mark').exists() and not Path('o.pkl').exists()


@pytest.mark.slow
def test_help():
    done = subprocess.run(
        [sys.executable, str(TOOL), '--help'], capture_output=True, text=True
    )
    assert done.returncode == 0 and '--fix' in done.stdout
