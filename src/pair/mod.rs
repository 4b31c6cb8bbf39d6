//! Documents -> pairs that are versions of one work, or reports of one event.
