"""Raw ``.skeleton`` files of NTU RGB+D 60 and 120 -> a skeleton pickle.

The steps are those by which pyskl made the released 3D pickles, in our own
code: read a file (``skeleton_file``), link bodies over frames (``tracks``),
leave noise out (``noise``), choose and place two persons (``persons``).
"""
