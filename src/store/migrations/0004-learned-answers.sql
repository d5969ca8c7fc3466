-- The form of genuine answers (JSON), by what policies call them; neither bodies nor tokens nor persons.
CREATE TABLE learned_answer (
  name TEXT PRIMARY KEY,
  form TEXT NOT NULL,
  saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
