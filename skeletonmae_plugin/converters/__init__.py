"""Other people's skeleton files, brought into the form that we read.

``ntu``: raw recordings of NTU RGB+D. ``released``: the pickles of FineGym and
Diving48.
"""
