-- Under which keys policies would find a sign-in that nobody minded; `cluster` is a keyed hash.
CREATE TABLE signin_cluster (
  cluster INTEGER NOT NULL,
  event INTEGER NOT NULL REFERENCES account_signin (event) ON DELETE CASCADE,
  PRIMARY KEY (cluster, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX signin_cluster_event ON signin_cluster (event);
