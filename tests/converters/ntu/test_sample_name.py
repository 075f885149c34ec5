import pytest

from skeletonmae_plugin.converters.ntu.sample_name import SampleName


def test_parts_and_label():
    name = SampleName.parse('S032C003P106R002A120')
    assert name == SampleName(32, 3, 106, 2, 120)
    assert name.label == 119


@pytest.mark.parametrize(
    'text, message',
    [
        ('S001C001P001R001A001.skeleton', 'expected one like S001C002P003'),
        ('s001C001P001R001A001', 'is no name of NTU'),
        ('S001C001P001R001', 'is no name of NTU'),
        ('S033C001P001R001A001', 'its setup is 33, expected 1 to 32'),
        ('S001C004P001R001A001', 'its camera is 4'),
        ('S001C001P107R001A001', 'its performer is 107'),
        ('S001C001P001R003A001', 'its replication is 3'),
        ('S001C001P001R001A000', 'its action is 0'),
        ('S001C001P001R001A121', 'its action is 121'),
    ],
)
def test_other_names_are_refused(text, message):
    with pytest.raises(ValueError, match=message):
        SampleName.parse(text)
