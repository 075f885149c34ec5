# SKELETON_STREAM=j, b, jm or bm feeds a model with one stream: joints, bones
# or the motion of either, by MMAction2's names. Four such models make an
# ensemble. Without it a model takes these at once.
streams = '{{$SKELETON_STREAM:coordinate,velocity,bone,centred}}'.split(',')
# So that all are of a size.
stream_sizes = dict(
    velocity=4.0, jm=4.0, bone_velocity=4.0, bm=4.0, centred=2.0
)
stream_scales = [stream_sizes.get(name, 1.0) for name in streams]
