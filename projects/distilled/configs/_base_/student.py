# Tiny: 26 k weights on NW-UCLA's joints.
embed_dims = 32
