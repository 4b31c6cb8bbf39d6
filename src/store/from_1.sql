-- From format version 1 to 2: the tables that are new. What they promise is in schemas/store.md.

-- What reviewers decided -----------------------------------------------------------------------------------------

-- Only ever added to. `act` is JSON; a revision makes its spans lasting.
CREATE TABLE decision (
    key INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    source_revision INTEGER NOT NULL,
    target TEXT,
    target_revision INTEGER,
    reviewer TEXT NOT NULL,
    made TEXT NOT NULL,
    act TEXT NOT NULL
) STRICT;
CREATE INDEX decision_subject ON decision (source, target);
CREATE INDEX decision_target ON decision (target);
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision BEGIN
    SELECT raise(ABORT, 'decisions are only added');
END;
CREATE TRIGGER decision_remains BEFORE DELETE ON decision BEGIN
    SELECT raise(ABORT, 'decisions are only added');
END;

-- The beads of `bead` that a reviewer decided on.
CREATE TABLE mark (
    bitext INTEGER NOT NULL REFERENCES bitext (key) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    decision INTEGER NOT NULL REFERENCES decision (key),
    PRIMARY KEY (bitext, position)
) STRICT, WITHOUT ROWID;

-- What pairing itself found of the pairs that a reviewer made or took apart; `kind` is NULL where it found none.
CREATE TABLE found_pair (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    kind TEXT,
    score REAL,
    evidence TEXT,
    PRIMARY KEY (source, target)
) STRICT, WITHOUT ROWID;

-- What was found of the speakers that a reviewer named, by the position of the quote.
CREATE TABLE found_speaker (
    document INTEGER NOT NULL REFERENCES document (key),
    position INTEGER NOT NULL,
    speaker TEXT,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

-- The least certain beads first.
CREATE INDEX bead_confidence ON bead (confidence) WHERE source <> '[]' AND target <> '[]';
-- The documents of an outlet by day.
CREATE INDEX document_outlet ON document (outlet, day) WHERE current;

-- Quotes ----------------------------------------------------------------------------------------------------------

-- The documents whose quotes were looked for.
CREATE TABLE quoted (
    document INTEGER PRIMARY KEY REFERENCES document (key)
) STRICT;

CREATE TABLE quote (
    document INTEGER NOT NULL REFERENCES document (key),
    position INTEGER NOT NULL,
    form TEXT NOT NULL,
    spans TEXT NOT NULL,
    clause TEXT,
    cue TEXT,
    mention TEXT,
    speaker TEXT,
    alternatives TEXT NOT NULL,
    score REAL NOT NULL,
    earlier INTEGER NOT NULL CHECK (earlier IN (0, 1)),
    insertions TEXT NOT NULL,
    recovered TEXT,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

-- The documents whose quotes were compared. No foreign keys: both are ids.
CREATE TABLE linked (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    grouped INTEGER NOT NULL CHECK (grouped IN (0, 1)),
    links TEXT NOT NULL,
    PRIMARY KEY (source, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX linked_target ON linked (target);
CREATE INDEX linked_ungrouped ON linked (source, target) WHERE NOT grouped;

CREATE TABLE quote_group (
    id TEXT PRIMARY KEY,
    confidence REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rendering (
    quote_group TEXT NOT NULL REFERENCES quote_group (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    quote INTEGER NOT NULL,
    spans TEXT NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (quote_group, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX rendering_document ON rendering (document, quote);
