"""What is asked must make sense."""

import pytest

from skeletonmae_plugin.ensemble.arguments import parse_args


def test_dumps_and_runs():
    args = parse_args('', 'a.npz b.npz --run C P --run D Q --out o'.split())
    assert args.dumps == ['a.npz', 'b.npz']
    assert args.run == [['C', 'P'], ['D', 'Q']]
    args = parse_args('', ['a.npz', 'b.npz', '--weights', '1', '0.5'])
    assert args.weights == [1, 0.5]
    assert args.out is None and not args.run


@pytest.mark.parametrize(
    ('words', 'error'),
    [
        ('', 'give dumps, or --run'),
        ('--run C P', 'give a folder'),
        ('a b --cfg-options x=1', 'is for --run'),
        ('a b --weights 1', 'a weight for each of 2 members, got 1'),
        (
            'a --run C P --out o --choose-on v',
            '--choose-on expects a dump for each of 2',
        ),
        ('a b --weights 1 -1', 'none below 0'),
        ('a b --weights 1 1 --choose-on c d', 'not both'),
        ('o/ensemble.npz b --out o', 'give another --out'),
        ('a b --choose-on o/ensemble.npz d --out o', 'give another --out'),
    ],
)
def test_what_cannot_be_is_refused(words, error, capsys):
    with pytest.raises(SystemExit, match='2'):
        parse_args('', words.split())
    assert error in capsys.readouterr().err


def test_help_warns_of_tuning_on_the_test(capsys):
    with pytest.raises(SystemExit, match='0'):
        parse_args('', ['--help'])
    assert 'never tuned' in ' '.join(capsys.readouterr().out.split())
