"""The hand: a numpy multi-layer perceptron whose gradients are written out with the chain rule."""
