DROP INDEX query_runs_values_idx;
DROP TABLE dashboard_claims;
DROP TABLE dashboard_tiles;
DROP TABLE dashboards;
