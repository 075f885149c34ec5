from skeletonmae_plugin.converters.ntu.missing import missing_samples
from skeletonmae_plugin.converters.ntu.sample_name import SampleName


def test_as_many_as_the_authors_say():
    names = {text: SampleName.parse(text) for text in missing_samples()}
    assert len(names) == 535
    sixty = [name for name in names.values() if name.action <= 60]
    assert len(sixty) == 302
    # The two sets were recorded in setups of their own.
    for name in names.values():
        assert (name.setup <= 17) == (name.action <= 60)
