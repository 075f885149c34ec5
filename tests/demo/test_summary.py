import numpy as np

from skeletonmae_plugin.demo.comparison import Comparison
from skeletonmae_plugin.demo.summary import DemoResults, demo_content
from skeletonmae_plugin.visualization import render_report


def make_results():
    rng = np.random.default_rng(0)
    target = rng.normal(size=(1, 6, 17, 2))
    arrays = dict(
        target=target,
        pred=target,
        mask=target[..., 0] > 0,
        valid=np.ones((1, 6, 17), bool),
    )
    test = {}
    for key, value in (
        ('masked', 0.5),
        ('interpolation', 1.0),
        ('mean_pose', 2.0),
    ):
        for part in ('', '/head', '/torso'):
            test[f'{key}_error{part}'] = value
    comparison = Comparison(
        answer='With 30 labels, pre-training adds 20.0 points.',
        columns=['labels', 'arm'],
        rows=[['30 (5 %)', 'scratch'], ['30 (5 %)', 'pretrained']],
        notes=['The test chooses nothing.'],
        figure=b'a picture',
        num_labels=30,
        top1=dict(pretrained=60.0, scratch=40.0),
        num_subsets=3,
        curves={
            arm: [dict(step=1, loss=2.0), dict(step=2, loss=1.0)]
            for arm in ('pretrained', 'scratch')
        },
        pairs=np.array([[0, 1], [1, 1]]),
        pretrain_rows=[
            dict(step=10, loss_reconstruction=1.0, loss_agreement=4.0)
        ],
    )
    return DemoResults(
        layout='coco',
        classes=['walk', 'wave'],
        pretrain_test=test,
        comparison=comparison,
        clips=[('clip', arrays)],
        seconds=125.0,
        commands=['python x.py'],
        configs={'x.py': 'a = 1'},
    )


def test_report_of_the_results():
    page = render_report(demo_content(make_results()))
    for text in (
        '60.0 %',
        '40.0 %',
        '2 min 5 s',
        'With 30 labels, pre-training adds 20.0 points.',
        '3 label subsets and one pre-training',
        'python x.py',
        'a = 1',
    ):
        assert text in page
    # The figure of the comparison, the charts, a strip.
    assert page.count('<img') == 1 + 5 + 1


def test_charts_are_of_the_trainings():
    content = demo_content(make_results())
    titles = [chart['title'] for chart in content['charts']]
    assert titles == [
        'Pre-training: reconstruction loss',
        'Pre-training: agreement of views, loss',
        'Training with 30 labels, first subset: loss',
        'Masked error by part',
        'Confusion of the pre-trained model',
    ]
