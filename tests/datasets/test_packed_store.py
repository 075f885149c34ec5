"""The packed store: what was written comes back, and damage is told."""

import io
import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import zlib
from pathlib import Path

import numpy as np
import pytest

from skeletonmae_plugin.datasets import packed_format, packed_writer
from skeletonmae_plugin.datasets.clip_store import ClipStore
from skeletonmae_plugin.datasets.packed_store import open_store, verify_store
from skeletonmae_plugin.datasets.packed_writer import write_store

ROOT = Path(__file__).parents[2]


def make(annotation, names, start=0, **options):
    return {
        name: annotation(
            name,
            label=i % 3,
            frames=2 + i % 5,
            persons=1 + i % 3,
            seed=i,
            **options,
        )
        for i, name in enumerate(names, start)
    }


@pytest.fixture
def clips(annotation):
    return make(annotation, 'abcd')


@pytest.fixture
def more(annotation):
    return make(annotation, 'efg', start=4)


@pytest.fixture
def folder(clips, tmp_path):
    folder = tmp_path / 'store'
    splits = dict(train=['a', 'c'], val=['d'])
    write_store(folder, clips, splits, classes=['x', 'y', 'z'])
    return folder


def assert_same(store, clips):
    assert store.table.names == tuple(clips)
    expected = ClipStore.from_annotations(clips)
    for i in range(len(clips)):
        found, wanted = store.annotation(i), expected.annotation(i)
        assert found.keys() == wanted.keys()
        for key, value in wanted.items():
            np.testing.assert_array_equal(found[key], value)
            assert np.asarray(found[key]).dtype == np.asarray(value).dtype
    np.testing.assert_array_equal(
        store.person_order(3), expected.person_order(3)
    )


def test_what_is_packed_comes_back(folder, clips):
    store = open_store(folder)
    assert_same(store, clips)
    splits = {k: v.tolist() for k, v in store.splits.items()}
    assert splits == dict(train=[0, 2], val=[3])
    assert store.classes == ('x', 'y', 'z')
    assert not store.keypoint.flags.writeable
    assert verify_store(folder).num_clips == 4


def test_clips_are_appended(folder, clips, more):
    reader = open_store(folder)
    write_store(folder, more, dict(val=['e'], test=['g']), append=True)
    assert_same(reader, clips)  # one that was open goes on as before
    store = open_store(folder)
    assert_same(store, clips | more)
    splits = {k: v.tolist() for k, v in store.splits.items()}
    assert splits == dict(train=[0, 2], val=[3, 4], test=[6])
    verify_store(folder)
    write_store(folder, {'h': more['e']}, {}, append=True)
    assert verify_store(folder).num_clips == 8
    indices = sorted(path.name for path in folder.glob('index-*'))
    assert indices == ['index-2.npz', 'index-3.npz']


def test_splits_may_be_numbered(clips, more, tmp_path):
    folder = tmp_path / 'store'
    write_store(folder, clips, {1: ['a', 'c'], 2: ['d']})
    write_store(folder, more, {1: ['e'], 3: ['g']}, append=True)
    splits = {k: v.tolist() for k, v in open_store(folder).splits.items()}
    assert splits == {'1': [0, 2, 4], '2': [3], '3': [6]}


def test_clips_that_are_there_join_more_splits(folder, more):
    splits = dict(train=['a', 'e'], new=['d', 'e'])
    write_store(folder, more, splits, append=True)
    found = {k: v.tolist() for k, v in open_store(folder).splits.items()}
    assert found == dict(train=[0, 2, 4], val=[3], new=[3, 4])


@pytest.mark.parametrize('scored_first', [True, False])
def test_clips_with_and_without_scores(annotation, tmp_path, scored_first):
    parts = make(annotation, 'ab'), make(annotation, 'cd')
    for clip in parts[scored_first].values():
        del clip['keypoint_score']
    write_store(tmp_path / 's', parts[0], {})
    write_store(tmp_path / 's', parts[1], {}, append=True)
    assert_same(open_store(tmp_path / 's'), parts[0] | parts[1])
    verify_store(tmp_path / 's')


def test_smaller_numbers_fit_and_larger_ones_are_refused(annotation, tmp_path):
    small, large = make(annotation, 'ab'), make(annotation, 'cd')
    for clip in large.values():
        clip['keypoint'] = clip['keypoint'].astype('>f4')
    write_store(tmp_path / 'large', large, {})
    assert open_store(tmp_path / 'large').keypoint.dtype == '<f4'
    write_store(tmp_path / 'large', small, {}, append=True)
    keypoint = open_store(tmp_path / 'large').annotation(2)['keypoint']
    np.testing.assert_array_equal(keypoint, small['a']['keypoint'])
    write_store(tmp_path / 'small', small, {})
    with pytest.raises(ValueError, match='float16, which cannot hold.*float3'):
        write_store(tmp_path / 'small', large, {}, append=True)
    assert_same(open_store(tmp_path / 'small'), small)


def test_what_does_not_fit_is_refused(folder, clips, more, annotation):
    with pytest.raises(FileExistsError, match='--append'):
        write_store(folder, more, {})
    with pytest.raises(ValueError, match=r"1 of the 2 clips.*first 'b'"):
        write_store(folder, dict(b=clips['b'], e=more['e']), {}, append=True)
    wide = make(annotation, 'e', coords=3)
    with pytest.raises(ValueError, match=r'\(17, 2\), but .* \(17, 3\)'):
        write_store(folder, wide, {}, append=True)
    with pytest.raises(ValueError, match=r"classes are \['x', 'y', 'z'\]"):
        write_store(folder, more, {}, classes=['x'], append=True)
    with pytest.raises(FileNotFoundError, match='no store.json'):
        write_store(folder.parent, more, {}, append=True)
    assert_same(open_store(folder), clips)
    verify_store(folder)


def test_one_writes_at_a_time(folder, more):
    def second_writer(pieces):
        with pytest.raises(RuntimeError, match='another process is at work'):
            write_store(folder, more, {}, append=True)
        return pieces

    write_store(folder, more, {}, append=True, track=second_writer)
    assert verify_store(folder).num_clips == 7


@pytest.mark.parametrize('name', ['keypoint.bin', 'index-1.npz', 'a.txt'])
def test_a_first_pack_leaves_the_files_of_others_alone(clips, tmp_path, name):
    (tmp_path / name).write_text('precious')
    with pytest.raises(FileExistsError, match=rf'{name}.*new or empty folder'):
        write_store(tmp_path, clips, {})
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == 'precious'


def test_the_rest_of_a_first_pack_is_overwritten(clips, tmp_path):
    def fail(pieces):
        yield from pieces
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_store(tmp_path / 's', clips, {}, track=fail)
    (tmp_path / 's' / 'more.txt').touch()
    with pytest.raises(FileExistsError, match="'more.txt'"):
        write_store(tmp_path / 's', clips, {})
    (tmp_path / 's' / 'more.txt').unlink()
    write_store(tmp_path / 's', clips, {})
    assert_same(open_store(tmp_path / 's'), clips)


@pytest.mark.parametrize('name', ['keypoint.bin', 'index-2.npz', '.lock'])
def test_nothing_is_written_through_links(folder, more, tmp_path, name):
    other = tmp_path / 'precious'
    other.write_bytes(bytes(1 << 16))
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(other)
    with pytest.raises(FileExistsError, match=rf'links \({name}\)'):
        write_store(folder, more, {}, append=True)
    assert other.read_bytes() == bytes(1 << 16)


def test_folders_are_not_synced_where_that_cannot_be(
    clips, tmp_path, monkeypatch
):
    """As in Windows, which does not open them."""
    open_file = os.open

    def refuse_folders(path, *options):
        if Path(path).is_dir():
            raise PermissionError
        return open_file(path, *options)

    monkeypatch.setattr(os, 'open', refuse_folders)
    monkeypatch.setattr(packed_format, '_SYNCS_FOLDERS', False)
    write_store(tmp_path / 's', clips, {})
    assert_same(open_store(tmp_path / 's'), clips)


# Kills: each of these programs ends itself by kill -9 in the middle.

PROGRAM = """
import os, pickle, signal, sys
import skeletonmae_plugin
from skeletonmae_plugin.datasets import packed_writer

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def after_a_piece(pieces):
    for number, piece in enumerate(pieces):
        if number == 1:
            die()
        yield piece

packed_writer._CLIPS = 1
folder, clips, append, moment = pickle.load(open(sys.argv[1], 'rb'))
track = iter
if moment == 'frames':
    track = after_a_piece
    add = packed_writer.RowFile.add
    def add_at_once(self, numbers):
        add(self, numbers)
        self._file.flush()
    packed_writer.RowFile.add = add_at_once
elif moment == 'index':
    packed_writer.write_index = die
elif moment == 'before store.json':
    os.replace = die
elif moment == 'after store.json':
    packed_writer.remove_old = die
packed_writer.write_store(folder, clips, dict(new=list(clips)), None, append,
                          track)
"""


def killed(tmp_path, folder, clips, append, moment):
    (tmp_path / 'task').write_bytes(
        pickle.dumps((folder, clips, append, moment))
    )
    done = subprocess.run(
        [
            sys.executable,
            '-c',
            textwrap.dedent(PROGRAM),
            str(tmp_path / 'task'),
        ],
        env=os.environ | dict(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize('moment', ['frames', 'index', 'before store.json'])
def test_a_killed_append_changes_nothing(
    folder, clips, more, tmp_path, moment
):
    size = (folder / 'keypoint.bin').stat().st_size
    killed(tmp_path, folder, more, True, moment)
    assert (folder / 'keypoint.bin').stat().st_size > size
    assert_same(open_store(folder), clips)
    verify_store(folder)
    write_store(folder, more, dict(new=['f']), append=True)
    assert_same(open_store(folder), clips | more)
    verify_store(folder)


@pytest.mark.slow
def test_an_append_counts_once_store_json_is_replaced(
    folder, clips, more, tmp_path
):
    killed(tmp_path, folder, more, True, 'after store.json')
    assert_same(open_store(folder), clips | more)
    verify_store(folder)


@pytest.mark.slow
@pytest.mark.parametrize('moment', ['frames', 'before store.json'])
def test_a_killed_first_pack_can_be_repeated(clips, tmp_path, moment):
    folder = tmp_path / 'store'
    killed(tmp_path, folder, clips, False, moment)
    with pytest.raises(FileNotFoundError, match='no store.json.*pack.py'):
        open_store(folder)
    write_store(folder, dict(list(clips.items())[:1]), {})
    assert verify_store(folder).num_clips == 1


def test_a_failing_append_changes_nothing(folder, clips, more):
    def fail(pieces):
        yield from pieces
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_store(folder, more, {}, append=True, track=fail)
    assert_same(open_store(folder), clips)
    write_store(folder, more, {}, append=True)
    assert_same(open_store(folder), clips | more)


# Damage.


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize('name', ['keypoint.bin', 'score.bin', 'index-1.npz'])
def test_a_cut_file_is_named(folder, name):
    path = folder / name
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(ValueError, match=rf'{name}: cut off: .*pack.py IN'):
        open_store(folder)
    path.unlink()
    with pytest.raises(ValueError, match=rf'{name}: cut off: 0 bytes'):
        open_store(folder)


@pytest.mark.parametrize('name', ['keypoint.bin', 'score.bin'])
def test_changed_frames_are_found_by_verifying(folder, name):
    flip(folder / name, 5)
    open_store(folder)  # opening does not read them
    with pytest.raises(ValueError, match=rf'{name}: its checksum.*pack.py IN'):
        verify_store(folder)


def test_a_changed_index_is_found_at_once(folder):
    flip(folder / 'index-1.npz', 300)
    with pytest.raises(ValueError, match=r'index-1.npz: its checksum'):
        open_store(folder)


def change_record(folder, change):
    path = folder / 'store.json'
    record = json.loads(path.read_text())
    change(record)
    path.write_text(json.dumps(record))


@pytest.mark.parametrize(
    'change, message',
    [
        (lambda r: r.update(version=2), 'version 2, but .* reads version 1'),
        (lambda r: r.update(format='x'), "format is 'x', expected 'skel"),
        (lambda r: r.pop('format'), 'not the record of a packed store'),
        (lambda r: r['content'].update(num_rows=1), 'checksum does not fit'),
        (lambda r: r.pop('content'), 'checksum does not fit'),
        (lambda r: r.update(checksum=0), 'checksum does not fit'),
    ],
)
def test_a_changed_record_is_found_at_once(folder, change, message):
    change_record(folder, change)
    with pytest.raises(ValueError, match=rf'store.json: .*{message}.*pack'):
        open_store(folder)


def forge(folder, change):
    """A changed record with the checksum of its content."""

    def change_and_sign(record):
        record['content'] = change(record['content']) or record['content']
        text = json.dumps(record['content'], sort_keys=True)
        record['checksum'] = zlib.crc32(text.encode())

    change_record(folder, change_and_sign)


@pytest.mark.parametrize('part', ['keypoint', 'score', 'index'])
@pytest.mark.parametrize(
    'values',
    [
        dict(name='../precious'),
        dict(name='/precious'),
        dict(name='sub/keypoint.bin'),
        dict(name='store.json'),
        dict(name=''),
        dict(name='keypoint.bin\n'),
        dict(name=7),
        dict(size=-1),
        dict(size='8'),
        dict(checksum=None),
        dict(dtype='|O'),
        dict(dtype='>f4'),
        dict(dtype='(1,,2)f4'),
        dict(dtype='<f3'),
        dict(dtype=None),
        dict(colour='red'),
    ],
    ids=str,
)
def test_a_record_cannot_name_what_is_no_part_of_a_store(
    folder, more, part, values
):
    precious = folder.parent / 'precious'
    precious.write_bytes(bytes(1 << 16))
    forge(folder, lambda content: content[part].update(values))
    for use in (
        open_store,
        verify_store,
        lambda folder: write_store(folder, more, {}, append=True),
    ):
        with pytest.raises(ValueError, match='store.json: its content is not'):
            use(folder)
    assert precious.read_bytes() == bytes(1 << 16)


@pytest.mark.parametrize(
    'change',
    [
        lambda c: [1],
        lambda c: c.pop('index') and None,
        lambda c: c.pop('num_rows') and None,
        lambda c: c.update(keypoint=None),
        lambda c: c.update(index='index-1.npz'),
        lambda c: c.update(generation='/x'),
        lambda c: c.update(num_joints=-17),
        lambda c: c.update(num_clips=True),
        lambda c: c.update(splits=3),
        lambda c: c.update(classes=[1]),
        lambda c: c.update(more=1),
    ],
)
def test_a_record_with_a_content_of_another_kind(folder, change):
    forge(folder, change)
    with pytest.raises(ValueError, match='store.json: its content is .*pack'):
        open_store(folder)


def test_sizes_that_overflow_do_not_fit(folder):
    forge(folder, lambda content: content.update(num_joints=2**62))
    with pytest.raises(ValueError, match='bytes do not hold'):
        open_store(folder)


def as_names(names):
    return np.frombuffer(json.dumps(names).encode(), np.uint8)


def arrays_of(folder):
    with np.load(folder / 'index-1.npz') as arrays:
        return dict(arrays)


@pytest.mark.parametrize(
    'change',
    [
        lambda a: a.pop('names'),
        lambda a: a.pop('label'),
        lambda a: a.pop('split_0'),
        lambda a: a.update(more=a['label']),
        lambda a: a.update(label=a['label'][:-1]),
        lambda a: a.update(names=a['names'][:-1]),
        lambda a: a.update(names=as_names([1, 2, 3, 4])),
        lambda a: a.update(names=as_names([*'abca'])),
        lambda a: a.update(label=a['label'] + 0.5),
        lambda a: a.update(num_persons=a['num_persons'] * -1),
        lambda a: a.update(num_frames=a['num_frames'] * 0),
        lambda a: a.update(split_0=np.array([0, 4])),
        lambda a: a.update(split_0=np.array([-1])),
        lambda a: a.update(split_0=np.array([0.0])),
        lambda a: a.update(split_0=np.array([[0]])),
        lambda a: a.clear(),
    ],
)
def test_an_index_of_another_kind(folder, change):
    arrays = arrays_of(folder)
    change(arrays)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    replace_index(folder, buffer.getvalue())
    with pytest.raises(ValueError, match='index-1.npz: its content is not'):
        open_store(folder)


def test_an_index_that_would_expand_is_refused(folder):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays_of(folder))
    replace_index(folder, buffer.getvalue())
    with pytest.raises(ValueError, match='compressed'):
        open_store(folder)


@pytest.mark.parametrize('content', [b'PK\x03\x04', b'no zip', b''])
def test_an_index_that_is_no_archive(folder, content):
    replace_index(folder, content)
    with pytest.raises(ValueError, match='index-1.npz: its content is not'):
        open_store(folder)


def replace_index(folder, content):
    (folder / 'index-1.npz').write_bytes(content)
    facts = dict(size=len(content), checksum=zlib.crc32(content))
    forge(folder, lambda record: record['index'].update(facts))


@pytest.mark.parametrize(
    'text', [b'', b'[]', b'{"format"', b'\x00', b'\xff', b'[' * 100_000]
)
def test_a_record_of_another_kind(folder, text):
    (folder / 'store.json').write_bytes(text)
    with pytest.raises(ValueError, match='store.json: not the record of a p'):
        open_store(folder)


def test_a_store_that_is_none(tmp_path):
    with pytest.raises(FileNotFoundError, match='no store.json.*pack.py IN'):
        open_store(tmp_path)


# Size.


def resident() -> int:
    """Bytes of memory of this process."""
    pages = int(Path('/proc/self/statm').read_text().split()[1])
    return pages * os.sysconf('SC_PAGE_SIZE')


@pytest.mark.skipif(
    not Path('/proc/self/statm').exists(), reason='needs /proc'
)
def test_opening_maps_and_does_not_read(annotation, tmp_path, monkeypatch):
    """A sparse file of 64 GB, more than most machines' memory."""
    clip = annotation('a', frames=4)
    joints = clip['keypoint'].shape[2]
    frames = 2**36 // (joints * 2 * 2)

    class Sparse(packed_writer.RowFile):
        def close(self):
            record = super().close()
            width = record.size // 4  # of the four frames that there are
            os.truncate(tmp_path / 's' / record.name, width * frames)
            return packed_writer.replace(record, size=width * frames)

    from_clips = packed_writer.ClipTable.from_clips

    def long_clip(clips):
        table = from_clips(clips)
        return packed_writer.replace(
            table, num_frames=table.num_frames // 4 * frames
        )

    monkeypatch.setattr(packed_writer, 'RowFile', Sparse)
    monkeypatch.setattr(
        packed_writer.ClipTable, 'from_clips', staticmethod(long_clip)
    )
    monkeypatch.setattr(
        packed_writer.ClipStore,
        'from_annotations',
        lambda clips: ClipStore(
            from_clips(clips), clip['keypoint'][0], clip['keypoint_score'][0]
        ),
    )
    write_store(tmp_path / 's', dict(a=clip), {})
    before = resident()
    store = open_store(tmp_path / 's')
    assert store.keypoint.nbytes > 2**35
    keypoint, _ = store.gather(
        np.array([0, 0]),
        np.array([[0, -1], [0, 0]]),
        np.array([[0, frames - 1], [3, 2]]),
    )
    assert resident() - before < 2**25
    np.testing.assert_array_equal(
        keypoint[1, 1], clip['keypoint'][0, [3, 2]].astype(np.float32)
    )
