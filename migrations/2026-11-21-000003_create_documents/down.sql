DROP TABLE search_terms;
DROP TABLE search_corpora;
DROP TABLE chunk_embeddings;
DROP TABLE chunks;
DROP TABLE document_texts;
DROP TABLE documents;
DROP EXTENSION vector;
