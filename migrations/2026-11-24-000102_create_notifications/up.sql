-- What people are told in the product itself, and what of it they want.

-- One row a person, locked by whoever posts: numbers become visible in their order, so that a reader who has seen one has missed none before it.
CREATE TABLE notification_inboxes (
    user_id     uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    last_number bigint NOT NULL
);
COMMENT ON TABLE notification_inboxes IS 'How far the notifications of each person are numbered.';
COMMENT ON COLUMN notification_inboxes.last_number IS 'The highest number that was given; some may be of no notification.';

CREATE TABLE notifications (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    number       bigint NOT NULL CHECK (number > 0),
    kind         text NOT NULL CHECK (kind IN ('ALERT_FIRING', 'ALERT_RESOLVED', 'ALERT_NO_DATA', 'ALERT_FAILING', 'REPORT_SENT',
                                               'REPORT_FAILED', 'DASHBOARD_SHARED', 'WEBHOOK_DISABLED')),
    title        text NOT NULL CHECK (char_length(title) <= 200),
    body         text CHECK (char_length(body) BETWEEN 1 AND 2000),
    subject_kind text CHECK (subject_kind IN ('ALERT', 'SCHEDULED_REPORT', 'DASHBOARD', 'WEBHOOK')),
    subject      uuid,
    key          text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 500),
    created_at   timestamptz NOT NULL,
    read_at      timestamptz,
    deleted_at   timestamptz,
    CHECK ((subject_kind IS NULL) = (subject IS NULL)),
    CHECK (deleted_at IS NOT NULL OR title <> ''),
    CHECK (deleted_at IS NULL OR (title = '' AND body IS NULL AND subject IS NULL)),
    UNIQUE (user_id, key),
    UNIQUE (user_id, number)
);
COMMENT ON TABLE notifications IS 'What people were told.';
COMMENT ON COLUMN notifications.user_id IS 'Who is told.';
COMMENT ON COLUMN notifications.number IS 'In the order in which a person''s notifications were committed, which ids are not.';
COMMENT ON COLUMN notifications.kind IS 'What it tells of.';
COMMENT ON COLUMN notifications.title IS 'A line. Empty once it is deleted.';
COMMENT ON COLUMN notifications.body IS 'More about it, plain text; null for nothing more, and once it is deleted.';
COMMENT ON COLUMN notifications.subject_kind IS 'What kind of thing it is about; null for none.';
-- No foreign key, for it names rows of several tables; what is gone is not found.
COMMENT ON COLUMN notifications.subject IS 'The id of the thing that it is about, which may be gone; null for none.';
COMMENT ON COLUMN notifications.key IS 'What is told: nobody is told the same twice, not even when they deleted it.';
COMMENT ON COLUMN notifications.read_at IS 'When the person had read it; null before.';
COMMENT ON COLUMN notifications.deleted_at IS 'Since when nobody sees it; null for one that is there. Its words are gone, its key and number stay for 90 days.';
CREATE INDEX notifications_unread_idx ON notifications (user_id, number) WHERE read_at IS NULL AND deleted_at IS NULL;
-- Those that go first.
CREATE INDEX notifications_done_idx ON notifications (id) WHERE read_at IS NOT NULL OR deleted_at IS NOT NULL;

CREATE TABLE notification_preferences (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('ALERT_FIRING', 'ALERT_RESOLVED', 'ALERT_NO_DATA', 'ALERT_FAILING', 'REPORT_SENT',
                                             'REPORT_FAILED', 'DASHBOARD_SHARED', 'WEBHOOK_DISABLED')),
    in_app     boolean,
    mail       boolean,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, kind)
);
COMMENT ON TABLE notification_preferences IS 'Which kinds of notifications somebody wants, where they have said.';
COMMENT ON COLUMN notification_preferences.kind IS 'That of the notifications.';
COMMENT ON COLUMN notification_preferences.in_app IS 'Whether they are in the inbox; null for as the profile says.';
COMMENT ON COLUMN notification_preferences.mail IS 'Whether they come by mail too, as far as any do; null for as the profile says.';
