"""Where inputs come from: handwritten digits, and MNIST."""
