import json

import numpy as np
import pytest

from skeletonmae_plugin.demo.comparison import (
    PRETRAINING,
    read_comparison,
    read_table,
)
from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.clips import Clips
from skeletonmae_plugin.label_efficiency.folder import Folder
from skeletonmae_plugin.label_efficiency.results import (
    group_results,
    result_row,
)
from skeletonmae_plugin.label_efficiency.sentence import answer
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.label_efficiency.table import table
from skeletonmae_plugin.whole_files import write_json

LABELS = [0, 1, 1, 0]
# Of the test clips, by arm, fraction and seed.
GUESSES = {
    ('scratch', 0.1, 0): [1, 0, 1, 1],
    ('scratch', 0.1, 1): [0, 0, 1, 1],
    ('pretrained', 0.1, 0): [0, 1, 1, 1],
    ('pretrained', 0.1, 1): [0, 1, 1, 0],
    ('scratch', 0.5, 0): [0, 1, 1, 0],
    ('scratch', 0.5, 1): [0, 1, 1, 0],
    ('pretrained', 0.5, 0): [0, 1, 1, 0],
    ('pretrained', 0.5, 1): [0, 1, 1, 0],
}


def log(work_dir, loss):
    path = work_dir / '20260101_000000' / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(dict(step=1, loss=loss)))


@pytest.fixture
def run(tmp_path):
    """A folder as the tool leaves it."""
    folder = Folder(tmp_path)
    folder.write_test(Clips(tuple('abcd'), tuple(LABELS), 2))
    done = []
    for (arm, fraction, seed), guesses in GUESSES.items():
        cell = Cell(arm, fraction, seed, 0 if arm == 'pretrained' else None)
        result = dict(
            top1=float(np.mean(np.array(guesses) == LABELS)),
            mean_class_accuracy=0.5,
            seconds=1.0,
            lr_factor=1.0,
            updates=7,
            predicted=guesses,
        )
        write_json(folder.result_file(cell), result)
        log(folder.work_dir(cell), loss=seed + 10 * fraction)
        done.append((cell, result, round(20 * fraction)))
    log(folder.work_dir(PRETRAINING), loss=5.0)
    groups = group_results(done, np.array(LABELS))
    spec = Spec('toy.pkl', 'coco', 'train', 'test', '', 2, 2)
    rows = [result_row(*one, transductive=False) for one in done]
    write_json(tmp_path / 'results.json', rows)
    text = table(spec, groups, answer(groups))
    (tmp_path / 'table.md').write_text(text, 'utf-8')
    (tmp_path / 'answer.txt').write_text(answer(groups) + '\n', 'utf-8')
    (tmp_path / 'figure.png').write_bytes(b'png')
    return tmp_path


def test_what_the_tool_wrote_is_read(run):
    found = read_comparison(run)
    assert found.answer.startswith('With 2 labels, ')
    assert found.figure == b'png' and found.num_subsets == 2
    assert [row[:2] for row in found.rows] == [
        ['2 (10 %)', 'scratch'],
        ['2 (10 %)', 'pretrained'],
        ['10 (50 %)', 'scratch'],
        ['10 (50 %)', 'pretrained'],
    ]
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert any('test chooses nothing' in note for note in found.notes)


def test_details_are_of_the_fewest_labels_and_the_first_subset(run):
    found = read_comparison(run)
    assert found.num_labels == 2
    assert found.top1 == dict(pretrained=87.5, scratch=37.5)
    assert found.curves['scratch'] == [dict(step=1, loss=1.0)]
    assert found.pairs.tolist() == [[0, 0], [1, 1], [1, 1], [0, 1]]
    assert found.pretrain_rows == [dict(step=1, loss=5.0)]


def test_table():
    text = 'Words.\n\n| a | b |\n|---|---|\n| 1 |  |\n\n- one\n- two\n'
    assert read_table(text) == (['a', 'b'], [['1', '']], ['one', 'two'])
