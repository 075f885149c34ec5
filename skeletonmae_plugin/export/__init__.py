"""Trained recognizers as ONNX files, and how long each takes for a clip."""
