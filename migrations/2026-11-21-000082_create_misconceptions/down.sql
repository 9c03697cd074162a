DROP TABLE misconception_evidence;
DROP TABLE misconception_readings;
DROP TABLE misconceptions;
DROP TABLE misconception_searches;
