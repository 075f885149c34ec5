"""Table and picture of a result."""

import pytest

from skeletonmae_plugin.benchmark.plot import plot
from skeletonmae_plugin.benchmark.report import markdown
from skeletonmae_plugin.benchmark.result import Result
from skeletonmae_plugin.benchmark.rows.sides import side_details
from skeletonmae_plugin.benchmark.timing import Times, summary


def content():
    times = dict(ours=Times((0.5, 0.5), 1), gemm=Times((0.1, 0.1), 1, 2**20))
    entries = [
        Result(
            'pretrain_fraction_of_gemm',
            'step | GEMM',
            values=[0.2],
            goal=0.35,
            details=dict(
                sides=side_details(times, frames=1000),
                not_measured=dict(compiled='no compiler'),
            ),
        ),
        Result(
            'growth_frames',
            'frames',
            values=[1.9],
            goal=2.1,
            at_most=True,
            details=dict(
                unit='ms a step',
                curve={'32': summary([1.0]), '64': summary([1.9])},
            ),
        ),
        Result(
            'pretrain_step',
            'default step',
            unit='clips/s',
            values=[2345.6],
            details=dict(
                sides=side_details(times, clips=10, frames=1000),
                not_measured=dict(compiled='no compiler'),
            ),
        ),
        Result('strl', 'STRL', note='not measured: why'),
    ]
    return dict(
        machine=dict(processor='P', usable_cores=2, memory_gb=8),
        settings=dict(quick=True, set='nwucla', threads=1),
        versions=dict(torch='2'),
        commit='abc',
        **{
            entry.key: dict(entry.as_json(), row=entry.key, threads=1)
            for entry in entries
        },
    )


def test_table_says_value_goal_and_what_is_missing():
    text = markdown(content())
    assert '`pretrain_fraction_of_gemm` | step \\| GEMM | 0.2x |' in text
    assert '>= 0.35 | no |' in text
    assert '1.9x | 1.9 to 1.9 | <= 2.1 | yes |' in text
    assert '| ours | 500.00 | 2,000 | 2,000 to 2,000 |  |' in text
    assert '| gemm | 100.00 | 10,000 | 10,000 to 10,000 | 1 |' in text
    assert '| compiled | not measured | no compiler |' in text
    assert '| 64 | 1.9 |' in text
    assert '- `strl`: not measured: why' in text
    assert 'trial sizes' in text


def test_sides_have_a_column_for_each_unit():
    text = markdown(content())
    assert '| side | ms | clips/s | quartiles | frames/s | quartiles |' in text
    assert '| 500.00 | 20 | 20 to 20 | 2,000 | 2,000 to 2,000 |  |' in text
    lines = text.split('`pretrain_step`:')[1].split('\n\n')[1].splitlines()
    assert len({line.count('|') for line in lines}) == 1
    assert '| 2,346 clips/s | 2,346 to 2,346 |' in text


@pytest.mark.parametrize(
    'memory, told', [(8, ', 8 GB;'), (None, ', unknown memory;')]
)
def test_memory_of_the_machine_is_told_if_known(memory, told):
    whole = content()
    whole['machine']['memory_gb'] = memory
    assert told in markdown(whole)


def test_picture_is_drawn_of_any_rows(tmp_path):
    whole = content()
    plot(whole, tmp_path / 'a.png')
    for key in ('pretrain_fraction_of_gemm', 'growth_frames'):
        del whole[key]
    plot(whole, tmp_path / 'b' / 'b.png')
    assert (tmp_path / 'a.png').stat().st_size > 10_000
    assert (tmp_path / 'b' / 'b.png').exists()
