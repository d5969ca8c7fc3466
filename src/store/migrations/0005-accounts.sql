-- The ledger of accounts. `hash` is the keyed hash as in `event.account`; nobody is named here.
-- `state`: 0 tried, 1 at risk, 2 told, 3 acknowledged, 4 recovered, 5 cleared. From 1 on `risk_*` say by what.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  app TEXT NOT NULL,
  hash ANY NOT NULL,
  state INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  stopped INTEGER NOT NULL,
  sources INTEGER NOT NULL,
  signins INTEGER NOT NULL,
  risk_event INTEGER,
  risk_at INTEGER,
  risk_later INTEGER,
  risk_policy TEXT,
  risk_reason TEXT,
  call TEXT,
  told_at INTEGER,
  amount REAL NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX account_hash ON account (hash, app);
CREATE INDEX account_last ON account (last_at) WHERE state = 0;
CREATE INDEX account_risk ON account (risk_at) WHERE state > 0;
CREATE INDEX account_call ON account (call) WHERE call IS NOT NULL;
CREATE INDEX account_risk_event ON account (risk_event) WHERE risk_event IS NOT NULL;

-- From where and with what an account was tried; an empty `ip` holds what did not fit any more.
CREATE TABLE account_source (
  account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  ip TEXT NOT NULL,
  skeleton TEXT NOT NULL,
  ja4 TEXT NOT NULL,
  stack TEXT NOT NULL,
  network INTEGER,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  stopped INTEGER NOT NULL,
  successes INTEGER NOT NULL,
  PRIMARY KEY (account, ip, skeleton, ja4)
) STRICT, WITHOUT ROWID;

-- What an account did after it was at risk, by route.
CREATE TABLE account_action (
  account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  route TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  times INTEGER NOT NULL,
  stopped INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  amount REAL NOT NULL,
  policies TEXT NOT NULL,
  last_event INTEGER NOT NULL,
  PRIMARY KEY (account, route)
) STRICT, WITHOUT ROWID;

-- What became of an account, and who did it.
CREATE TABLE account_note (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  event INTEGER
) STRICT;
CREATE INDEX account_note_account ON account_note (account);

-- Sign-ins that nobody minded when they came, for a day: what is convicted later finds them. `body` is a sealed call.
CREATE TABLE account_signin (
  event INTEGER PRIMARY KEY,
  app TEXT NOT NULL,
  hash ANY NOT NULL,
  ip TEXT NOT NULL,
  asn INTEGER,
  skeleton TEXT NOT NULL,
  stack TEXT NOT NULL,
  call TEXT,
  target TEXT,
  body BLOB,
  alert TEXT
) STRICT;
CREATE INDEX account_signin_ip ON account_signin (ip);
CREATE INDEX account_signin_print ON account_signin (skeleton, stack, asn);
CREATE INDEX account_signin_hash ON account_signin (hash);

-- Whom a person has released from being stopped, for a time. `kind` is account (a hash) or address (a CIDR).
CREATE TABLE release (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  who TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT;

-- Erased accounts, until a running process has forgotten them, too. `name` is sealed, and gone then.
CREATE TABLE erasure (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  name BLOB,
  at INTEGER NOT NULL
) STRICT;

-- A call that is about an account is told when it is delivered, and acknowledged when its receiver says so.
CREATE TRIGGER account_told AFTER UPDATE OF state ON outbox
WHEN new.state = 1 AND old.state <> 1 AND new.kind = 'webhook' AND new.event IS NOT NULL BEGIN
  INSERT INTO account_note (account, at, who, what, reason, event)
    SELECT id, coalesce(new.finished_at, new.created_at), new.target, 'told', '', new.event
    FROM account WHERE (call = new.id OR (call IS NULL AND risk_event = new.event)) AND state BETWEEN 1 AND 3;
  UPDATE account SET told_at = coalesce(new.finished_at, new.created_at), call = new.id, state = max(state, 2)
    WHERE (call = new.id OR (call IS NULL AND risk_event = new.event)) AND state BETWEEN 1 AND 3;
END;
CREATE TRIGGER account_acknowledged AFTER UPDATE OF acknowledged_at ON outbox
WHEN new.acknowledged_at IS NOT NULL AND old.acknowledged_at IS NULL AND new.kind = 'webhook' BEGIN
  INSERT INTO account_note (account, at, who, what, reason, event)
    SELECT id, new.acknowledged_at, new.target, 'acknowledged', coalesce(new.acknowledgement, ''), new.event
    FROM account WHERE call = new.id AND state BETWEEN 1 AND 2;
  UPDATE account SET state = 3 WHERE call = new.id AND state BETWEEN 1 AND 2;
END;
