-- The share of its model's training declarations that are less unusual than the one that was looked at, as its answer
-- says: criteria ask for it, and are replayed on what is stored. Null: the model's package had no isolation forest.
ALTER TABLE predictions ADD COLUMN isolement double precision CHECK (isolement BETWEEN 0 AND 1);
