"""The lock models compared with the real runtimes that they stand for."""
