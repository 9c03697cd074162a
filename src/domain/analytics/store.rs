//! Reading: sums where nothing changed since they were made, the records themselves where something did, both of one moment,
//! since they are read by one statement. What changed is written down in the transaction that changes it, so that no run is
//! missing and none is counted twice, whenever the job was last there.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{ConversationPart, Part, Subject};
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::UserId;

/// The columns that `analytics_usage`, `analytics_conversations` and `analytics_runs` have in common.
const COLUMNS: &str = "runs, queries, failures, stopped, measured_runs, counted_runs, unpriced_runs, input_tokens, output_tokens, \
     cached_input_tokens, counted_input_tokens, counted_output_tokens, cost_usd, response_sum_ms, response_min_ms, \
     response_max_ms, response_bins, response_counts, first_token_sum_ms, first_token_min_ms, first_token_max_ms, \
     first_token_bins, first_token_counts";

/// Their sums, as `Figures::of_sums` takes them.
const SUMS: &str = "ARRAY[sum(runs), sum(queries), sum(failures), sum(stopped), sum(measured_runs), sum(counted_runs), sum(unpriced_runs), \
     sum(input_tokens), sum(output_tokens), sum(cached_input_tokens), sum(counted_input_tokens), sum(counted_output_tokens), \
     sum(response_sum_ms), coalesce(min(response_min_ms), -1), coalesce(max(response_max_ms), -1), \
     sum(first_token_sum_ms), coalesce(min(first_token_min_ms), -1), coalesce(max(first_token_max_ms), -1)]::bigint[]";

/// The runs `x` of the quarters in which something changed. OFFSET 0 keeps those apart: each is found in the index, whatever is
/// thought of how many there are.
const UNSUMMED: &str = "changed c CROSS JOIN LATERAL (SELECT * FROM analytics_runs r WHERE r.user_id = c.user_id \
     AND r.created_at >= c.starts_at AND r.created_at < c.starts_at + interval '15 minutes' OFFSET 0) AS x";

/// When the range `$2` begins and ends.
const FROM: &str = "($2::timestamptz[])[1]";
const TO: &str = "($2::timestamptz[])[array_upper($2::timestamptz[], 1)]";

/// How statements say whose use they read, of rows `x` with a `user_id` and a `course_id`. `$1` are the ids.
struct Scope {
    subject: &'static str,
    holds: &'static str,
    /// Narrows down what changed, `c`, as far as that can be.
    changed: &'static str,
    /// Whose documents `d` count, if any.
    documents: Option<(&'static str, &'static str)>,
    /// Whose sessions `t` count.
    sessions: (&'static str, &'static str),
    /// Whose work `f` counts.
    workflows: (&'static str, &'static str),
}

const NOBODY_IN_PARTICULAR: &str = "'00000000-0000-0000-0000-000000000000'::uuid";

impl Scope {
    const fn of(subject: Subject) -> Self {
        match subject {
            Subject::User(_) => Self {
                subject: "x.user_id",
                holds: "x.user_id = ANY ($1)",
                changed: "c.user_id = ANY ($1)",
                documents: Some(("d.owner_id", "d.owner_id = ANY ($1)")),
                sessions: ("t.student_id", "t.student_id = ANY ($1)"),
                workflows: ("f.user_id", "f.user_id = ANY ($1)"),
            },
            Subject::Course(_) => Self {
                subject: "x.course_id",
                // As everywhere in a course, who left the installation is not there any more.
                holds: "x.course_id = ANY ($1) AND EXISTS (SELECT FROM users s WHERE s.id = x.user_id AND s.deleted_at IS NULL)",
                changed: "true",
                documents: None,
                sessions: (
                    "t.course_id",
                    "t.course_id = ANY ($1) AND EXISTS (SELECT FROM users s WHERE s.id = t.student_id AND s.deleted_at IS NULL)",
                ),
                workflows: ("f.course_id", "f.course_id = ANY ($1)"),
            },
            Subject::Installation => Self {
                subject: NOBODY_IN_PARTICULAR,
                holds: "$1::uuid[] IS NOT NULL",
                changed: "true",
                documents: Some((NOBODY_IN_PARTICULAR, "true")),
                sessions: (NOBODY_IN_PARTICULAR, "true"),
                workflows: (NOBODY_IN_PARTICULAR, "true"),
            },
        }
    }

    /// What the runs came to: a row a quarter of an hour where they are summed up, a row a run where they are not yet.
    fn parts(&self) -> String {
        let Self { subject, holds, changed, .. } = self;
        format!(
            "changed AS MATERIALIZED (SELECT DISTINCT c.user_id, c.starts_at FROM analytics_changes c \
                 WHERE {changed} AND c.starts_at >= {FROM} AND c.starts_at < {TO}), \
             parts AS MATERIALIZED ( \
                 SELECT {subject} AS subject, x.user_id, width_bucket(x.starts_at, $2) AS day, x.purpose, x.provider, x.model, \
                        x.course_id, {COLUMNS} FROM analytics_usage x \
                 WHERE {holds} AND x.starts_at >= {FROM} AND x.starts_at < {TO} \
                   AND NOT EXISTS (SELECT FROM changed c WHERE c.user_id = x.user_id AND c.starts_at = x.starts_at) \
                 UNION ALL \
                 SELECT {subject}, x.user_id, width_bucket(x.starts_at, $2), x.purpose, x.provider, x.model, x.course_id, {COLUMNS} \
                 FROM {UNSUMMED} WHERE {holds})"
        )
    }

    /// Everything but conversations.
    fn report(&self) -> String {
        let keys = "subject, day, purpose, provider, model, course_id";
        let bins = |kind: &str, name: &str| {
            format!(
                " UNION ALL SELECT '{kind}', {keys}, '{{}}'::bigint[], NULL::numeric, array_agg(bin), array_agg(n) FROM ( \
                     SELECT {keys}, b.bin, sum(b.n)::bigint AS n FROM parts, unnest({name}_bins, {name}_counts) AS b (bin, n) \
                     GROUP BY {keys}, b.bin) AS {name} GROUP BY {keys}"
            )
        };
        let nothing = "NULL::text, NULL::text, NULL::text, NULL::uuid";
        let documents = self.documents.map_or_else(String::new, |(subject, holds)| {
            format!(
                " UNION ALL SELECT 'DOCUMENTS', {subject}, width_bucket(d.created_at, $2) AS day, {nothing}, \
                     ARRAY[count(*), sum(d.byte_size), count(*) FILTER (WHERE d.status = 'FAILED'), \
                     count(*) FILTER (WHERE d.status = 'READY')]::bigint[], NULL, NULL, NULL \
                 FROM documents d WHERE {holds} AND d.deleted_at IS NULL AND d.created_at >= {FROM} AND d.created_at < {TO} \
                 GROUP BY {subject}, day"
            )
        });
        let (subject, holds) = self.workflows;
        let workflows = format!(
            " UNION ALL SELECT 'WORKFLOWS', {subject}, width_bucket(f.started_at, $2) AS day, f.kind, NULL, NULL, NULL::uuid, \
                 ARRAY[count(*), count(*) FILTER (WHERE f.status IN ('COMPLETED', 'PARTIAL')), count(*) FILTER (WHERE f.status = 'PARTIAL'), \
                 count(*) FILTER (WHERE f.status = 'FAILED'), count(*) FILTER (WHERE f.status = 'STOPPED'), \
                 coalesce(sum(extract(epoch FROM f.ended_at - f.started_at) * 1000) FILTER (WHERE f.status IN ('COMPLETED', 'PARTIAL')), 0)]::bigint[], \
                 NULL, NULL, NULL \
             FROM analytics_workflows f WHERE {holds} AND f.started_at >= {FROM} AND f.started_at < {TO} \
             GROUP BY {subject}, day, f.kind"
        );
        let (subject, holds) = self.sessions;
        format!(
            "WITH {} SELECT 'USAGE' AS kind, {keys}, {SUMS} AS sums, sum(cost_usd) AS cost_usd, NULL::integer[] AS bins, \
                 NULL::bigint[] AS counts FROM parts GROUP BY {keys}{}{}{documents}{workflows} \
             UNION ALL SELECT 'SESSIONS', {subject}, width_bucket(t.started_at, $2) AS day, {nothing}, \
                 ARRAY[count(*), sum(extract(epoch FROM coalesce(t.ended_at, least($3, t.expires_at)) - t.started_at))]::bigint[], \
                 NULL, NULL, NULL \
             FROM tutoring_sessions t WHERE {holds} AND NOT t.is_trial AND t.started_at >= {FROM} AND t.started_at < {TO} \
             GROUP BY {subject}, day \
             UNION ALL SELECT 'PEOPLE', subject, 0, {nothing}, ARRAY[count(DISTINCT user_id) FILTER (WHERE queries > 0)]::bigint[], \
                 NULL, NULL, NULL FROM parts GROUP BY subject",
            self.parts(),
            bins("RESPONSE", "response"),
            bins("FIRST_TOKEN", "first_token"),
        )
    }
}

/// What these used on the days between these bounds. All of them are of the kind of `kind`.
pub async fn report(
    mut conn: &Connection,
    kind: Subject,
    ids: &[Uuid],
    bounds: &[DateTime<Utc>],
    now: DateTime<Utc>,
) -> Result<Vec<Part>> {
    let parts = diesel::sql_query(Scope::of(kind).report())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Timestamptz>, _>(bounds)
        .bind::<Timestamptz, _>(now);
    Ok(parts.load(&mut conn).await?)
}

/// The conversations of these people that cost most between the bounds, then those that took most tokens; `first` of each.
pub async fn conversations(
    mut conn: &Connection,
    people: &[UserId],
    bounds: &[DateTime<Utc>],
    first: i64,
) -> Result<Vec<ConversationPart>> {
    let bins = |name: &str| {
        format!(
            "{name} AS MATERIALIZED (SELECT user_id, conversation_id, array_agg(bin) AS bins, array_agg(n) AS counts FROM ( \
                 SELECT p.user_id, p.conversation_id, b.bin, sum(b.n)::bigint AS n FROM parts p \
                 JOIN top t ON t.user_id = p.user_id AND t.conversation_id = p.conversation_id \
                 CROSS JOIN LATERAL unnest(p.{name}_bins, p.{name}_counts) AS b (bin, n) \
                 GROUP BY p.user_id, p.conversation_id, b.bin) AS b GROUP BY user_id, conversation_id)"
        )
    };
    let top = diesel::sql_query(format!(
        "WITH changed AS MATERIALIZED (SELECT DISTINCT c.user_id, c.starts_at FROM analytics_changes c \
             WHERE c.user_id = ANY ($1) AND c.starts_at >= {FROM} AND c.starts_at < {TO}), \
         parts AS MATERIALIZED ( \
             SELECT x.user_id, x.conversation_id, {COLUMNS} FROM analytics_conversations x \
             WHERE x.user_id = ANY ($1) AND x.starts_at >= {FROM} AND x.starts_at < {TO} \
               AND NOT EXISTS (SELECT FROM changed c WHERE c.user_id = x.user_id AND c.starts_at = x.starts_at) \
             UNION ALL \
             SELECT x.user_id, x.conversation_id, {COLUMNS} FROM {UNSUMMED} WHERE x.conversation_id IS NOT NULL), \
         top AS MATERIALIZED (SELECT * FROM ( \
             SELECT user_id, conversation_id, {SUMS} AS sums, sum(cost_usd) AS cost_usd, \
                    row_number() OVER (PARTITION BY user_id ORDER BY sum(cost_usd) DESC, sum(input_tokens + output_tokens) DESC, \
                                       sum(runs) DESC, conversation_id DESC) AS place \
             FROM parts GROUP BY user_id, conversation_id) AS placed WHERE place <= $3), \
         {}, {} \
         SELECT t.*, coalesce(r.bins, '{{}}') AS response_bins, coalesce(r.counts, '{{}}') AS response_counts, \
                coalesce(f.bins, '{{}}') AS first_token_bins, coalesce(f.counts, '{{}}') AS first_token_counts \
         FROM top t LEFT JOIN response r USING (user_id, conversation_id) LEFT JOIN first_token f USING (user_id, conversation_id) \
         ORDER BY t.user_id, t.place",
        bins("response"),
        bins("first_token"),
    ));
    let top = top.bind::<Array<SqlUuid>, _>(people).bind::<Array<Timestamptz>, _>(bounds).bind::<BigInt, _>(first);
    Ok(top.load(&mut conn).await?)
}
