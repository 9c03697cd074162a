DROP TABLE picture_exports;
