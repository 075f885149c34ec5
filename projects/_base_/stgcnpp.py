# MMAction2's ST-GCN++; what it sees, and the graph, are filled in by a leaf.
stock = dict(
    type='STGCN',
    gcn_adaptive='init',
    gcn_with_res=True,
    tcn_type='mstcn',
    graph_cfg=dict(mode='spatial'),
)
