DROP TABLE course_members;
DROP TABLE week_documents;
DROP TABLE weeks;
DROP TABLE courses;
