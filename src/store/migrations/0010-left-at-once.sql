-- What tells whose sign-in it was, where an attacker has the same software as people. `is_new_place`: the account never got
-- in from that address before. `is_shared`: known good people use the software. `went_on`: null until it is known whether the
-- session went on, 0 where it was left at once. `is_convicted`: its account is at risk, and it is found no more.
ALTER TABLE account_signin ADD COLUMN is_new_place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account_signin ADD COLUMN is_shared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account_signin ADD COLUMN went_on INTEGER;
ALTER TABLE account_signin ADD COLUMN is_convicted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX account_signin_software ON account_signin (skeleton, stack, event);
