DROP TRIGGER dashboard_shares_member_left ON workspace_members;
DROP FUNCTION dashboard_shares_of_leaver();
DROP TABLE dashboard_shares;
