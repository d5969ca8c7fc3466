-- What each policy of a revision was measured to cost, from sampled requests where it applies; replaced as it is
-- measured anew.
CREATE TABLE policy_cost (
  revision INTEGER NOT NULL REFERENCES policy_revision (id) ON DELETE CASCADE,
  policy TEXT NOT NULL,
  mean_ns REAL,
  requests INTEGER NOT NULL,
  asked INTEGER NOT NULL,
  matched INTEGER NOT NULL,
  measured_at INTEGER NOT NULL,
  PRIMARY KEY (revision, policy)
) STRICT, WITHOUT ROWID;
