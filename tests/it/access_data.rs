//! Data in a workspace, for those who look whether anybody else sees them.

use elenchus::ids::{
    AlertId, ChartId, DashboardId, DashboardShareId, DashboardTileId, DataQuestionId, DataSourceId, DataTableId,
    DatasetUploadId, GlossaryTermId, QueryRunId, ResultExportId, SavedQueryId, UserId, WorkspaceId,
};

use super::support::served::Served;

impl Served {
    /// A source in a workspace with a table, the file that it came from, a statement that was run on it, what that was kept as, a chart
    /// of it, a dashboard with the chart and a text, which is shared with themselves and by a link, a file of what came of it, a question
    /// that it answers, and a word of the workspace: by hand, so that every field has something to show, even those that exclude each other.
    pub async fn data_of(&self, person: &UserId, workspace: &str, word: &str) -> [String; 14] {
        let now = self.library.app.clock.now();
        let (source, table) = (DataSourceId::generate(now), DataTableId::generate(now));
        let (dataset, run) = (DatasetUploadId::generate(now), QueryRunId::generate(now));
        let (query, chart) = (SavedQueryId::generate(now), ChartId::generate(now));
        let (dashboard, tile) = (DashboardId::generate(now), DashboardTileId::generate(now));
        let note = DashboardTileId::generate(now);
        let export = ResultExportId::generate(now);
        let (question, term) = (DataQuestionId::generate(now), GlossaryTermId::generate(now));
        let share = DashboardShareId::generate(now);
        let alert = AlertId::generate(now);
        let workspace: WorkspaceId = workspace.parse().unwrap();
        let ids = [
            workspace.uuid(),
            source.uuid(),
            table.uuid(),
            dataset.uuid(),
            run.uuid(),
            person.uuid(),
            query.uuid(),
            chart.uuid(),
            dashboard.uuid(),
            tile.uuid(),
            note.uuid(),
            export.uuid(),
            question.uuid(),
            term.uuid(),
            share.uuid(),
            alert.uuid(),
        ];
        let places = ["$w", "$s", "$t", "$d", "$r", "$p", "$q", "$c", "$b", "$i", "$n", "$e", "$u", "$g", "$h", "$a"];
        let mut statements = STATEMENTS.replace("$word", word);
        for (place, id) in places.iter().zip(ids) {
            statements = statements.replace(place, &id.to_string());
        }
        for statement in statements.split(";\n") {
            self.library.sql(statement).await;
        }
        [
            source.to_string(),
            table.to_string(),
            dataset.to_string(),
            run.to_string(),
            query.to_string(),
            chart.to_string(),
            dashboard.to_string(),
            tile.to_string(),
            note.to_string(),
            export.to_string(),
            question.to_string(),
            term.to_string(),
            share.to_string(),
            alert.to_string(),
        ]
    }
}

const STATEMENTS: &str = r#"
INSERT INTO data_sources (id, workspace_id, name, kind, created_at, updated_at)
    VALUES ('$s', '$w', '$word', 'UPLOADS', now(), now());
INSERT INTO data_source_connections (source_id, host, port, database_name, username, sealed_password, tls, ca_certificate, schemas,
        may_write, server_version, last_checked_at, error_code, error_message)
    VALUES ('$s', '$word', 5432, 'boats', 'boats', '', 'DISABLE', '$word', ARRAY['$word'], true, '$word', now(), 'x', '$word');
INSERT INTO data_tables (id, source_id, name, schema_name, description, fields, row_count, byte_size, created_at, loaded_at)
    VALUES ('$t', '$s', 'boats', 'boats', '$word',
        '[{"name": "net", "header": "Net", "type": "DECIMAL", "unit": "€", "note": "EMPTY", "description": "$word"}]', 1, 1, now(), now());
INSERT INTO dataset_uploads (id, source_id, uploader_id, table_id, filename, format, byte_size, sha256, storage_key, status, plan,
        inspection, row_count, problems, error_code, error_message, created_at, updated_at, ended_at)
    SELECT '$d', '$s', '$p', '$t', '$word', 'CSV', 1, decode(repeat('00', 32), 'hex'), 'datasets/$p/$d', 'FAILED', '{}',
        jsonb_build_object('rows', 1, 'sample', '[["x"]]'::jsonb, 'problems', '{"first": [], "count": 0}'::jsonb, 'dialect',
            '{"dateOrder": "DAY_FIRST", "nullTexts": ["x"], "sheet": "x"}'::jsonb, 'columns', fields, 'sheets', '["x"]'::jsonb), 1,
        '{"first": [{"line": 1, "column": "net", "value": "x", "message": "x"}], "count": 1}', 'BAD_ROWS', 'x', now(), now(), now()
    FROM data_tables WHERE id = '$t';
INSERT INTO query_results (id, source_id, key, data_version, fields, row_count, is_whole, byte_size, is_truncated, duration_ms, computed_at)
    VALUES ('$r', '$s', decode(repeat('00', 32), 'hex'), 0, '[{"name": "boat", "type": "TEXT"}, {"name": "net", "type": "DECIMAL"}]', 2, true, 1,
        false, 1, now());
INSERT INTO query_result_pages (result_id, position, rows) VALUES ('$r', 0, '[["$word", 1], ["punt", 2]]');
INSERT INTO saved_queries (id, source_id, name, description, question, sql, parameters, author_id, is_verified, verifier_id, verified_at,
        created_at, updated_at)
    VALUES ('$q', '$s', '$word', '$word', '$word', '$word', '[{"name": "a", "type": "TEXT", "label": "x", "default": "x"}]', '$p', true, '$p',
        now(), now(), now());
INSERT INTO charts (id, query_id, title, description, spec, author_id, created_at, updated_at)
    VALUES ('$c', '$q', '$word', '$word', '{"mark": "bar", "description": "$word"}', '$p', now(), now());
INSERT INTO dashboards (id, workspace_id, title, description, tabs, filters, refresh_policy, refresh_seconds, refreshed_at,
        next_refresh_at, read_at, author_id, created_at, updated_at)
    VALUES ('$b', '$w', '$word', '$word', '[{"key": "main", "title": "$word"}]',
        '[{"name": "where", "label": "x", "type": "TEXT", "default": "x", "options": ["x"]}]', 'INTERVAL', 3600, now(),
        now() + interval '300 days', now(), '$p', now(), now());
INSERT INTO dashboard_tiles (id, dashboard_id, tab, kind, chart_id, body, x, y, w, h, parameters)
    VALUES ('$i', '$b', 'main', 'CHART', '$c', NULL, 0, 0, 6, 1, '{"a": "where"}'),
        ('$n', '$b', 'main', 'TEXT', NULL, '$word', 6, 0, 6, 1, '{}');
INSERT INTO dashboard_shares (id, dashboard_id, kind, user_id, access, token_hash, password_hash, expires_at, author_id, created_at,
        last_used_at, use_count)
    VALUES ('$h', '$b', 'PERSON', '$p', 'EDIT', NULL, NULL, now() + interval '300 days', '$p', now(), NULL, 0),
        (gen_random_uuid(), '$b', 'LINK', NULL, 'VIEW', sha256('$b'::bytea), 'x', now() + interval '300 days', '$p', now(), now(), 1);
INSERT INTO query_runs (id, source_id, asker_id, result_id, saved_query_id, sql, parameters, status, error_code, error_message, error_hint,
        error_line, error_column, started_at, ended_at)
    VALUES ('$r', '$s', '$p', '$r', '$q', '$word', '[{"name": "a", "type": "TEXT", "value": "x"}]', 'FAILED', 'x', 'x', 'x', 1, 1, now(),
        now()),
        (('00' || substr('$r', 3))::uuid, '$s', '$p', '$r', '$q', '$word', '[{"name": "a", "type": "TEXT", "value": "x"}]', 'SUCCEEDED', NULL,
        NULL, NULL, NULL, NULL, now(), now());
INSERT INTO result_exports (id, user_id, run_id, format, is_neutralised, is_for_excel, is_partial, status, progress, row_count, byte_size,
        storage_key, error_code, error_message, created_at, ended_at, expires_at)
    VALUES ('$e', '$p', '$r', 'CSV', true, false, false, 'READY', 1, 1, 1, 'results/$w/$e', 'x', '$word', now(), now(),
        now() + interval '300 days');
INSERT INTO alerts (id, workspace_id, query_id, name, description, parameters, rule, interval_seconds, muted_until, author_id, created_at,
        updated_at, state, since, last_value, last_message, last_evaluated_at, acknowledged_at, acknowledger_id, next_evaluation_at)
    SELECT id, '$w', '$q', '$word', '$word', '[["a", "x"]]', jsonb_build_object('column', '$word', 'reduce', 'SUM', 'condition', condition,
        'forSeconds', 60, 'keepFiringSeconds', 60, 'renotifySeconds', 60, 'noDataState', 'KEEP', 'errorState', 'KEEP'), 60,
        now() + interval '300 days', '$p', now(), now(), 'FIRING', now(), 1, '$word', now(), now(), '$p', now() + interval '300 days'
    FROM (VALUES ('$a'::uuid, '{"kind": "THRESHOLD", "operator": "GT", "value": "2", "resolveValue": "1"}'::jsonb),
        (gen_random_uuid(), '{"kind": "CHANGE", "direction": "UP", "unit": "PERCENT", "value": "2", "overSeconds": 60}'),
        (gen_random_uuid(), '{"kind": "NO_DATA", "timeColumn": "$word", "olderThanSeconds": 60}')) AS k (id, condition);
INSERT INTO alert_recipients (alert_id, member_id)
    SELECT a.id, m.id FROM alerts a JOIN workspace_members m ON m.workspace_id = a.workspace_id WHERE a.workspace_id = '$w';
INSERT INTO alert_events (id, alert_id, sequence, from_state, to_state, value, message, at, notified_count)
    VALUES ('$a', '$a', 1, 'OK', 'FIRING', 1, '$word', now(), 1);
INSERT INTO glossary_terms (id, workspace_id, term, synonyms, definition, expression, author_id, created_at, updated_at)
    VALUES ('$g', '$w', '$word', '{x}', '$word', 'net', '$p', now(), now());
INSERT INTO data_questions (id, source_id, asker_id, previous_id, question, method, status, is_to_run, sql, explanation, assumptions,
        refusal_code, refusal_message, suggestions, attempts, generation_id, run_id, saved_query_id, rating, rating_comment, created_at,
        updated_at, ended_at)
    VALUES ('$u', '$s', '$p', '$u', '$word', 'MODEL', 'FAILED', true, '$word', '$word', '["$word"]', 'x', '$word', '["$word"]', 1,
        (SELECT id FROM generations WHERE owner_id = '$p' ORDER BY id LIMIT 1), '$r', '$q', 1, '$word', now(), now(), now())"#;
