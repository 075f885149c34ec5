# MMAction2's 2s-AGCN, which is its AAGCN without attention; what it sees, and
# the graph, are filled in by a leaf. Its own norm of the input ('MVC') is made
# for a number of persons.
stock = dict(
    type='AAGCN',
    data_bn_type='VC',
    gcn_attention=False,
    graph_cfg=dict(mode='spatial'),
)
