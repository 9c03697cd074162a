DROP TABLE report_deliveries;
DROP TABLE report_runs;
DROP TABLE report_recipients;
DROP TABLE scheduled_reports;
