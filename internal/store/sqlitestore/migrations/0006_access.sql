-- Evidence knows the account that recorded it; earlier evidence has none.
ALTER TABLE evidence ADD COLUMN recorded_by TEXT NOT NULL DEFAULT '';

-- The departments of somebody's direct reports come from the index alone.
DROP INDEX employees_manager;
CREATE INDEX employees_manager ON employees (manager, org_unit);
