SELECT date_trunc('month', sold_on::timestamp)::date AS month, branch, sum(net) AS net
FROM sales
WHERE sold_on BETWEEN $since AND $until
GROUP BY 1, 2
ORDER BY 1, 2
