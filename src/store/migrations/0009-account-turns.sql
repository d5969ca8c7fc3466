-- Which accounts changed their state, for the process that serves: it asks for what is new. Old turns are forgotten.
CREATE TABLE account_turn (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX account_turn_account ON account_turn (account);
CREATE TRIGGER account_turned AFTER UPDATE OF state ON account WHEN new.state <> old.state BEGIN
  INSERT INTO account_turn (account) VALUES (new.id);
END;
