"""A Klass of our own: lists made from tables, and a server on loopback that speaks as Statistics Norway's does."""
