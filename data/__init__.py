"""Where inputs come from: handwritten digits, MNIST, and the order in which batches are drawn."""
