//! The embedded store: the only place that knows the file format.
