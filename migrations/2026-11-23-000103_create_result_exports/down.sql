DROP TABLE result_exports;
