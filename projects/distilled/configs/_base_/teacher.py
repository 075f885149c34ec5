# Wide: 0.29 M weights on NW-UCLA's joints.
embed_dims = 128
