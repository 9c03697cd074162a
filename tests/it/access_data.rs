//! Data in a workspace, for those who look whether anybody else sees them.

use elenchus::ids::{
    AlertId, ChartId, DashboardId, DashboardShareId, DashboardTileId, DataQuestionId, DataSourceId, DataTableId,
    DatasetUploadId, GlossaryTermId, InsightId, NotificationId, PictureExportId, PromptTemplateId,
    PromptTemplateVersionId, QueryRunId, ReportRunId, ResultExportId, SavedQueryId, ScheduledReportId, UserId,
    WebhookDeliveryId, WebhookId, WorkspaceId,
};

use super::support::served::Served;

impl Served {
    /// A source in a workspace with a table, the file that it came from, a statement that was run on it, what that was kept as, a chart
    /// of it, a dashboard with the chart and a text, which is shared with themselves and by a link, a file of what came of it, a question
    /// that it answers, a word of the workspace, and what they were told of the dashboard, and a webhook with a message to it, and a text about the result with the template that wrote it: by hand, so that every field has something to show, even those that exclude each other.
    pub async fn data_of(&self, person: &UserId, workspace: &str, word: &str) -> [String; 21] {
        let now = self.library.app.clock.now();
        let (source, table) = (DataSourceId::generate(now), DataTableId::generate(now));
        let (dataset, run) = (DatasetUploadId::generate(now), QueryRunId::generate(now));
        let (query, chart) = (SavedQueryId::generate(now), ChartId::generate(now));
        let (dashboard, tile) = (DashboardId::generate(now), DashboardTileId::generate(now));
        let note = DashboardTileId::generate(now);
        let export = ResultExportId::generate(now);
        let (question, term) = (DataQuestionId::generate(now), GlossaryTermId::generate(now));
        let share = DashboardShareId::generate(now);
        let notification = NotificationId::generate(now);
        let (webhook, delivery) = (WebhookId::generate(now), WebhookDeliveryId::generate(now));
        let (insight, template) = (InsightId::generate(now), PromptTemplateId::generate(now));
        let version = PromptTemplateVersionId::generate(now);
        let picture = PictureExportId::generate(now);
        let report = ScheduledReportId::generate(now);
        let report_run = ReportRunId::generate(now);
        let alert = AlertId::generate(now);
        let workspace: WorkspaceId = workspace.parse().unwrap();
        let mut statements = STATEMENTS.replace("$word", word).replace("$tile", &tile.to_string());
        for (place, id) in [
            ("$w", workspace.uuid()),
            ("$s", source.uuid()),
            ("$t", table.uuid()),
            ("$d", dataset.uuid()),
            ("$r", run.uuid()),
            ("$p", person.uuid()),
            ("$q", query.uuid()),
            ("$c", chart.uuid()),
            ("$b", dashboard.uuid()),
            ("$i", tile.uuid()),
            ("$n", note.uuid()),
            ("$e", export.uuid()),
            ("$u", question.uuid()),
            ("$g", term.uuid()),
            ("$h", share.uuid()),
            ("$m", notification.uuid()),
            ("$k", webhook.uuid()),
            ("$y", delivery.uuid()),
            ("$j", insight.uuid()),
            ("$l", template.uuid()),
            ("$v", version.uuid()),
            ("$x", picture.uuid()),
            ("$o", report.uuid()),
            ("$z", report_run.uuid()),
            ("$a", alert.uuid()),
        ] {
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
            notification.to_string(),
            webhook.to_string(),
            delivery.to_string(),
            insight.to_string(),
            template.to_string(),
            picture.to_string(),
            report.to_string(),
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
INSERT INTO notification_inboxes (user_id, last_number) VALUES ('$p', 1);
INSERT INTO notifications (id, user_id, number, kind, title, body, subject_kind, subject, key, created_at, read_at)
    VALUES ('$m', '$p', 1, 'DASHBOARD_SHARED', '$word', '$word', 'DASHBOARD', '$b', '$word', now(), now());
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
INSERT INTO glossary_terms (id, workspace_id, term, synonyms, definition, expression, author_id, created_at, updated_at)
    VALUES ('$g', '$w', '$word', '{x}', '$word', 'net', '$p', now(), now());
INSERT INTO webhooks (id, workspace_id, url, events, description, is_enabled, disabled_reason, failing_since, secret_prefix, sealed_secret,
        sealed_previous_secret, previous_secret_expires_at, created_at, updated_at)
    VALUES ('$k', '$w', 'https://example.org/$word', '{ALERT_CHANGED}', '$word', false, 'FAILING', now(), 'whsec_x', '', '',
        now() + interval '300 days', now(), now());
INSERT INTO webhook_deliveries (id, webhook_id, kind, key, body, status, attempts, next_attempt_at, response_status, error_code, duration_ms,
        created_at, delivered_at)
    VALUES ('$y', '$k', 'ALERT_CHANGED', 'a', '$word', 'PENDING', 1, now() + interval '300 days', 500, 'STATUS', 1, now(), now());
INSERT INTO data_questions (id, source_id, asker_id, previous_id, question, method, status, is_to_run, sql, explanation, assumptions,
        refusal_code, refusal_message, suggestions, attempts, generation_id, run_id, saved_query_id, rating, rating_comment, created_at,
        updated_at, ended_at)
    VALUES ('$u', '$s', '$p', '$u', '$word', 'MODEL', 'FAILED', true, '$word', '$word', '["$word"]', 'x', '$word', '["$word"]', 1,
        (SELECT id FROM generations WHERE owner_id = '$p' ORDER BY id LIMIT 1), '$r', '$q', 1, '$word', now(), now(), now());
INSERT INTO prompt_templates (id, workspace_id, kind, name, version, author_id, created_at, updated_at)
    VALUES ('$l', '$w', 'INSIGHT', '$word', 1, '$p', now(), now());
INSERT INTO prompt_template_versions (id, template_id, number, body, note, author_id, created_at)
    VALUES ('$v', '$l', 1, '$word', '$word', '$p', now());
INSERT INTO insights (id, source_id, run_id, result_id, chart_id, saved_query_id, template_version_id, generation_id, author_id, parameters,
        focus, language, method, status, prompt_version, cache_key, title, body, figures, struck, note, attempts, is_partial, error_code,
        error_message, rating, rating_comment, created_at, updated_at, ended_at)
    VALUES ('$j', '$s', '$r', '$r', '$c', '$q', '$v', (SELECT id FROM generations WHERE owner_id = '$p' ORDER BY id LIMIT 1), '$p',
        '[{"name": "a", "type": "TEXT", "value": "x"}]', '$word', 'en', 'MODEL', 'READY', 'x', decode(repeat('00', 32), 'hex'), '$word',
        '$word', '[{"text": "$word", "isInTitle": false, "start": 0, "end": 1, "fact": "$word"}]', 1, '$word', 1, false, 'x', '$word', 1,
        '$word', now(), now(), now());
INSERT INTO insights (id, source_id, run_id, result_id, chart_id, saved_query_id, template_version_id, generation_id, author_id, parameters,
        language, method, status, prompt_version, cache_key, title, body, figures, struck, note, attempts, is_partial, error_code,
        error_message, rating, rating_comment, created_at, updated_at, ended_at)
    SELECT ('00' || substr('$j', 3))::uuid, source_id, run_id, result_id, chart_id, saved_query_id, template_version_id, generation_id, author_id, parameters,
        language, method, status, prompt_version, cache_key, title, body, figures, struck, note, attempts, is_partial, error_code,
        error_message, rating, rating_comment, created_at, updated_at, ended_at FROM insights WHERE id = '$j';
INSERT INTO picture_exports (id, user_id, chart_id, dashboard_id, format, width, height, theme, filters, left_out, status, progress, byte_size,
        storage_key, error_code, error_message, created_at, ended_at, expires_at)
    VALUES ('$x', '$p', NULL, '$b', 'PDF', 1200, NULL, 'DARK', '[]', '[{"tile": "$tile", "title": "$word", "reason": "x"}]', 'READY', 1, 1,
        'pictures/$w/$x', 'x', '$word', now(), now(), now() + interval '300 days'),
        (gen_random_uuid(), '$p', '$c', NULL, 'PNG', 720, 420, 'LIGHT', '[]', '[]', 'READY', 1, 1, 'pictures/$w/$c', NULL, NULL, now(), now(),
        now() + interval '300 days');
INSERT INTO scheduled_reports (id, dashboard_id, title, cron, time_zone, filters, attachments, is_enabled, disabled_reason, next_run_at, author_id,
        created_at, updated_at)
    VALUES ('$o', '$b', '$word', '0 8 * * *', 'UTC', '[{"name": "where", "value": "x"}]', '["CSV"]', true, NULL, now() + interval '300 days',
            '$p', now(), now()),
        (('00' || substr('$o', 3))::uuid, '$b', '$word', '0 8 * * *', 'UTC', '[]', '[]', false, '$word', NULL, '$p', now(), now());
INSERT INTO report_recipients (report_id, user_id, unsubscribed_at)
    VALUES ('$o', '$p', now()), (('00' || substr('$o', 3))::uuid, '$p', now());
INSERT INTO report_runs (id, report_id, trigger, status, scheduled_for, started_at, ended_at, awaited, tiles_shown, tiles_missing, problems)
    VALUES ('$z', '$o', 'SCHEDULE', 'PARTIAL', now(), now(), now(), '[]', 1, 1,
            '[{"part": "TILE", "name": "$word", "code": "x", "message": "$word"}]'),
        (('00' || substr('$z', 3))::uuid, '$o', 'MANUAL', 'FAILED', now(), now(), now(), '[]', 1, 0, '[]');
INSERT INTO report_deliveries (run_id, user_id, status, sent_at, error_code, error_message)
    VALUES ('$z', '$p', 'SENT', now(), NULL, NULL), (('00' || substr('$z', 3))::uuid, '$p', 'FAILED', NULL, 'x', '$word');
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
    VALUES ('$a', '$a', 1, 'OK', 'FIRING', 1, '$word', now(), 1)"#;
