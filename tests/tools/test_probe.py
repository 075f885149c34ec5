"""tools/probe.py as a user runs it, on made data."""

import json
from pathlib import Path

import matplotlib.image
import pytest
import torch
from mmengine.config import Config

from skeletonmae_plugin.evaluation.probe_report import load_model

ROOT = Path(__file__).resolve().parents[2]
PRETRAIN = 'skeletonmae_pretrain_toy.py'


@pytest.fixture(scope='module')
def tool(load_tool):
    return load_tool('probe')


def options(file):
    return [
        '--cfg-options',
        f'train_dataloader.dataset.ann_file={file}',
        f'test_dataloader.dataset.ann_file={file}',
    ]


def test_table_json_and_map(tool, made_data, tmp_path, capsys):
    config = str(ROOT / 'configs' / PRETRAIN)
    torch.manual_seed(0)
    weights = tmp_path / 'weights.pth'
    model = load_model(Config.fromfile(config), 'none')
    torch.save(dict(state_dict=model.state_dict()), weights)
    out = tmp_path / 'out'
    base = [config, str(weights), '--out', str(out)]
    tool.main([*base, '--map', 'pca', *options(made_data('toy', 48))])
    found = json.loads((out / 'probe.json').read_text())
    assert found['config'] == config and found['checkpoint'] == str(weights)
    assert (found['num_train'], found['num_test']) == (32, 16)
    assert found['num_classes'] == 12 and found['embed_dims'] == 64
    names = [row['probe'] for row in found['rows']]
    assert names == [f'{k}-NN, cosine' for k in (1, 5, 20)] + ['linear']
    table = (out / 'probe.md').read_text()
    for row in found['rows']:
        assert 0 <= row['top1'] <= 1
        assert f'| {row["probe"]} | {100 * row["top1"]:.1f} |' in table
    assert f'C of the linear probe: {found["choice"]}' in table
    assert table in capsys.readouterr().out
    assert matplotlib.image.imread(out / 'map.png').std() > 0.01
    # The same weights give the same numbers.
    tool.main([*base, *options(made_data('toy', 48))])
    assert json.loads((out / 'probe.json').read_text()) == found


def test_without_weights_the_seed_counts(tool, made_data, capfd):
    config = str(ROOT / 'configs' / 'strl_scratch_toy.py')
    printed = []
    for seed in ('0', '0', '1'):
        tool.main(
            [config, 'none', '--seed', seed, *options(made_data('toy', 24))]
        )
        printed.append(capfd.readouterr().out)
    assert '8 test clips by 16 training clips' in printed[0]
    assert '| 20-NN' not in printed[0]  # there are but 16
    assert 'Too few training clips for 20-NN.' in printed[0]
    assert '2-fold' in printed[0]
    assert 'INFO' not in printed[0]
    tables = [text[text.index('| frozen') :] for text in printed]
    assert tables[0] == tables[1] != tables[2]


@pytest.mark.parametrize('name', ['probe', 'visualize_reconstruction'])
def test_what_is_no_checkpoint_is_told_in_a_line(
    load_tool, name, made_data, tmp_path
):
    junk = tmp_path / 'junk.pth'
    junk.write_bytes(b'no weights')
    words = [str(ROOT / 'configs' / PRETRAIN), str(junk)]
    words += ['--out', str(tmp_path / 'out'), *options(made_data('toy', 48))]
    with pytest.raises(SystemExit, match=r'error: .*junk\.pth: expected'):
        load_tool(name).main(words)


def test_weights_of_another_model_are_told(tool, tmp_path):
    other = load_model(
        Config.fromfile(ROOT / 'configs' / 'strl_scratch_toy.py'), 'none'
    )
    weights = tmp_path / 'weights.pth'
    torch.save(dict(state_dict=other.state_dict()), weights)
    with pytest.raises(SystemExit, match='error: .*does not fit Skeleton'):
        tool.main([str(ROOT / 'configs' / PRETRAIN), str(weights)])


@pytest.mark.parametrize('option', ['--num', '--frames'])
def test_no_picture_at_all_is_refused(load_tool, option, tmp_path, capsys):
    with pytest.raises(SystemExit):
        load_tool('visualize_reconstruction').main(
            [PRETRAIN, 'w.pth', '--out', str(tmp_path), option, '0']
        )
    assert f'{option} must be at least 1' in capsys.readouterr().err
