ALTER TABLE data_tables DROP COLUMN samples_version, DROP COLUMN samples;
DROP TABLE data_questions;
DROP TABLE glossary_terms;
