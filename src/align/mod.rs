//! Two documents -> beads.
