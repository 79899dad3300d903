"""The referees: the same network in torch, and the derivative by its definition."""
