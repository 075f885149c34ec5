import json

import pytest

from skeletonmae_plugin.converters.released.official_lists import (
    gym_key,
    read_diving48_list,
    read_gym_list,
)

NAME = '-bcd_fgh-jk_E_002184_002237_A_0035_0036'


def test_gym_list(write):
    path = write(f'{NAME} 93\nother_E_1 0\n\n', 'list.txt')
    assert read_gym_list(path) == {NAME: 93, 'other_E_1': 0}


@pytest.mark.parametrize(
    'text, message',
    [
        ('a 1\nb\n', "line 2: expected a name and a label, got 'b'"),
        ('a x\n', 'line 1: expected'),
        ('a 1 2\n', 'line 1: expected'),
        ('a 1\na 2\n', "'a' is there twice"),
        ('\n', 'holds no clip'),
    ],
)
def test_wrong_gym_lists(write, text, message):
    with pytest.raises(ValueError, match=rf'list\.txt: {message}'):
        read_gym_list(write(text, 'list.txt'))


def test_diving48_list(write):
    items = [
        dict(vid_name='a_00001', label=3, start_frame=0, end_frame=48),
        dict(vid_name='a_00002', label=0, start_frame=0, end_frame=70),
    ]
    path = write(json.dumps(items), 'list.json')
    assert read_diving48_list(path) == dict(a_00001=3, a_00002=0)


@pytest.mark.parametrize(
    'content, message',
    [
        ('{', 'no JSON file'),
        ('[]', 'holds no clip'),
        ('{"a": 1}', 'expected a list of dict'),
        ('[["Back", "15som"]]', 'expected a list of dict.*Back'),
        ('[{"vid_name": "a", "label": "1"}]', 'expected a list of dict'),
        ('[{"vid_name": "a", "label": true}]', 'expected a list of dict'),
        ('[{"vid_name": "a", "label": -1}]', 'expected a list of dict'),
        (
            '[{"vid_name": "a", "label": 1}, {"vid_name": "a", "label": 1}]',
            "'a' is there twice",
        ),
    ],
)
def test_wrong_diving48_lists(write, content, message):
    with pytest.raises(ValueError, match=rf'list\.json: {message}'):
        read_diving48_list(write(content, 'list.json'))


@pytest.mark.parametrize('read', [read_gym_list, read_diving48_list])
def test_no_text(tmp_path, read):
    path = tmp_path / 'list'
    path.write_bytes(b'\xff\x00')
    with pytest.raises(ValueError, match='not a text file'):
        read(path)


def test_key_drops_the_letters_of_an_element_only():
    short = '-bcd_fgh-jk_002184_002237_0035_0036'
    assert gym_key(NAME) == gym_key(short) == short
    for name in ('toy_E_0001', 'a_A_0001_0002', f'{NAME}x', ''):
        assert gym_key(name) == name
