ALTER TABLE weeks ADD COLUMN themes text[] NOT NULL DEFAULT '{}' CHECK (cardinality(themes) <= 20);
UPDATE weeks SET themes = t.titles
FROM (SELECT week_id, array_agg(title ORDER BY position) AS titles FROM themes GROUP BY week_id) t WHERE t.week_id = weeks.id;
DROP TABLE theme_extractions;
DROP TABLE theme_spans;
DROP TABLE themes;
