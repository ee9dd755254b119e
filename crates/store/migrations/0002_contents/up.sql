-- Who this book belongs to: one row.
CREATE TABLE book (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    id       BLOB NOT NULL CHECK (length(id) = 16),
    name     TEXT NOT NULL CHECK (name <> ''),
    country  TEXT NOT NULL CHECK (length(country) = 2),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    role     TEXT NOT NULL CHECK (role IN ('direct-bill', 'indirect-provider', 'indirect-reseller')),
    created  TEXT NOT NULL CHECK (created GLOB '????-??-??')
) STRICT;

-- Bytes kept for ever, known by their SHA-256: vendor files, invoice PDFs. Small ones lie here, compressed; large
-- ones in an encrypted file of their own, whose name and key are here.
CREATE TABLE contents (
    id    INTEGER PRIMARY KEY,
    hash  BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    size  INTEGER NOT NULL CHECK (size >= 0),
    body  BLOB,
    file  TEXT UNIQUE CHECK (length(file) = 32),
    key   BLOB CHECK (length(key) = 32),
    CHECK ((body IS NULL) <> (file IS NULL)),
    CHECK ((file IS NULL) = (key IS NULL))
) STRICT;

CREATE TRIGGER contents_never_change BEFORE UPDATE ON contents
BEGIN SELECT RAISE(ABORT, 'contents never change'); END;
