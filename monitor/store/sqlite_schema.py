"""The tables of the SQLite keeping. Nothing in them can hold an author (S1)."""

from __future__ import annotations

VERSION = 3

# The columns of a record, the same where it stands and where it was taken back: rows move from one to the other.
_ROW = """
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    polarity INTEGER NOT NULL,
    answered INTEGER,
    event TEXT,
    topics TEXT NOT NULL,
    reprint_of TEXT
"""

# What version 3 brought. withdrawn has the rows of records that were taken back, under the number that they had: who
# asks for what stands never meets them. gone knows the ids of withdrawn posts, forgotten that the index has remains.
TAKEN_OUT = f"""
CREATE TABLE withdrawn ({_ROW}) STRICT;
CREATE UNIQUE INDEX withdrawn_id ON withdrawn (id);
CREATE INDEX withdrawn_time ON withdrawn (kind, at);
CREATE TABLE gone (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE forgotten (mark INTEGER PRIMARY KEY) STRICT;
"""

# records is narrow, so that a scan in the order of time reads little; the texts lie in bodies under the same number.
# words has no content of its own and no positions: the folded text decides where bigrams leave a doubt.
TABLES = f"""
CREATE TABLE records ({_ROW}) STRICT;
CREATE UNIQUE INDEX records_id ON records (id);
CREATE INDEX records_time ON records (kind, at);
CREATE INDEX records_event ON records (event) WHERE event IS NOT NULL;
CREATE INDEX records_reprint ON records (reprint_of) WHERE reprint_of IS NOT NULL;
CREATE TABLE bodies (no INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE words USING fts5(tokens, content='', columnsize=0, detail=none,
    tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_`{{|}}~'");
CREATE TABLE cells (
    topic TEXT NOT NULL,
    hour INTEGER NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    polarity INTEGER NOT NULL,
    reprint INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (topic, hour, kind, source, polarity, reprint)
) STRICT, WITHOUT ROWID;
CREATE TABLE facets (
    facet TEXT NOT NULL,
    topic TEXT NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (facet, topic, day, kind, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE states (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
"""
TABLES += TAKEN_OUT
