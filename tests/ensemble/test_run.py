"""From files to a report and its files."""

import json
import os

import numpy as np
import pytest
from mmaction.evaluation import mean_class_accuracy, top_k_accuracy

from skeletonmae_plugin.ensemble.report import markdown
from skeletonmae_plugin.ensemble.run import run, write
from skeletonmae_plugin.evaluation.score_dump import read_scores, write_scores


def wanted(values, labels):
    """By MMAction2's own functions; all classes are there."""
    top1, top5 = top_k_accuracy(values, labels, (1, 5))
    return [top1, top5, mean_class_accuracy(values, labels)]


def test_table_json_and_dump_say_the_same(dump, make, tmp_path):
    files = [dump('joint', 0), dump('bone', 1, skill=1.4)]
    a, b = make(0), make(1, skill=1.4)
    assert len(set(a.labels)) == 7
    report, fused = run(files, [1, 0.5])
    out = tmp_path / 'out'
    write(out, report, fused)
    assert sorted(os.listdir(out)) == [
        *('ensemble.json', 'ensemble.md', 'ensemble.npz')
    ]
    mean = (a.values + 0.5 * b.values) / 1.5
    kept = read_scores(out / 'ensemble.npz')
    np.testing.assert_allclose(kept.values, mean, rtol=1e-5)
    assert kept.ids.tolist() == a.ids.tolist()

    found = json.loads((out / 'ensemble.json').read_text())
    text = (out / 'ensemble.md').read_text()
    assert text == markdown(report)
    assert '40 clips, 7 classes; probabilities; weights: as given.' in text
    rows = [*found['members'], found['ensemble']]
    for row, name, values in zip(
        rows,
        (f'| {files[0]} | 1 |', f'| {files[1]} | 0.5 |', '| **ensemble** |  '),
        (a.values, b.values, mean),
        strict=True,
    ):
        numbers = [row[k] for k in ('top1', 'top5', 'mean_class_accuracy')]
        assert numbers == pytest.approx(wanted(values, a.labels))
        (line,) = (at for at in text.splitlines() if at.startswith(name))
        assert line.endswith(
            ' | '.join(f'{100 * x:.1f}' for x in numbers) + ' |'
        )
    assert found['members'][1]['weight'] == 0.5

    # Of the pair, clip by clip.
    top1 = [row['top1'] for row in found['members']]
    best = int(np.argmax(top1))
    assert found['best_member'] == files[best]
    gain = found['gain']
    assert gain['mean'] == pytest.approx(rows[2]['top1'] - top1[best])
    assert gain['low'] <= gain['mean'] <= gain['high']
    assert (
        f'best member ({files[best]}): {100 * gain["mean"]:+.1f} points'
        in (text)
    )
    assert 'LEFT OUT' not in text and 'no label' not in text


def test_left_out_and_unlabelled_clips_are_told(make, tmp_path):
    a, b = make(0), make(1)
    labels = a.labels.copy()
    labels[-2:] = -1
    files = []
    for name, member, first in (('a', a, 0), ('b', b, 3)):
        part = member.take(member.ids[first:])
        part.labels[:] = labels[first:]
        write_scores(tmp_path / f'{name}.npz', part)
        files.append(str(tmp_path / f'{name}.npz'))
    with pytest.raises(ValueError, match=r'b\.npz lacks 3 of the 40'):
        run(files)
    report, _ = run(files, common=True)
    text = markdown(report)
    assert text.startswith('37 clips')
    words = 'LEFT OUT (--common), since not all members have them: 3 clips of '
    assert f'{words}{files[0]}.' in text
    assert '2 clips have no label' in text
    known = slice(3, -2)
    assert report.accuracies[0].top1 == pytest.approx(
        (a.values[known].argmax(1) == a.labels[known]).mean()
    )


def test_equal_weights_and_softmax(dump, make):
    files = [dump('a', 0), dump('b', 1, softmax=False)]
    with pytest.raises(
        ValueError, match=r'a\.npz holds probabilities and .*b'
    ):
        run(files)
    report, fused = run(files, softmax=True)
    text = markdown(report)
    assert f'probabilities (softmax of {files[1]}); weights: equal' in text
    mean = (make(0).values + make(1).values) / 2
    np.testing.assert_allclose(fused.values, mean, rtol=1e-5)
    raw = dump('c', 2, softmax=False)
    report, _ = run([files[1], raw])
    assert 'scores as they are' in markdown(report)


def test_weights_from_another_split(dump):
    tests = [dump('a', 0), dump('b', 1, skill=0)]
    others = [dump('va', 2, prefix='v'), dump('vb', 3, prefix='v', skill=0)]
    report, fused = run(tests, choose_on=others)
    assert report.weights[0] > report.weights[1]
    assert f'chosen on 40 clips of {", ".join(others)}' in markdown(report)
    again, same = run(tests, list(report.weights))
    np.testing.assert_array_equal(same.values, fused.values)
    with pytest.raises(
        ValueError, match=r'40 clips of .*a\.npz.* are in the '
    ):
        run(tests, choose_on=[others[0], tests[0]])
    with pytest.raises(ValueError, match='for each of 2 members, got 1'):
        run(tests, choose_on=others[:1])
    more = dump('more', 4, prefix='v', num_classes=8)
    with pytest.raises(ValueError, match=r'more.npz has scores of 8 classes'):
        run(tests, choose_on=[more, more])
