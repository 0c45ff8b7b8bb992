"""The part of the composition root that builds the experiences: a file each."""
