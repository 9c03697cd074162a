WITH sold AS (
  SELECT sum(net) AS net, sum(quantity) AS books
  FROM sales
  WHERE ($branch IS NULL OR branch = $branch) AND sold_on BETWEEN $since AND $until
), returned AS (
  SELECT coalesce(sum(refund), 0) AS refunds
  FROM returns
  WHERE ($branch IS NULL OR branch = $branch) AND received_on BETWEEN $since AND $until
)
SELECT net AS net_revenue, books AS items_sold, refunds, round(100 * refunds / nullif(net, 0), 2) AS return_rate_percent
FROM sold CROSS JOIN returned
