-- What is to be told to others, until they have it. `body` is sealed, and gone once nobody needs it any more.
-- `state`: 0 pending, 1 delivered, 2 dead, 3 dropped. `next_at` is when to try next; while one tries, when it is given up.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  policy TEXT NOT NULL,
  app TEXT NOT NULL,
  event INTEGER,
  digest INTEGER,
  body BLOB,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  status INTEGER,
  problem TEXT,
  acknowledged_at INTEGER,
  acknowledgement TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_pending ON outbox (target, next_at) WHERE state = 0;
CREATE INDEX outbox_created ON outbox (created_at);

-- `key` is a keyed hash: who was told of lately.
CREATE TABLE told_once (
  key BLOB PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX told_once_until ON told_once (until);

-- Alerts of one channel, policy, app and key grow into one.
CREATE TABLE digest (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  policy TEXT NOT NULL,
  app TEXT NOT NULL,
  key BLOB NOT NULL,
  severity TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  told INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  every_ms INTEGER NOT NULL,
  evidence TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX digest_group ON digest (channel, policy, app, key);
CREATE INDEX digest_last ON digest (last_at);
