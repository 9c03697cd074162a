DROP FUNCTION budget_settle(uuid, uuid, timestamptz, numeric, bigint);
DROP FUNCTION budget_reserve(uuid, uuid, timestamptz, numeric, bigint, numeric[]);
DROP FUNCTION budget_limits(uuid, uuid, timestamptz, numeric[]);
DROP FUNCTION budget_periods(timestamptz);
DROP TABLE generation_payers;
DROP TABLE spending;
DROP TABLE budgets;
