SELECT reason, count(*) AS returns, sum(refund) AS refunds
FROM returns
WHERE ($branch IS NULL OR branch = $branch) AND received_on BETWEEN $since AND $until
GROUP BY reason
ORDER BY returns DESC, reason
