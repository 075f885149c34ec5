import os

import numpy as np

from skeletonmae_plugin.converters.ntu.convert import convert_file
from skeletonmae_plugin.converters.ntu.parts import make_part, plan_parts


def test_a_part_holds_what_became_of_its_recordings(raw_file, tmp_path):
    good, bad = raw_file(), raw_file('1\n', name='S001C001P001R001A002')
    (part,) = plan_parts([good, bad], tmp_path)
    assert part.read() is None
    make_part(part)
    made = part.read()
    (clip,) = made['annotations']
    expected = convert_file(good)
    np.testing.assert_array_equal(
        clip.pop('keypoint'), expected.pop('keypoint')
    )
    assert clip == expected
    assert list(made['broken']) == [str(bad)]
    assert 'the file ends here' in made['broken'][str(bad)]


def test_a_changed_recording_is_another_part(raw_file, tmp_path):
    path = raw_file()
    (part,) = plan_parts([path], tmp_path)
    assert plan_parts([path], tmp_path) == [part]
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    assert plan_parts([path], tmp_path) != [part]


def test_a_part_that_is_cut_off_is_not_there(raw_file, tmp_path):
    (part,) = plan_parts([raw_file()], tmp_path)
    make_part(part)
    part.file.write_bytes(part.file.read_bytes()[:-9])
    assert part.read() is None


def test_many_recordings_are_many_parts(raw_file, tmp_path):
    sources = [raw_file()] * 300
    parts = plan_parts(sources, tmp_path)
    assert [len(part.sources) for part in parts] == [128, 128, 44]
    assert [s for part in parts for s in part.sources] == sources
