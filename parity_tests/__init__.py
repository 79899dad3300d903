"""The exam: generated networks, the derived error bound, and the comparison of every number."""
