-- The tables of a korpu store, format version 3. What they promise is in schemas/store.md.
-- Positions and byte offsets count from 0; an end is one past the last byte.

-- Documents -----------------------------------------------------------------------------------------------------

CREATE TABLE document (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    current INTEGER NOT NULL CHECK (current IN (0, 1)),
    paired INTEGER NOT NULL CHECK (paired IN (0, 1)),
    lang TEXT NOT NULL,
    confidence REAL NOT NULL,
    title TEXT,
    outlet TEXT,
    published TEXT,
    modified TEXT,
    url TEXT,
    section TEXT,
    licence TEXT,
    description TEXT,
    declared_language TEXT,
    day INTEGER,
    characters INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX document_revision ON document (id, revision);
CREATE UNIQUE INDEX document_current ON document (id) WHERE current;
CREATE INDEX document_lang ON document (lang) WHERE current;
CREATE INDEX document_unpaired ON document (day IS NULL, day, id) WHERE current AND NOT paired;

-- Apart from `document`, so that lists of documents need not read past their texts.
CREATE TABLE text (
    document INTEGER PRIMARY KEY REFERENCES document (key),
    text TEXT NOT NULL
) STRICT;

CREATE TABLE block (
    document INTEGER NOT NULL REFERENCES document (key),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    lang TEXT,
    confidence REAL,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sentence (
    key INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document (key),
    position INTEGER NOT NULL,
    block INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sentence_position ON sentence (document, position);

CREATE TABLE byline (
    document INTEGER NOT NULL REFERENCES document (key),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE offered_version (
    document INTEGER NOT NULL REFERENCES document (key),
    position INTEGER NOT NULL,
    lang TEXT NOT NULL,
    source_tag TEXT NOT NULL,
    url TEXT,
    address TEXT,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX offered_version_address ON offered_version (address) WHERE address IS NOT NULL;

CREATE TABLE republication (
    document INTEGER PRIMARY KEY REFERENCES document (key),
    source TEXT,
    url TEXT,
    published TEXT
) STRICT;

-- Where documents came from ---------------------------------------------------------------------------------------

CREATE TABLE page (
    key INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document (key),
    path TEXT NOT NULL,
    member TEXT,
    url TEXT,
    fetched TEXT,
    blake3 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    encoding TEXT NOT NULL
) STRICT;
CREATE INDEX page_blake3 ON page (blake3);
CREATE INDEX page_document ON page (document);

CREATE TABLE refusal (
    place TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    blake3 TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE address (
    address TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES document (key),
    PRIMARY KEY (address, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_document ON address (document);

-- What pairing looks at -------------------------------------------------------------------------------------------

CREATE TABLE minhash (
    document INTEGER PRIMARY KEY REFERENCES document (key),
    minhash BLOB NOT NULL
) STRICT;

CREATE TABLE feature (
    document INTEGER NOT NULL REFERENCES document (key),
    feature INTEGER NOT NULL,
    weight REAL NOT NULL,
    PRIMARY KEY (document, feature)
) STRICT, WITHOUT ROWID;

-- The same the other way round. No foreign key: it is written in the order of the features, not of the documents.
CREATE TABLE posting (
    feature INTEGER NOT NULL,
    day INTEGER NOT NULL,
    document INTEGER NOT NULL,
    PRIMARY KEY (feature, day, document)
) STRICT, WITHOUT ROWID;

-- What was found --------------------------------------------------------------------------------------------------

CREATE TABLE pair (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    score REAL NOT NULL,
    evidence TEXT NOT NULL,
    aligned INTEGER NOT NULL CHECK (aligned IN (0, 1)),
    PRIMARY KEY (source, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX pair_target ON pair (target);
CREATE INDEX pair_unaligned ON pair (source, target) WHERE NOT aligned;

CREATE TABLE work (
    id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE work_document (
    work TEXT NOT NULL REFERENCES work (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (work, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_document_document ON work_document (document);

CREATE TABLE bitext (
    key INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    level TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX bitext_documents ON bitext (source, target, level);
CREATE INDEX bitext_target ON bitext (target);

CREATE TABLE bead (
    bitext INTEGER NOT NULL REFERENCES bitext (key) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    score REAL NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (bitext, position)
) STRICT, WITHOUT ROWID;

-- Full text -------------------------------------------------------------------------------------------------------

-- The words of each sentence by `language::search_key`; rowid = sentence.key. The tokenizer is stock, so that other
-- tools can open the file; it has no diacritics left to remove.
CREATE VIRTUAL TABLE search USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);

-- To look at ------------------------------------------------------------------------------------------------------

CREATE VIEW document_text AS
SELECT document.id AS document, document.lang, document.title, document.outlet, document.published, text.text
FROM document JOIN text ON text.document = document.key
WHERE document.current;

CREATE VIEW block_text AS
SELECT document.id AS document, block.position, block.kind, coalesce(block.lang, document.lang) AS lang,
    CAST(substr(CAST(text.text AS BLOB), block.start + 1, block.end - block.start) AS TEXT) AS text
FROM document JOIN block ON block.document = document.key JOIN text ON text.document = document.key
WHERE document.current;

CREATE VIEW sentence_text AS
SELECT document.id AS document, sentence.position, sentence.block, coalesce(block.lang, document.lang) AS lang,
    CAST(substr(CAST(text.text AS BLOB), sentence.start + 1, sentence.end - sentence.start) AS TEXT) AS text
FROM document JOIN sentence ON sentence.document = document.key
    JOIN block ON block.document = document.key AND block.position = sentence.block
    JOIN text ON text.document = document.key
WHERE document.current;

CREATE VIEW bead_text AS
SELECT bitext.source, bitext.target, bitext.level, bead.position,
    json_array_length(bead.source) || '-' || json_array_length(bead.target) AS shape,
    CASE bitext.level
        WHEN 'paragraph' THEN (SELECT group_concat(text, ' ') FROM (
            SELECT block_text.text FROM json_each(bead.source) AS item CROSS JOIN block_text
            WHERE block_text.document = bitext.source AND block_text.position = item.value ORDER BY item.key))
        ELSE (SELECT group_concat(text, ' ') FROM (
            SELECT sentence_text.text FROM json_each(bead.source) AS item CROSS JOIN sentence_text
            WHERE sentence_text.document = bitext.source AND sentence_text.position = item.value ORDER BY item.key))
    END AS source_text,
    CASE bitext.level
        WHEN 'paragraph' THEN (SELECT group_concat(text, ' ') FROM (
            SELECT block_text.text FROM json_each(bead.target) AS item CROSS JOIN block_text
            WHERE block_text.document = bitext.target AND block_text.position = item.value ORDER BY item.key))
        ELSE (SELECT group_concat(text, ' ') FROM (
            SELECT sentence_text.text FROM json_each(bead.target) AS item CROSS JOIN sentence_text
            WHERE sentence_text.document = bitext.target AND sentence_text.position = item.value ORDER BY item.key))
    END AS target_text,
    bead.score, bead.confidence
FROM bitext JOIN bead ON bead.bitext = bitext.key;

-- Since version 2 -------------------------------------------------------------------------------------------------
-- What stands below this line is what a store of version 1 gets when it is opened.

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
    confidence REAL NOT NULL,
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

-- What files of others say of themselves, their units and segments: JSON.
CREATE TABLE import (
    key INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    format TEXT NOT NULL,
    said TEXT NOT NULL
) STRICT;

CREATE TABLE loss (
    import INTEGER NOT NULL REFERENCES import (key),
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (import, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE unit (
    key INTEGER PRIMARY KEY,
    import INTEGER NOT NULL REFERENCES import (key),
    number INTEGER NOT NULL,
    said TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX unit_number ON unit (import, number);

CREATE TABLE unit_segment (
    document INTEGER NOT NULL REFERENCES document (key),
    position INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES unit (key),
    said TEXT NOT NULL,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

-- Since version 3 -------------------------------------------------------------------------------------------------
-- What stands below this line is what a store of version 2 gets when it is opened.

-- Where reviewers cut sentences: before byte `at`. `decision` is the latest that changed whether it `holds`.
CREATE TABLE cut (
    document INTEGER NOT NULL REFERENCES document (key),
    at INTEGER NOT NULL,
    holds INTEGER NOT NULL CHECK (holds IN (0, 1)),
    decision INTEGER NOT NULL REFERENCES decision (key),
    PRIMARY KEY (document, at)
) STRICT, WITHOUT ROWID;

-- The groups that lists leave out: by what reviewers say of their renderings, nothing else says what is left of them, or another
-- has all of it.
CREATE TABLE dissolved (
    quote_group TEXT PRIMARY KEY REFERENCES quote_group (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
