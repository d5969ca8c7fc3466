-- What prints are made of, each once; an event holds the ids. AUTOINCREMENT: the id of a vector that was forgotten must
-- not become another's, since events may still hold it.
CREATE TABLE vector (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  value TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  hours INTEGER NOT NULL
) STRICT;

ALTER TABLE event ADD COLUMN stack ANY;
ALTER TABLE event ADD COLUMN ja4 ANY;
ALTER TABLE event ADD COLUMN header_vector INTEGER;
ALTER TABLE event ADD COLUMN stack_vector INTEGER;
ALTER TABLE event ADD COLUMN shape_vector INTEGER;
