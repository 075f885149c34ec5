import numpy as np
import pytest


def cfg(**kwargs):
    return dict(type='NormalizeSkeleton', layout='coco', **kwargs)


@pytest.mark.parametrize('coords, unit', [(2, 400.0), (3, 0.5)])
@pytest.mark.parametrize('centre', ['clip', 'frame'])
def test_pixels_and_metres_come_to_unit_size(
    apply, clip, coords, unit, centre
):
    given = clip(coords=coords)
    given['keypoint'] = given['keypoint'] * np.float32(unit)
    out = apply(cfg(centre=centre), given)
    x, valid = out['keypoint'], out['valid']
    assert x.dtype == np.float32 and not x[~valid].any()
    size = (x[valid] ** 2).sum(-1).mean() ** 0.5
    assert size == pytest.approx(1, rel=0.2)
    back = (x * out['scale'] + out['centre'])[valid]
    np.testing.assert_allclose(back, given['keypoint'][valid], rtol=1e-4)
    frames = 1 if centre == 'clip' else 6
    assert out['centre'].shape == (2, 1, frames, 1, coords)
    assert out['scale'].shape == (2, 1, 1, 1, 1)


def test_hidden_joints_move_along_without_influence(apply, clip):
    given = clip(seen=1.0)
    mask = np.random.default_rng(1).random(given['valid'].shape) < 0.4
    out = apply(cfg(), {**given, 'mask': mask})
    changed = np.where(mask[..., None], -99, given['keypoint'])
    other = apply(
        cfg(), {**given, 'mask': mask, 'keypoint': changed.astype(np.float32)}
    )
    for key in ('centre', 'scale'):
        np.testing.assert_array_equal(out[key], other[key])
    np.testing.assert_array_equal(
        out['keypoint'][~mask], other['keypoint'][~mask]
    )
    raw = out['keypoint'] * out['scale'] + out['centre']
    np.testing.assert_allclose(raw, given['keypoint'], atol=1e-5)


def test_persons_keep_their_places_to_one_another(apply, clip):
    given = clip(seen=1.0)
    out = apply(cfg(), given)
    apart = given['keypoint'][:, 0] - given['keypoint'][:, 1]
    np.testing.assert_allclose(
        (out['keypoint'][:, 0] - out['keypoint'][:, 1]) * out['scale'][:, 0],
        apart,
        atol=1e-5,
    )
    swapped = apply(
        cfg(),
        {
            **given,
            'keypoint': given['keypoint'][:, ::-1],
            'valid': given['valid'][:, ::-1],
        },
    )
    np.testing.assert_allclose(
        swapped['keypoint'], out['keypoint'][:, ::-1], atol=1e-5
    )


def test_a_padded_person_changes_nothing(apply, clip):
    given = clip(persons=1)
    padded = {
        key: np.concatenate([given[key], 0 * given[key]], 1).astype(
            given[key].dtype
        )
        for key in ('keypoint', 'valid')
    }
    np.testing.assert_allclose(
        apply(cfg(), given)['keypoint'][:, 0],
        apply(cfg(), padded)['keypoint'][:, 0],
        atol=1e-6,
    )


def test_scale_by_a_number(apply, clip):
    given = clip(seen=1.0)
    out = apply(cfg(scale=2.0), given)
    np.testing.assert_allclose(
        np.diff(out['keypoint'], axis=2) * 2,
        np.diff(given['keypoint'], axis=2),
        atol=1e-5,
    )


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(centre='root'), "centre must be 'clip' or 'frame', got 'root'"),
        (dict(scale='box'), "scale must be 'body' or a number"),
        (dict(scale=0), "scale must be 'body' or a number above 0"),
    ],
)
def test_impossible_options(apply, options, message):
    with pytest.raises(ValueError, match=message):
        apply(cfg(**options), {})


def test_a_body_that_lies_on_its_file_is_put_upright_first(apply, clip):
    """y up, and the same body in a file whose z is up, to the bit."""
    given = clip()
    x, y, z = np.moveaxis(given['keypoint'], -1, 0)
    other = {**given, 'keypoint': np.stack([x, -z, y], -1)}
    out, turned = apply(cfg(), given), apply(cfg(up='z'), other)
    for key in ('keypoint', 'centre', 'scale'):
        np.testing.assert_array_equal(out[key], turned[key])
    assert np.abs(apply(cfg(), other)['keypoint'] - out['keypoint']).max() > 1


def test_a_way_up_that_is_none_is_refused(apply, clip):
    with pytest.raises(ValueError, match="up must be of .*'-z'.* got 'w'"):
        apply(cfg(up='w'), clip())
    with pytest.raises(ValueError, match='images have no other way up'):
        apply(cfg(up='z'), clip(coords=2))
