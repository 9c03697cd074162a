DROP FUNCTION is_of_seen_data;
