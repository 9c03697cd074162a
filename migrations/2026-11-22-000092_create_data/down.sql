DROP TABLE warehouse_tenants;
DROP TABLE query_runs;
DROP TABLE query_result_pages;
DROP TABLE query_results;
DROP TABLE dataset_uploads;
DROP TABLE data_tables;
DROP TABLE data_sources;
