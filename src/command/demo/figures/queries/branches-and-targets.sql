WITH months AS (
  SELECT branch, date_trunc('month', sold_on::timestamp)::date AS month, sum(net) AS net
  FROM sales
  GROUP BY 1, 2
)
SELECT branches.branch, branches.city, branches.monthly_target, round(avg(months.net), 2) AS average_month,
  round(100 * avg(months.net) / branches.monthly_target, 1) AS percent_of_target,
  count(*) FILTER (WHERE months.net >= branches.monthly_target) AS months_on_target
FROM branches
JOIN months ON months.branch = branches.branch
GROUP BY branches.branch, branches.city, branches.monthly_target
ORDER BY percent_of_target DESC
