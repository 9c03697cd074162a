-- Conversations: a tree of messages each, over some documents.

CREATE TABLE conversations (
    id                 uuid PRIMARY KEY,
    owner_id           uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind               text NOT NULL,
    title              text NOT NULL CHECK (length(title) BETWEEN 1 AND 255),
    title_source       text NOT NULL DEFAULT 'FIRST_MESSAGE'
                       CHECK (title_source IN ('FIRST_MESSAGE', 'MODEL', 'PERSON')),
    status             text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'ARCHIVED')),
    context_summary    text,
    summary_message_id uuid,
    metadata           jsonb NOT NULL DEFAULT '{}',
    last_message_at    timestamptz,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    deleted_at         timestamptz
);
COMMENT ON TABLE conversations IS 'One conversation of one person with an assistant.';
COMMENT ON COLUMN conversations.kind IS 'Which assistant answers: the name of a system prompt.';
COMMENT ON COLUMN conversations.title_source IS 'A title that a person chose is never replaced.';
COMMENT ON COLUMN conversations.context_summary IS 'What was said before summary_message_id and after it no longer fits the prompt; null while all of it fits.';
COMMENT ON COLUMN conversations.summary_message_id IS 'The last message that context_summary tells of.';
COMMENT ON COLUMN conversations.metadata IS 'What clients keep with it: any JSON object.';
COMMENT ON COLUMN conversations.last_message_at IS 'Null while nothing was said; the list is ordered by it.';
COMMENT ON COLUMN conversations.deleted_at IS 'Gone at once for every reader; a job purges the row 30 days later.';
-- One's list, the one that was spoken in last first. Deleted ones too: the foreign key looks for them when a person goes.
CREATE INDEX conversations_owner_id_idx
    ON conversations (owner_id, coalesce(last_message_at, created_at) DESC, id DESC);

CREATE TABLE conversation_documents (
    conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    document_id     uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    attached_at     timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, document_id)
);
COMMENT ON TABLE conversation_documents IS 'What a conversation may cite; none means all that its owner may see.';
CREATE INDEX conversation_documents_document_id_idx ON conversation_documents (document_id);

CREATE TABLE messages (
    id               uuid PRIMARY KEY,
    conversation_id  uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent_id        uuid REFERENCES messages (id) ON DELETE CASCADE,
    author_id        uuid REFERENCES users (id) ON DELETE SET NULL,
    role             text NOT NULL CHECK (role IN ('USER', 'ASSISTANT', 'SYSTEM')),
    content          text NOT NULL,
    status           text NOT NULL CHECK (status IN ('SENT', 'GENERATING', 'COMPLETED', 'STOPPED', 'FAILED')),
    generation_id    uuid REFERENCES generations (id) ON DELETE SET NULL,
    idempotency_key  text CHECK (length(idempotency_key) BETWEEN 1 AND 200),
    feedback_rating  text CHECK (feedback_rating IN ('UP', 'DOWN')),
    feedback_comment text,
    feedback_at      timestamptz,
    created_at       timestamptz NOT NULL
);
COMMENT ON TABLE messages IS 'A tree: an edit or another reply is a sibling, so nothing that was said is overwritten.';
COMMENT ON COLUMN messages.parent_id IS 'The message that this one follows; null for the first. Deleting a message deletes what follows it.';
COMMENT ON COLUMN messages.author_id IS 'The person; null for the assistant.';
COMMENT ON COLUMN messages.status IS 'SENT for a person''s message; the others are those of the generation that writes a reply.';
COMMENT ON COLUMN messages.generation_id IS 'What writes the reply; null for a person''s message.';
COMMENT ON COLUMN messages.feedback_rating IS 'Of a reply, by the owner of the conversation; null when it was not rated.';
COMMENT ON COLUMN messages.content IS 'Empty for a reply while it is GENERATING: then its text is in generation_events.';
COMMENT ON COLUMN messages.idempotency_key IS 'The same key from the same person is the same message.';
-- A conversation's messages, newest first; ids sort by creation.
CREATE INDEX messages_conversation_id_idx ON messages (conversation_id, id DESC);
CREATE INDEX messages_parent_id_idx ON messages (parent_id);
CREATE INDEX messages_generation_id_idx ON messages (generation_id);
CREATE UNIQUE INDEX messages_idempotency_key ON messages (author_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- For the foreign key: a person's messages when the person goes.
CREATE INDEX messages_author_id_idx ON messages (author_id);

-- What a conversation cost, titles and summaries included. Here, since generations know of no conversations.
ALTER TABLE generations ADD COLUMN conversation_id uuid REFERENCES conversations (id) ON DELETE SET NULL;
COMMENT ON COLUMN generations.conversation_id IS 'The conversation it was written for; null for none, and once that is purged.';
CREATE INDEX generations_conversation_id_idx ON generations (conversation_id) WHERE conversation_id IS NOT NULL;

-- Here and not above: the two tables name each other.
ALTER TABLE conversations
    ADD FOREIGN KEY (summary_message_id) REFERENCES messages (id) ON DELETE SET NULL;
CREATE INDEX conversations_summary_message_id_idx ON conversations (summary_message_id) WHERE summary_message_id IS NOT NULL;
