"""What two questions have in common, and what not."""

from dataclasses import replace

from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.folder import Folder
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.study.sharing import Shelf, signature
from skeletonmae_plugin.whole_files import write_json

SPEC = Spec('a', 'coco', 'x', 'y', '', 2, 2)
KINDS = ('pretrain', 'scratch', 'pretrained', 'stgcnpp')
SPEC = replace(SPEC, recipes={kind: '0' for kind in KINDS})
CELLS = dict(
    pretrain=Cell('pretrain', pretrain_seed=0),
    scratch=Cell('scratch', 0.5, 0),
    raw_knn=Cell('raw_knn', 0.5, 0),
    pretrained=Cell('pretrained', 0.5, 0, 0),
    frozen_knn=Cell('frozen_knn', 0.5, 0, 0),
    sweep=Cell('scratch', 0.5, 0, None, 3.0),
)


def shared(**changes):
    """Cells that are the same after a change of the question."""
    other = replace(SPEC, **changes).to_json()
    return {
        name
        for name, cell in CELLS.items()
        if signature(SPEC.to_json(), cell) == signature(other, cell)
    }


def changed(*kinds):
    return {kind: '1' if kind in kinds else '0' for kind in KINDS}


def test_a_recipe_changes_what_follows_from_it():
    plain = {'scratch', 'raw_knn', 'sweep'}
    assert shared(recipes=changed('pretrain')) == plain
    assert shared(recipes=changed('scratch', 'pretrained')) == {'pretrain'}
    assert shared() == set(CELLS)
    given = dict(pretrained='w.pth', pretrained_checksum='1')
    assert shared(**given) == plain | {'pretrain'}
    for changes in (dict(data='z'), dict(epochs=0.5), dict(sweep=0.1)):
        assert shared(**changes) == set()


def test_a_pretraining_on_another_set_is_that_of_the_set():
    theirs = replace(SPEC, ann_file='b', data='z')
    ours = replace(SPEC, source=theirs.to_json()).to_json()
    pretrain, pretrained = CELLS['pretrain'], CELLS['pretrained']
    assert signature(ours, pretrain) == signature(theirs.to_json(), pretrain)
    assert signature(ours, pretrain) != signature(SPEC.to_json(), pretrain)
    same = {
        name
        for name, cell in CELLS.items()
        if signature(ours, cell) == signature(SPEC.to_json(), cell)
    }
    assert same == {'scratch', 'raw_knn', 'sweep'}
    assert signature(ours, pretrained) != signature(
        theirs.to_json(), pretrained
    )


def test_fields_that_say_nothing_are_not_written():
    """So that folders of before there was such a field are found again."""
    assert not {'source', 'stock_options'} & SPEC.to_json().keys()
    assert 'source' in replace(SPEC, source={'x': 1}).to_json()


def test_done_cells_are_copied(tmp_path):
    first, second = Folder(tmp_path / 'a'), Folder(tmp_path / 'b')
    other = replace(SPEC, recipes=changed('pretrain'))
    cells = [CELLS['scratch'], CELLS['pretrained'], CELLS['sweep']]
    shelf = Shelf(tmp_path)
    shelf.claim(SPEC, first, cells)
    shelf.claim(other, second, cells)
    assert [shelf.place(other, c).path for c in cells] == [
        first.path,
        second.path,
        first.path,
    ]
    shelf.fetch(other, second, cells)
    assert second.missing(cells) == cells
    for cell in cells:
        write_json(first.result_file(cell), dict(cell.to_json(), top1=0.5))
    shelf.fetch(other, second, cells)
    assert second.missing(cells) == [CELLS['pretrained']]
    assert second.read(CELLS['scratch']) == first.read(CELLS['scratch'])


def test_earlier_runs_are_found(tmp_path):
    folder = Folder(tmp_path / 'a')
    folder.claim(SPEC)
    for cell in CELLS.values():
        # A cell that is no sweep's names the rate that was chosen.
        rate = cell.lr_factor or 0.3
        content = dict(cell.to_json(), lr_factor=rate)
        write_json(folder.result_file(cell), content)
    shelf = Shelf(tmp_path)
    for cell in CELLS.values():
        assert shelf.place(SPEC, cell).path == folder.path
