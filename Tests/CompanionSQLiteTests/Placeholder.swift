// The first file of this target takes its place.
