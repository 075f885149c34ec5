# MMAction2's AAGCN (2s-AGCN); what it sees, and the graph, are filled in by a
# leaf. Its own norm of the input ('MVC') is made for a number of persons.
stock = dict(type='AAGCN', data_bn_type='VC', graph_cfg=dict(mode='spatial'))
