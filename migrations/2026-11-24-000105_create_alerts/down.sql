DROP TABLE alert_values;
DROP TABLE alert_events;
DROP TABLE alert_recipients;
DROP TABLE alerts;
