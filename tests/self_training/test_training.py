import shutil

from skeletonmae_plugin.self_training.training import test as run_test
from skeletonmae_plugin.self_training.training import train


def test_a_training_goes_on_where_it_was_broken_off(
    cfg, tmp_path, assert_same_weights
):
    cfg.train_cfg.max_epochs = 2
    dataset = cfg.train_dataloader.dataset.to_dict()
    whole, broken = tmp_path / 'whole', tmp_path / 'broken'
    last = train(cfg, dataset, whole, seed=3)
    assert last == str(whole / 'epoch_2.pth')
    broken.mkdir()
    shutil.copy(whole / 'epoch_1.pth', broken)
    (broken / 'last_checkpoint').write_text(str(broken / 'epoch_1.pth'))
    before = (broken / 'epoch_1.pth').stat().st_mtime_ns
    cfg.load_from = last  # where a start would begin, not a resume
    resumed = train(cfg, dataset, broken, seed=3)
    assert (broken / 'epoch_1.pth').stat().st_mtime_ns == before
    assert_same_weights(last, resumed)
    # Nothing is left to do.
    before = (broken / 'epoch_2.pth').stat().st_mtime_ns
    assert train(cfg, dataset, broken, seed=3) == resumed
    assert (broken / 'epoch_2.pth').stat().st_mtime_ns == before
    # Neither has looked at the test split.
    logs = ''.join(p.read_text() for p in tmp_path.rglob('scalars.json'))
    assert 'loss' in logs and 'acc/' not in logs

    metrics = run_test(cfg, resumed, broken, seed=3)
    assert 0 <= metrics['acc/top1'] <= metrics['acc/top5'] <= 1
