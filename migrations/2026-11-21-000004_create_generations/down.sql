DROP TABLE generation_citations;
DROP TABLE generation_events;
DROP TABLE generations;
