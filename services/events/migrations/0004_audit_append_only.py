"""The audit is append-only: triggers refuse to change or delete a row, whoever asks.

All that is done to a row later is to give it its place in the chain, once. SQLite lets a row take another's place without
deleting it by name (``OR REPLACE``), so that is refused by itself. A migration that makes the table anew on SQLite must
make the triggers anew. Forward-safe: older code does nothing else.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE_INSERT = """
CREATE TRIGGER audit_append_only_insert BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE position = NEW.position OR number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END
"""

SQLITE_UPDATE = """
CREATE TRIGGER audit_append_only_update BEFORE UPDATE ON audit
WHEN NOT (
    OLD.number IS NULL AND OLD.hash IS NULL AND NEW.number IS NOT NULL AND NEW.hash IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
    AND NEW.position IS OLD.position AND NEW.at IS OLD.at AND NEW.actor IS OLD.actor
    AND NEW.organisation IS OLD.organisation AND NEW.command IS OLD.command AND NEW.subject IS OLD.subject
    AND NEW.version IS OLD.version AND NEW.digest IS OLD.digest AND NEW.facts IS OLD.facts
    AND NEW.reason IS OLD.reason AND NEW.trace_id IS OLD.trace_id
)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END
"""

SQLITE_DELETE = """
CREATE TRIGGER audit_append_only_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END
"""

POSTGRESQL_REFUSE = """
CREATE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""

POSTGRESQL_DELETE = """
CREATE TRIGGER audit_append_only_delete BEFORE DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit()
"""

POSTGRESQL_SEAL = """
CREATE FUNCTION only_seal_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told audit%ROWTYPE := NEW;
BEGIN
    told.number := NULL;
    told.hash := NULL;
    IF NEW.number IS NULL OR NEW.hash IS NULL OR told::text IS DISTINCT FROM OLD::text THEN
        RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

POSTGRESQL_UPDATE = """
CREATE TRIGGER audit_append_only_update BEFORE UPDATE ON audit
FOR EACH ROW EXECUTE FUNCTION only_seal_audit()
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in (SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE):
            op.execute(statement)
    else:
        for statement in (POSTGRESQL_REFUSE, POSTGRESQL_DELETE, POSTGRESQL_SEAL, POSTGRESQL_UPDATE):
            op.execute(statement)
