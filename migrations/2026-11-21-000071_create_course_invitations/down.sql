DROP TABLE course_invitations;
