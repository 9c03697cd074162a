SELECT category, sum(net) AS net, sum(quantity) AS items
FROM sales
WHERE ($branch IS NULL OR branch = $branch) AND sold_on BETWEEN $since AND $until
GROUP BY category
ORDER BY net DESC
