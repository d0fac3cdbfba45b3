"""The four services, the language they publish and the plumbing they share."""
