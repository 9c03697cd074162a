ALTER TABLE generations DROP COLUMN conversation_id;
ALTER TABLE conversations DROP CONSTRAINT conversations_summary_message_id_fkey;
DROP TABLE messages;
DROP TABLE conversation_documents;
DROP TABLE conversations;
