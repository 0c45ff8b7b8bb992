"""The portable bundle: a section as CSV files with a data package that describes them (docs/bundle.md)."""
