WITH sold AS (
  SELECT date_trunc('month', sold_on::timestamp)::date AS month, channel, sum(net) AS net
  FROM sales
  GROUP BY 1, 2
), returned AS (
  SELECT date_trunc('month', received_on::timestamp)::date AS month, channel, sum(refund) AS refunds
  FROM returns
  GROUP BY 1, 2
)
SELECT sold.month, sold.channel, sold.net, coalesce(returned.refunds, 0) AS refunds
FROM sold
LEFT JOIN returned ON returned.month = sold.month AND returned.channel = sold.channel
ORDER BY sold.month, sold.channel
