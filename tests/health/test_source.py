"""Files of any kind are opened, or refused with one clear error."""

import io
import os
import pickle
import pickletools
import zlib

import numpy as np
import pytest

from skeletonmae_plugin.datasets.packing import pack
from skeletonmae_plugin.health import examine, open_source


def test_clips_of_a_store_are_read_when_asked_for(kit, file, tmp_path):
    kit.look(kit.sound_data(), file)
    pack(file, tmp_path / 'store', 'coco')
    source = open_source(tmp_path / 'store', 'coco')
    assert len(source.annotations) == 12
    assert source.annotations[-1]['frame_dir'] == 'c11'
    assert [x['frame_dir'] for x in source.annotations[3:5]] == ['c03', 'c04']
    with pytest.raises(IndexError):
        source.annotations[12]
    assert source.splits['sub_val'] == ['c09', 'c10', 'c11']


def test_number_of_classes(kit, file):
    data = kit.sound_data()
    kit.look(data, file)
    assert open_source(file, 'coco').num_classes is None
    kit.look(dict(data, classes=['a', 'b', 'c']), file)
    assert open_source(file, 'coco').num_classes == 3
    assert open_source(file, 'coco', 7).num_classes == 7


class Call:
    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def test_code_is_not_run(file, tmp_path):
    mark = tmp_path / 'mark'
    content = dict(annotations=[Call(os.system, f'touch {mark}')])
    file.write_bytes(pickle.dumps(content))
    with pytest.raises(ValueError, match=r'file\.pkl: refused.*system'):
        open_source(file, 'coco')
    assert not mark.exists()


def huge_claim():
    """A small pickle of an array that says to be of many terabytes."""
    raw = pickle.dumps(np.zeros((7, 1, 17, 2), np.float32), 2)
    claim = raw.replace(b'K\x07K\x01', b'J\xff\xff\xff\x7fK\x01')
    assert len(claim) == len(raw) + 3
    pickletools.dis(claim, io.StringIO())  # it is a pickle
    return claim


@pytest.mark.parametrize(
    'raw, message',
    [
        (b'', 'not a skeleton pickle'),
        (b'hello', 'not a skeleton pickle'),
        (pickle.dumps(dict(annotations=[1]))[:-4], 'or cut off'),
        (b'\x80\x04' + b']' * 100_000 + b'a' * 99_999 + b'.', 'RecursionErr'),
        (huge_claim(), 'refused an array'),
        (pickle.dumps(np.array([{}], object)), 'refused dtype'),
        (pickle.dumps(5), 'expected dict.*got int'),
        (pickle.dumps(dict(a=1)), "a dict with keys 'a'"),
        (pickle.dumps(dict(annotations={})), 'not a skeleton file'),
        (pickle.dumps(dict(annotations=[], split=[])), 'not a skeleton file'),
    ],
)
def test_hostile_and_damaged_files(file, raw, message):
    file.write_bytes(raw)
    with pytest.raises(ValueError, match=rf'file\.pkl: .*{message}'):
        open_source(file, 'coco')


def test_what_is_not_there(file):
    with pytest.raises(FileNotFoundError, match='no such skeleton file'):
        open_source(file, 'coco')
    with pytest.raises(ValueError, match="unknown layout 'cocoa'"):
        open_source(file, 'cocoa')


def test_a_damaged_store(kit, file, tmp_path):
    kit.look(kit.sound_data(), file)
    store = tmp_path / 'store'
    pack(file, store, 'coco')
    rows = bytearray((store / 'keypoint.bin').read_bytes())
    rows[100] ^= 1  # nothing that the loader looks at
    (store / 'keypoint.bin').write_bytes(rows)
    with pytest.raises(ValueError, match=r'keypoint\.bin: its checksum'):
        open_source(store, 'coco')
    assert zlib.crc32(rows)


@pytest.mark.parametrize(
    'clip',
    [
        dict(keypoint=np.zeros((10**9, 1, 0, 2), np.float16)),
        dict(keypoint=np.zeros((0, 10**9, 17, 2), np.float16)),
        dict(keypoint_score=np.zeros((10**9, 0), np.float16)),
        dict(total_frames=10**5000),
        dict(label=-(10**5000)),
        dict(img_shape=(10**5000, 5)),
        dict(img_shape='\x1b[2J' * 10**5),
    ],
)
def test_huge_values_cost_nothing(kit, file, clip):
    data = kit.sound_data()
    data['annotations'][4].update(clip)
    health = kit.look(data, file)
    assert kit.has_error(health) and not kit.loads(file)
    assert len(examine(health.source).facts) == 12
