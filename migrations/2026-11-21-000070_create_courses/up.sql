-- Courses, the weeks that they consist of, what is read in each, and who takes part.

CREATE TABLE courses (
    id                        uuid PRIMARY KEY,
    code                      text NOT NULL CHECK (length(code) BETWEEN 1 AND 50),
    name                      text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    professor_name            text NOT NULL CHECK (length(professor_name) BETWEEN 1 AND 255),
    description               text NOT NULL DEFAULT '' CHECK (length(description) <= 10000),
    term                      text CHECK (length(term) BETWEEN 1 AND 100),
    enrolment                 text NOT NULL DEFAULT 'INVITATION' CHECK (enrolment IN ('INVITATION', 'CODE', 'OPEN')),
    enrolment_code_hash       bytea CHECK (length(enrolment_code_hash) = 32),
    enrolment_code_expires_at timestamptz,
    shows_members             boolean NOT NULL DEFAULT false,
    archived_at               timestamptz,
    created_at                timestamptz NOT NULL,
    updated_at                timestamptz NOT NULL,
    deleted_at                timestamptz,
    -- A code without an end would be good for ever.
    CHECK ((enrolment_code_hash IS NULL) = (enrolment_code_expires_at IS NULL))
);
COMMENT ON TABLE courses IS 'A course. Whose it is says its member with the role PROFESSOR; whoever is no member knows nothing of it.';
COMMENT ON COLUMN courses.code IS 'What people call it by, such as LAW-101; unique in any case.';
COMMENT ON COLUMN courses.name IS 'Its name for people.';
COMMENT ON COLUMN courses.professor_name IS 'Who teaches it, as the course announces it.';
COMMENT ON COLUMN courses.description IS 'What it is about; empty for nothing said.';
COMMENT ON COLUMN courses.term IS 'When it is taught, in its own words, such as autumn 2026; null when it does not matter.';
COMMENT ON COLUMN courses.enrolment IS 'How one becomes a student besides being invited: CODE with the code, OPEN by whoever has an account.';
COMMENT ON COLUMN courses.enrolment_code_hash IS 'SHA-256 of the code; the code itself is never stored. Null while there is none.';
COMMENT ON COLUMN courses.enrolment_code_expires_at IS 'From when on the code is worth nothing.';
COMMENT ON COLUMN courses.shows_members IS 'Whether students see who the other students are.';
COMMENT ON COLUMN courses.archived_at IS 'When it was put away: nobody joins it any more; null while it is in use.';
COMMENT ON COLUMN courses.deleted_at IS 'Gone at once for every reader; a job purges the row 30 days later.';
-- The code of a deleted course is free again.
CREATE UNIQUE INDEX courses_code_key ON courses (lower(code)) WHERE deleted_at IS NULL;
-- For the job that purges.
CREATE INDEX courses_deleted_at_idx ON courses (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE weeks (
    id         uuid PRIMARY KEY,
    course_id  uuid NOT NULL REFERENCES courses (id) ON DELETE CASCADE,
    number     integer NOT NULL CHECK (number BETWEEN 1 AND 200),
    title      text CHECK (length(title) BETWEEN 1 AND 255),
    themes     text[] NOT NULL DEFAULT '{}' CHECK (cardinality(themes) <= 20),
    opens_at   timestamptz,
    closes_at  timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (opens_at <= closes_at),
    -- Deferrable: weeks change places in one statement, and meet on the way. Serves the foreign key too.
    UNIQUE (course_id, number) DEFERRABLE INITIALLY IMMEDIATE
);
COMMENT ON TABLE weeks IS 'A week of a course, or whatever unit it is taught in.';
COMMENT ON COLUMN weeks.number IS 'Its place in the course, from 1; gaps are allowed.';
COMMENT ON COLUMN weeks.themes IS 'What is talked about.';
COMMENT ON COLUMN weeks.opens_at IS 'From when on students see what it is about and read in it; null for from the start.';
COMMENT ON COLUMN weeks.closes_at IS 'From when on students no longer read in it; null for never.';

CREATE TABLE week_documents (
    week_id     uuid NOT NULL REFERENCES weeks (id) ON DELETE CASCADE,
    document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    attached_at timestamptz NOT NULL,
    PRIMARY KEY (week_id, document_id)
);
COMMENT ON TABLE week_documents IS 'What is read in a week. A document may serve several weeks, of several courses.';
-- Whether somebody may read a document is asked by the document.
CREATE INDEX week_documents_document_id_idx ON week_documents (document_id);

CREATE TABLE course_members (
    id         uuid PRIMARY KEY,
    course_id  uuid NOT NULL REFERENCES courses (id) ON DELETE CASCADE,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('PROFESSOR', 'ASSISTANT', 'STUDENT')),
    created_at timestamptz NOT NULL,
    -- Once each. Serves the foreign key to the course too.
    UNIQUE (course_id, user_id)
);
COMMENT ON TABLE course_members IS 'Who takes part in a course. The role is that in the course, whatever the account is.';
-- One professor owns a course.
CREATE UNIQUE INDEX course_members_professor_key ON course_members (course_id) WHERE role = 'PROFESSOR';
-- One's courses, and what goes with an account.
CREATE INDEX course_members_user_id_idx ON course_members (user_id, course_id);
