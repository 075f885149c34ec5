"""The recordings whose skeletons are missing or incomplete."""

from importlib.resources import files


def missing_samples() -> frozenset[str]:
    """Names that the authors of the data set ask to leave out.

    302 of NTU RGB+D 60, 535 of NTU RGB+D 120; ``missing_skeletons.txt`` says
    where the list comes from.
    """
    path = files(__package__) / 'missing_skeletons.txt'
    lines = path.read_text(encoding='ascii').splitlines()
    return frozenset(line for line in lines if not line.startswith('#'))
