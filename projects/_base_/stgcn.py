# MMAction2's ST-GCN; what it sees, and the graph, are filled in by a leaf.
stock = dict(type='STGCN', graph_cfg=dict(mode='stgcn_spatial'))
