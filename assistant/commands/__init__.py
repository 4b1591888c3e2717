"""The commands of `kith`, one module a group. Heavy imports stay inside them, so that `kith --help` is quick."""
