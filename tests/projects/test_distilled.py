"""A tiny student of a large teacher: configs, arms, and the study."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import Runner

from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.clips import choose_subsets
from skeletonmae_plugin.label_efficiency.folder import Folder

ROOT = Path(__file__).resolve().parents[2]
FOLDER = 'distilled/configs'


@pytest.fixture
def project(monkeypatch):
    """The modules of the study, as its script imports them."""
    monkeypatch.syspath_prepend(str(ROOT / 'projects' / 'distilled'))
    for name in ('SKELETONMAE_CHECKPOINT', 'STRL_TEACHER'):
        monkeypatch.setenv(name, '-')  # set anew meanwhile, forgotten after
    import arms
    import study
    import table

    yield SimpleNamespace(arms=arms, study=study, table=table)
    for name in ('arms', 'study', 'table'):
        del sys.modules[name]


@pytest.fixture
def teacher(read, tmp_path):
    """Checkpoint of a teacher with random weights."""
    cfg = read(f'{FOLDER}/teacher_finetune_nwucla.py')
    torch.manual_seed(1)
    path = tmp_path / 'teacher.pth'
    state = MODELS.build(cfg.model).state_dict()
    torch.save(dict(state_dict=state), path)
    return str(path)


def build(cfg, seed=0):
    torch.manual_seed(seed)
    model = MODELS.build(cfg.model)
    model.init_weights()
    return model


def size(model):
    return sum(p.numel() for p in model.parameters())


def test_the_student_is_tiny_and_the_teacher_is_not(read):
    student, teacher = (
        MODELS.build(read(f'{FOLDER}/{name}_nwucla.py').model)
        for name in ('student_scratch', 'teacher_finetune')
    )
    assert size(student) <= 50_000 and size(teacher) > 5 * size(student)


@pytest.mark.parametrize('who', ['teacher', 'student'])
def test_pretrained_weights_arrive(read, monkeypatch, tmp_path, who):
    source = build(read(f'{FOLDER}/{who}_pretrain_nwucla.py'), seed=1)
    path = tmp_path / 'weights.pth'
    torch.save(dict(state_dict=source.state_dict()), path)
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', str(path))
    backbone = build(read(f'{FOLDER}/{who}_finetune_nwucla.py')).backbone
    for key, tensor in source.backbone.state_dict().items():
        assert torch.equal(tensor, backbone.state_dict()[key]), key


@pytest.mark.parametrize('which', ['distilled', 'distilled_unlabelled'])
def test_distilled_trains_and_its_state_is_a_plain_student(
    read, train_step, teacher, monkeypatch, which
):
    monkeypatch.setenv('STRL_TEACHER', teacher)
    cfg = read(f'{FOLDER}/student_{which}_nwucla.py')
    model, losses, sample = train_step(cfg)
    assert losses['loss_cls'].isfinite() and losses['loss_distill'] > 0
    assert sample.pred_score.shape == (10,)
    plain = build(read(f'{FOLDER}/student_scratch_nwucla.py'))
    plain.load_state_dict(model.state_dict())


def test_students_begin_alike(read, teacher, monkeypatch):
    monkeypatch.setenv('STRL_TEACHER', teacher)
    scratch, distilled = (
        build(read(f'{FOLDER}/student_{kind}_nwucla.py')).state_dict()
        for kind in ('scratch', 'distilled')
    )
    for key, tensor in scratch.items():
        assert torch.equal(tensor, distilled[key]), key


def test_the_config_of_several_teachers_is_one(small_set, tmp_path):
    page = (ROOT / 'projects/distilled/README.md').read_text('utf-8')
    (text,) = re.findall(r'^```python\n(.*?)^```$', page, re.M | re.S)
    folder = ROOT / 'projects' / FOLDER
    path = tmp_path / 'student_of_two.py'
    path.write_text(text.replace("'./", f"'{folder}/"), 'utf-8')
    model = Config.fromfile(path).model
    assert model.type == 'DistilledRecognizer'
    assert [member.config for member in model.teachers] == [
        f'work_dirs/teacher_{stream}/teacher_finetune_nwucla.py'
        for stream in 'jb'
    ]


def test_arms_differ_by_what_they_claim(read):
    def content(kind):
        cfg = read(f'{FOLDER}/student_{kind}_nwucla.py')
        return cfg.to_dict()

    scratch, distilled, unlabelled = (
        content(kind)
        for kind in ('scratch', 'distilled', 'distilled_unlabelled')
    )
    data = unlabelled['train_dataloader']['dataset']
    assert data.pop('keep_unlabelled') and data.pop('label_fraction') == 1
    assert unlabelled == distilled
    model = distilled['model']
    assert model.pop('type') == 'DistilledRecognizer'
    (member,) = model.pop('teachers')
    assert Path(member['config']) == (
        ROOT / 'projects' / FOLDER / 'teacher_finetune_nwucla.py'
    )
    assert model.pop('distillation')
    assert scratch['model'].pop('type') == 'STRLRecognizer'
    assert scratch == distilled


def test_the_unlabelled_arm_sees_all_clips_and_few_labels(project, small_set):
    few, everything = (
        Runner.build_dataloader(
            project.arms.make_config(
                Cell(arm, 0.3, 2), checkpoint='-'
            ).train_dataloader
        ).dataset
        for arm in ('student_distilled', 'student_unlabelled')
    )
    train, _ = project.study.read_splits()
    chosen = choose_subsets(train, [0.3], [2])[0.3, 2]
    names = [few.get_data_info(i)['frame_dir'] for i in range(len(few))]
    assert sorted(names) == chosen and len(chosen) < len(train.ids)
    assert len(everything) == len(train.ids)
    table = everything.store.table
    known = [table.names[i] for i in np.flatnonzero(table.label >= 0)]
    assert sorted(known) == chosen


def test_arms_have_the_same_labels_and_the_test_is_left_alone(
    project, small_set
):
    made = [
        project.arms.make_config(
            Cell(arm, 0.3, 1),
            epochs=0.5,
            checkpoint='-' if arm in project.arms.NEEDS else None,
        )
        for arm in project.arms.ARMS
    ]
    for cfg in made:
        data = cfg.train_dataloader.dataset
        assert (data.label_fraction, data.label_seed) == (0.3, 1)
        assert data.split == 'xview_train'
        assert cfg.val_dataloader is cfg.val_cfg is None
        assert cfg.test_dataloader.dataset.split == 'xview_val'
    # As many updates of each student: the same sampler, batch and epochs.
    loaders = [cfg.train_dataloader for cfg in made]
    assert len({(x.batch_size, x.sampler.min_clips) for x in loaders}) == 1
    epochs = [cfg.train_cfg.max_epochs for cfg in made]
    assert epochs == [10, 30, 30, 30, 30, 10]


def test_cells_bring_what_they_need(project):
    cells = project.arms.make_cells(
        ['student_scratch', 'student_unlabelled'], [0.1, 1.0], [0, 1], [1.0]
    )
    names = [cell.name for cell in cells]
    assert names[:5] == [
        'student_scratch_f0.1_s0',
        'teacher_pretrain_s0',
        'teacher_f0.1_s0',
        'student_unlabelled_f0.1_s0',
        'student_scratch_f1_s0',
    ]
    assert len(names) == len(set(names)) == 10


def test_a_student_waits_for_its_own_teacher(project, tmp_path):
    folder = Folder(tmp_path)
    student = Cell('student_distilled', 0.1, 1)
    asked = project.study.Study(folder, [student], 1.0)
    for other in (Cell('teacher', 0.1, 0), Cell('teacher', 1.0, 1)):
        (tmp_path / 'cells').mkdir(exist_ok=True)
        folder.result_file(other).write_text('{}')
        assert asked.job(student) is None
    folder.result_file(Cell('teacher', 0.1, 1)).write_text('{}')
    job = asked.job(student)
    assert job.checkpoint.endswith('weights/teacher_f0.1_s1.pth')
    assert project.study.Study(folder, [], 1.0).job(
        Cell('student_scratch', 0.1, 1)
    )


def test_the_table_has_paired_differences(project, tmp_path, small_set):
    folder = Folder(tmp_path)
    train, test = project.study.read_splits()
    folder.write_test(test)
    folder.write_labels(choose_subsets(train, [0.3], [0, 1]))
    truth = np.array(test.labels)
    wrong = (truth + 1) % 10
    right = dict(student_scratch=2, student_distilled=4, teacher=8)
    cells = project.arms.make_cells(list(right), [0.3], [0, 1])
    for cell in cells:
        if cell.fraction is None:
            continue
        count = right[cell.arm] - cell.seed  # one less of the second seed
        predicted = np.where(np.arange(len(truth)) < count, truth, wrong)
        folder.result_file(cell).parent.mkdir(exist_ok=True)
        folder.result_file(cell).write_text(
            json.dumps(
                dict(
                    predicted=predicted.tolist(),
                    top1=count / len(truth),
                    mean_class_accuracy=0.5,
                    updates=40,
                    finite=cell.arm != 'teacher',
                    seconds=3,
                )
            )
        )
    text = project.table.study_table(folder, cells, 0.5, ['x failed'])
    lines = {line.split('|')[2].strip(): line for line in text.splitlines()
             if line.startswith('| ') and '%)' in line}  # fmt: skip
    gain = 100 * 2 / len(truth)
    assert f'| {gain:+.1f} (' in lines['student_distilled']
    assert '|  | 2 | 40 | 3 |' in lines['student_scratch']
    assert 'teacher (2 diverged)' in lines
    assert 'student_distilled minus student_pretrained' not in text
    assert '- REDUCED: 50 % of the epochs' in text
    assert '- MISSING: x failed' in text


def test_a_folder_is_of_one_question(project, tmp_path, small_set):
    train, test = project.study.read_splits()
    folder = Folder(tmp_path)
    folder.claim(project.study.make_question(train, test, 1.0))
    folder.claim(project.study.make_question(train, test, 1.0))
    with pytest.raises(ValueError, match='epochs was 1.0 and is 0.5'):
        folder.claim(project.study.make_question(train, test, 0.5))


def test_files_may_be_moved(project, tmp_path, small_set, monkeypatch):
    train, test = project.study.read_splits()
    asked = project.study.make_question(train, test, 1.0)
    moved = tmp_path / 'moved.pkl'
    moved.write_bytes(Path(os.environ['NWUCLA_3D']).read_bytes())
    monkeypatch.setenv('NWUCLA_3D', str(moved))
    here = tmp_path / 'projects' / 'distilled'
    shutil.copytree(ROOT / 'configs', tmp_path / 'configs')
    shutil.copytree(ROOT / 'projects' / 'distilled', here)
    monkeypatch.setattr(project.arms, 'HERE', here)
    assert project.study.make_question(train, test, 1.0) == asked
    config = here / 'configs' / 'teacher_finetune_nwucla.py'
    config.write_text(config.read_text().replace('=0.0', '=0.1'))
    again = project.study.make_question(train, test, 1.0)
    changed = {
        k for k in asked.recipes if asked.recipes[k] != again.recipes[k]
    }
    assert changed == {'teacher'}


def test_options_that_make_no_sense(project, capsys):
    parse = project.study.parse_args
    assert 'stgcnpp' not in parse(['--out', 'x']).arms
    for words, message in (
        (['--fractions', '0'], r'in \(0, 1\], got 0'),
        (['--epochs-scale', '0'], 'must be above 0'),
    ):
        with pytest.raises(SystemExit):
            parse(['--out', 'x', *words])
        assert message.split()[-1] in capsys.readouterr().err


@pytest.mark.slow
def test_runs_through_mim(made_data, train_with_mim, tmp_path):
    data = dict(NWUCLA_3D=made_data('nwucla'))
    short = 'train_dataloader.batch_size=8'
    configs = f'projects/{FOLDER}'
    first = train_with_mim(
        f'{configs}/teacher_pretrain_nwucla.py', short, **data
    )
    teacher = train_with_mim(
        f'{configs}/teacher_finetune_nwucla.py',
        short,
        **data,
        SKELETONMAE_CHECKPOINT=first,
    )
    student = train_with_mim(
        f'{configs}/student_distilled_unlabelled_nwucla.py',
        short,
        'train_dataloader.dataset.label_fraction=0.5',
        **data,
        STRL_TEACHER=teacher,
    )
    # A test knows nothing of the teacher.
    path = f'{Path(sys.executable).parent}:{os.environ["PATH"]}'
    done = subprocess.run(
        ['mim', 'test', 'mmaction2', f'{configs}/student_scratch_nwucla.py']
        + ['--checkpoint', str(student), '--work-dir', str(tmp_path / 't')],
        cwd=ROOT,
        env={**os.environ, 'PATH': path, 'PYTHONPATH': str(ROOT),
             **{k: str(v) for k, v in data.items()}},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    assert 'acc/top1' in done.stdout


@pytest.mark.slow
def test_the_study_runs_and_goes_on(made_data, tmp_path):
    words = ['--fractions', '0.5', '1', '--seeds', '0', '--out']
    words += [str(tmp_path / 'out'), '--epochs-scale', '0.01']
    words += ['--arms', 'student_scratch', 'student_unlabelled']

    def run(*more):
        done = subprocess.run(
            [sys.executable, 'projects/distilled/study.py', *words, *more],
            cwd=ROOT,
            env={**os.environ, 'PYTHONPATH': str(ROOT),
                 'NWUCLA_3D': str(made_data('nwucla'))},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout

    first = run()
    assert '5 of 5 cells' in first
    files = sorted((tmp_path / 'out' / 'cells').glob('*.json'))
    assert len(files) == 5
    before = {file: file.read_text() for file in files}
    again = run('--arms', 'student_scratch', 'student_distilled')
    # Two students more, and the teacher that has all labels.
    assert '3 of 3 cells' in again
    assert all(file.read_text() == text for file, text in before.items())
    assert 'student_distilled minus' not in first
    assert '| student_distilled |' in again
