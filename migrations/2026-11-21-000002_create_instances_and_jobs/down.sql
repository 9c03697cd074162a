DROP TABLE jobs;
DROP TABLE instances;
