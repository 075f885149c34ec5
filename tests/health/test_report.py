"""What is found, in text and as JSON."""

import json

import numpy as np
import pytest

from skeletonmae_plugin.health import mend, report_text, report_values
from skeletonmae_plugin.health.report import change_lines, printable


@pytest.fixture
def health(kit, file):
    data = kit.sound_data()
    for number in (1, 2, 4, 5, 7):
        data['annotations'][number]['img_shape'] = 'evil\x1b[2J\nname'
    data['annotations'][6]['keypoint'][:, :, 3] = 0
    data['annotations'][8]['label'] = None
    data['split'][7] = ['c01']
    return kit.look(data, file)


def test_values_count_what_is_in_the_file(health):
    values = json.loads(json.dumps(report_values(health)))
    clips = [clip['keypoint'] for clip in health.source.annotations]
    assert values['clips'] == 12 and values['usable_clips'] == 7
    assert values['labelled'] == 11
    assert values['splits']['sub_val'] == dict(
        clips=3, classes={'0': 1, '1': 1, '2': 1}
    )
    assert values['classes'] == {'0': 4, '1': 4, '2': 3}
    lengths = [x.shape[1] for x in clips]
    frames = values['frames']
    assert (frames['min'], frames['max']) == (min(lengths), max(lengths))
    assert frames['median'] == np.median(lengths)
    for begin, end, count in zip(
        frames['edges'][:-1],
        frames['edges'][1:],
        frames['counts'],
        strict=True,
    ):
        assert count == sum(begin <= length < end for length in lengths)
    assert sum(frames['counts']) == 12
    assert values['persons'] == {'1': 6, '2': 6}
    assert values['coordinates'] == {'2': 12}
    assert values['dtypes'] == {'float16': 12}
    bodies = sum(x.shape[0] * x.shape[1] for x in clips)
    assert values['bodies'] == bodies and values['seen'] == 1
    lost = clips[6].shape[1] * clips[6].shape[0] / bodies
    missing = {k: v['missing'] for k, v in values['joints'].items()}
    assert missing.pop('left_ear') == pytest.approx(lost)
    assert not any(missing.values())
    assert values['missing'] == pytest.approx(lost / 17)
    scores = [clip['keypoint_score'] for clip in health.source.annotations]
    assert values['scores']['clips'] == 12
    assert values['scores']['min'] == min(x.min() for x in scores)
    assert values['verdict'] == 'training would fail'


def test_values_have_all_places(health):
    findings = {x['kind']: x for x in report_values(health)['findings']}
    assert {k: (x['severity'], x['count']) for k, x in findings.items()} == {
        'img_shape': ('error', 5),
        'split_value': ('error', 1),
        'partly_labelled': ('warning', 1),
    }
    places = findings['img_shape']['places']
    assert [x['clip'] for x in places] == ['c01', 'c02', 'c04', 'c05', 'c07']
    assert findings['split_value']['places'][0]['split'] == '7'


def test_text_names_examples_and_hides_nothing_of_the_rest(health):
    text = report_text(health)
    assert text.isascii() and '\x1b' not in text
    lines = text.splitlines()
    assert "split 'sub_train': 9 clips of 3 classes, 2 to 3 a class" in lines
    where = lines.index(
        'error: 5 clips of an img_shape that cannot be (img_shape)'
    )
    assert lines[where + 1].startswith("  'c01': img_shape must be (height")
    assert lines[where + 4] == '  and 2 more'
    assert 'most left_ear' in text
    assert lines[-1] == 'verdict: training would fail'


def test_every_change_is_listed(health, tmp_path):
    mended = mend(health)
    lines = [*change_lines(mended, tmp_path / 'out.pkl')]
    assert len(lines) == len(mended.changes) + 1 == 8
    assert lines[0].startswith("fix: 'c01': removed img_shape (img_shape: ")
    assert lines[-1].endswith('out.pkl: written, 11 of 12 clips, 7 changes')
    values = json.loads(json.dumps(report_values(health, mended)))
    assert [x['clip'] for x in values['changes'] if 'clip' in x] == [
        'c01', 'c02', 'c04', 'c05', 'c07', 'c08'
    ]  # fmt: skip
    assert values['mended']['verdict'] == 'sound'
    assert values['mended']['clips'] == 11


def test_a_file_in_which_nothing_can_be_measured(kit, file):
    health = kit.look([5, {}], file)
    text = report_text(health)
    assert '2 annotations without a name' in text
    values = json.loads(json.dumps(report_values(health)))
    assert values['frames'] is None and values['seen'] == 0


def test_printable():
    assert printable('a\x1b[2J\u202e\nb') == 'a?[2J??b'
    assert printable('abcdef', 3) == 'abc...'
