-- What a person has switched off: a policy, an app, or everything (kind "panic", empty name).
CREATE TABLE enforcement_switch (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER,
  who TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT;
