"""The tiles of the first paint: what the cache has, at once; or everything, for a reader without JavaScript."""
