"""Two models from checkpoints to a table, by the tools themselves."""

import json
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.evaluation import mean_class_accuracy, top_k_accuracy
from mmengine.config import Config

from skeletonmae_plugin.evaluation.probe_report import load_model
from skeletonmae_plugin.evaluation.score_dump import read_scores

ROOT = Path(__file__).resolve().parents[2]
#: Of a config, what a test needs: MMEngine formats all that there is.
NEEDED = ('model', 'test_dataloader', 'test_evaluator', 'test_cfg')


@pytest.fixture(scope='module')
def tool(load_tool):
    return load_tool('ensemble')


@pytest.fixture(scope='module')
def models(made_data, tmp_path_factory):
    """Config and checkpoint of two models, ours and ST-GCN++."""
    found = []
    for name in ('strl_scratch_toy', 'stgcnpp_toy'):
        folder = tmp_path_factory.mktemp(name)
        whole = Config.fromfile(ROOT / 'configs' / f'{name}.py')
        cfg = Config({key: whole[key] for key in NEEDED})
        cfg.default_scope = 'mmaction'
        cfg.test_dataloader.update(num_workers=0, persistent_workers=False)
        cfg.test_dataloader.dataset.ann_file = str(made_data('toy', 48))
        cfg.dump(folder / f'{name}.py')
        torch.manual_seed(1)
        model = load_model(cfg, 'none')
        torch.save(model.state_dict(), folder / 'epoch_1.pth')
        found.append((str(folder / f'{name}.py'), str(folder / 'epoch_1.pth')))
    return found


def test_a_dump_and_a_run(tool, models, tmp_path, monkeypatch, capsys):
    dump, out = tmp_path / 'ours.npz', tmp_path / 'out'
    words = [*models[0], '--work-dir', str(tmp_path), '--dump', str(dump)]
    monkeypatch.setattr(sys, 'argv', ['test.py', *words])
    monkeypatch.setenv('LOCAL_RANK', '0')
    runpy.run_path(str(ROOT / 'tools' / 'test.py'), run_name='__main__')
    (log,) = tmp_path.glob('*/*.json')
    metrics = json.loads(log.read_text())
    ours = read_scores(dump)
    assert ours.facts['checkpoint'] == models[0][1]

    capsys.readouterr()
    words = [str(dump), '--run', *models[1], '--weights', '1', '0.5']
    options = ['--cfg-options', 'test_dataloader.batch_size=5']
    tool.main([*words, '--out', str(out), *options])
    printed = capsys.readouterr().out
    stock = read_scores(out / f'{Path(models[1][1]).parent.name}_epoch_1.npz')
    assert stock.facts['config'] == models[1][0]
    assert stock.facts['checkpoint'] == models[1][1]
    assert stock.ids.tolist() == ours.ids.tolist()

    # MMAction2's own numbers of the test, and its own functions.
    found = json.loads((out / 'ensemble.json').read_text())
    row = found['members'][0]
    for name, key in (
        ('top1', 'top1'),
        ('top5', 'top5'),
        ('mean1', 'mean_class_accuracy'),
    ):
        assert row[key] == pytest.approx(metrics[f'acc/{name}'])
    mean = (ours.values + 0.5 * stock.values) / 1.5
    top1, top5 = top_k_accuracy(mean, ours.labels, (1, 5))
    row = found['ensemble']
    assert (row['top1'], row['top5']) == pytest.approx((top1, top5))
    by_class = mean_class_accuracy(mean, ours.labels)
    assert row['mean_class_accuracy'] == pytest.approx(by_class)
    table = (out / 'ensemble.md').read_text()
    assert table in printed
    assert f'**ensemble** |  | {100 * top1:.1f} | {100 * top5:.1f} |' in table
    assert 'INFO' not in printed

    # Again, from the dumps alone, in another order.
    again = [str(out / Path(f['file']).name) for f in found['members'][1:]]
    tool.main([*again, str(dump), '--weights', '0.5', '1'])
    assert f'**ensemble** |  | {100 * top1:.1f} |' in capsys.readouterr().out


def test_what_does_not_go_together_is_told(tool, models, tmp_path, capsys):
    words = ['--run', models[0][0], models[1][1], '--out', str(tmp_path)]
    with pytest.raises(SystemExit) as error:
        tool.main(words)
    assert f'{models[1][1]}: expected the weights of the model of ' in (
        str(error.value)
    )
    assert 'size mismatch for cls_head.fc.weight' in str(error.value)
    assert len(str(error.value)) < 600
    with pytest.raises(SystemExit, match='error: none.npz: no such file'):
        tool.main(['none.npz'])
    stock = tmp_path / 'stock.pkl'
    stock.write_bytes(b'')
    with pytest.raises(SystemExit, match=r'error: .*stock\.pkl is a pickle'):
        tool.main([str(stock)])
    assert not np.any([path.suffix == '.npz' for path in tmp_path.iterdir()])
