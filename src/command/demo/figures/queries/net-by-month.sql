SELECT date_trunc('month', sold_on::timestamp)::date AS month, sum(net) AS net
FROM sales
WHERE ($branch IS NULL OR branch = $branch) AND sold_on BETWEEN $since AND $until
GROUP BY 1
ORDER BY 1
