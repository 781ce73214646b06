"""The database itself keeps `Standing`: whatever writes an attempt or a score, in bulk or one by one, by whatever road.

One statement computes standings, of one student in one exercise or of all. On SQLite it stands in each trigger; on
PostgreSQL in a function that first locks the row, so that of two transactions that end at once the second one sees
what the first one wrote (at READ COMMITTED every statement of a function sees what is committed).
"""

from django.db import connections, transaction

CURRENT = "(SELECT c.id FROM attempts_score c WHERE c.attempt_id = b.id ORDER BY c.by_person DESC, c.id DESC LIMIT 1)"
BEST = f"""(SELECT s.id FROM attempts_attempt b JOIN attempts_score s ON s.id = {CURRENT}
    WHERE b.student_id = sums.student_id AND b.exercise_id = sums.exercise_id AND s.value IS NOT NULL
    ORDER BY CASE WHEN b.released_at IS NULL THEN 0 ELSE 1 END DESC, s.value DESC, b.number DESC LIMIT 1)"""
NEWEST = """(SELECT n.id FROM attempts_attempt n
    WHERE n.student_id = sums.student_id AND n.exercise_id = sums.exercise_id ORDER BY n.number DESC LIMIT 1)"""
COLUMNS = "exercise_id, student_id, state, value, late, human, shown, waiting, attempt, handed_in, score"
COMPUTED = f"""
INSERT INTO gradebook_standing ({COLUMNS})
SELECT sums.exercise_id, sums.student_id,
    CASE WHEN sums.released > 0 THEN 'released' WHEN sums.graded > 0 THEN 'waiting'
         WHEN sums.handed_in > 0 THEN 'grading' ELSE 'open' END,
    s.value, COALESCE(s.late_credit < 1, FALSE), COALESCE(s.by_person = 1, FALSE),
    s.id IS NOT NULL AND m.released_at IS NOT NULL, sums.waiting > 0, COALESCE(m.id, {NEWEST}), sums.handed_in, s.id
FROM (SELECT a.student_id, a.exercise_id,
        SUM(CASE WHEN a.released_at IS NULL THEN 0 ELSE 1 END) AS released,
        SUM(CASE WHEN a.state = 'graded' THEN 1 ELSE 0 END) AS graded,
        SUM(CASE WHEN a.waiting THEN 1 ELSE 0 END) AS waiting,
        SUM(CASE WHEN a.state = 'open' THEN 0 ELSE 1 END) AS handed_in
      FROM attempts_attempt a WHERE %s GROUP BY a.student_id, a.exercise_id) sums
LEFT JOIN attempts_score s ON s.id = {BEST}
LEFT JOIN attempts_attempt m ON m.id = s.attempt_id
"""
RENEWED = "ON CONFLICT (student_id, exercise_id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in COLUMNS.split(", ")[2:]
)
WATCHED = ("state", "released_at", "waiting", "number", "student_id", "exercise_id")
EVENTS = {  # trigger: (table, event, which row)
    "standing_attempt_made": ("attempts_attempt", "INSERT", "NEW"),
    "standing_attempt_changed": ("attempts_attempt", "UPDATE", "NEW"),
    "standing_attempt_moved": ("attempts_attempt", "UPDATE", "OLD"),  # to somebody else, by a merge of accounts
    "standing_attempt_gone": ("attempts_attempt", "DELETE", "OLD"),
    "standing_score_made": ("attempts_score", "INSERT", "NEW"),
    "standing_score_changed": ("attempts_score", "UPDATE", "NEW"),
    "standing_score_gone": ("attempts_score", "DELETE", "OLD"),
}


def ensure(using: str = "default") -> None:
    """Make the triggers; where they were missing, all standings too."""
    if not _present(using):
        remove(using)
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            for statement in _statements(connections[using].vendor):
                cursor.execute(statement)
        rebuild(using)


def remove(using: str = "default") -> None:
    with connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
        for name, (table, _event, _row) in EVENTS.items():
            if table in tables:
                on = f" ON {table}" if connections[using].vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def rebuild(using: str = "default") -> int:
    """Compute every standing again; how many there are."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("DELETE FROM gradebook_standing")
        cursor.execute(COMPUTED % "1 = 1")
        return int(cursor.rowcount)


def _present(using: str) -> bool:
    postgres = connections[using].vendor == "postgresql"
    query = "SELECT tgname FROM pg_trigger" if postgres else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connections[using].cursor() as cursor:
        cursor.execute(query)
        return set(EVENTS) <= {name for (name,) in cursor.fetchall()}


def _statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [*FUNCTIONS, *(_on_postgres(name, *event) for name, event in EVENTS.items())]
    return [_on_sqlite(name, *event) for name, event in EVENTS.items()]


def _changed(table: str, event: str, row: str, differs: str) -> str:
    """Drafts are saved all the time, and change nothing here."""
    if event != "UPDATE" or table != "attempts_attempt":
        return ""
    watched = WATCHED if row == "NEW" else ("student_id", "exercise_id")
    return "WHEN (" + " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in watched) + ")"


def _on_sqlite(name: str, table: str, event: str, row: str) -> str:
    student, exercise = f"{row}.student_id", f"{row}.exercise_id"
    if table == "attempts_score":
        student, exercise = (
            f"(SELECT {column} FROM attempts_attempt WHERE id = {row}.attempt_id)"
            for column in ("student_id", "exercise_id")
        )
    body = COMPUTED % f"a.student_id = {student} AND a.exercise_id = {exercise}"
    gone = f"""DELETE FROM gradebook_standing WHERE student_id = {student} AND exercise_id = {exercise}
        AND NOT EXISTS (SELECT 1 FROM attempts_attempt a WHERE a.student_id = {student}
        AND a.exercise_id = {exercise});"""
    end = gone if row == "OLD" and table == "attempts_attempt" else ""
    when = _changed(table, event, row, "IS NOT")
    return f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when} BEGIN {body} {RENEWED}; {end} END"


def _on_postgres(name: str, table: str, event: str, row: str) -> str:
    when = _changed(table, event, row, "IS DISTINCT FROM")
    call = f"standing_of_{'score' if table == 'attempts_score' else 'attempt'}('{row}')"
    return f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {call}"


FUNCTIONS = (
    f"""
CREATE OR REPLACE FUNCTION standing_renew(student bigint, exercise bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO gradebook_standing ({COLUMNS})
    SELECT exercise, student, 'open', NULL, FALSE, FALSE, FALSE, FALSE, a.id, 0, NULL FROM attempts_attempt a
    WHERE a.student_id = student AND a.exercise_id = exercise LIMIT 1 ON CONFLICT DO NOTHING;
  PERFORM 1 FROM gradebook_standing WHERE student_id = student AND exercise_id = exercise FOR UPDATE;
  {COMPUTED % "a.student_id = student AND a.exercise_id = exercise"} {RENEWED};
  DELETE FROM gradebook_standing g WHERE g.student_id = student AND g.exercise_id = exercise AND NOT EXISTS
    (SELECT 1 FROM attempts_attempt a WHERE a.student_id = student AND a.exercise_id = exercise);
END $$""",
    """
CREATE OR REPLACE FUNCTION standing_of_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_ARGV[0] = 'OLD' THEN PERFORM standing_renew(OLD.student_id, OLD.exercise_id);
  ELSE PERFORM standing_renew(NEW.student_id, NEW.exercise_id); END IF;
  RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION standing_of_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
  SELECT a.student_id, a.exercise_id INTO found FROM attempts_attempt a
    WHERE a.id = CASE WHEN TG_ARGV[0] = 'OLD' THEN OLD.attempt_id ELSE NEW.attempt_id END;
  IF found IS NOT NULL THEN PERFORM standing_renew(found.student_id, found.exercise_id); END IF;
  RETURN NULL;
END $$""",
)
