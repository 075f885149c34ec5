# Tiny: 26 k weights on NW-UCLA's joints. It learns slowly: after the 20 epochs
# of the others its loss on the training clips still falls.
embed_dims = 32
student_epochs = 60
