//! What is tried on another person's charts and dashboards, their pictures and reports, and their alerts.

use serde_json::json;

use super::access_probes::{Probe, Stranger, Things, mutation, probe};

/// Those of dashboards.
#[expect(clippy::too_many_lines, reason = "a line a root field")]
pub fn dashboard_probes(hers: &Things, own: &Things) -> Vec<Probe> {
    let tile = |shows: &str, id: &str| json!({shows: id, "x": 0, "y": 0, "width": 1, "height": 1});
    vec![
        probe(
            "Mutation.createChart",
            mutation!("createChart", "CreateChartInput", "chart { id title spec query { name } }"),
            json!({"input": {"queryId": hers.query, "title": "mine"}}),
        ),
        probe(
            "Mutation.updateChart",
            mutation!("updateChart", "UpdateChartInput", "chart { id title spec }"),
            json!({"input": {"id": hers.chart, "version": 1, "title": "mine now"}}),
        ),
        probe(
            "Mutation.deleteChart",
            mutation!("deleteChart", "DeleteChartInput", "deletedId"),
            json!({"input": {"id": hers.chart}}),
        ),
        Probe {
            stranger: Stranger::Own,
            ..probe(
                "Query.dashboards",
                "{ dashboards { nodes { id title author { email } workspace { id name } tiles { id text chart { title } query { sql } run { rows } } } } }",
                json!({}),
            )
        },
        probe(
            "Mutation.createDashboard",
            mutation!("createDashboard", "CreateDashboardInput", "dashboard { id title workspace { name } }"),
            json!({"input": {"workspaceId": hers.workspace, "title": "mine"}}),
        ),
        probe(
            "Mutation.createDashboard",
            mutation!(
                "createDashboard",
                "CreateDashboardInput",
                "dashboard { id tiles { chart { title } run { rows } } }"
            ),
            json!({"input": {"workspaceId": own.workspace, "title": "mine", "tiles": [tile("chartId", &hers.chart)]}}),
        ),
        probe(
            "Mutation.createDashboard",
            mutation!(
                "createDashboard",
                "CreateDashboardInput",
                "dashboard { id tiles { query { sql } run { rows } } }"
            ),
            json!({"input": {"workspaceId": own.workspace, "title": "mine", "tiles": [tile("queryId", &hers.query)]}}),
        ),
        probe(
            "Mutation.updateDashboard",
            mutation!("updateDashboard", "UpdateDashboardInput", "dashboard { id title }"),
            json!({"input": {"id": hers.dashboard, "version": 1, "title": "mine now"}}),
        ),
        probe(
            "Mutation.updateDashboard",
            mutation!("updateDashboard", "UpdateDashboardInput", "dashboard { id tiles { chart { title } } }"),
            json!({"input": {"id": own.dashboard, "version": 1, "tiles": [tile("chartId", &hers.chart)]}}),
        ),
        probe(
            "Mutation.updateDashboard",
            mutation!("updateDashboard", "UpdateDashboardInput", "dashboard { id tiles { id text } }"),
            json!({"input": {"id": own.dashboard, "version": 1, "tiles": [{"id": hers.note, "text": "mine", "x": 0, "y": 0, "width": 1, "height": 1}]}}),
        ),
        probe(
            "Mutation.deleteDashboard",
            mutation!("deleteDashboard", "DeleteDashboardInput", "deletedId"),
            json!({"input": {"id": hers.dashboard}}),
        ),
        probe(
            "Mutation.refreshDashboard",
            mutation!("refreshDashboard", "RefreshDashboardInput", "dashboard { title } results { run { id rows } }"),
            json!({"input": {"id": hers.dashboard}}),
        ),
        probe(
            "Mutation.shareDashboard",
            mutation!("shareDashboard", "ShareDashboardInput", "token share { id }"),
            json!({"input": {"id": hers.dashboard, "link": {}}}),
        ),
        probe(
            "Mutation.revokeShare",
            mutation!("revokeShare", "RevokeShareInput", "share { id email }"),
            json!({"input": {"id": hers.share}}),
        ),
        probe(
            "Mutation.updateSharedDashboard",
            mutation!("updateSharedDashboard", "UpdateSharedDashboardInput", "dashboard { title }"),
            json!({"input": {"id": hers.dashboard, "version": 1, "title": "mine now"}}),
        ),
        probe(
            "Mutation.refreshSharedDashboard",
            mutation!("refreshSharedDashboard", "RefreshSharedDashboardInput", "dashboard { title tiles { text } }"),
            json!({"input": {"id": hers.dashboard}}),
        ),
        probe(
            "Query.dashboardSharedWithMe",
            "query ($id: ID!) { dashboardSharedWithMe(id: $id) { title tiles { text chart { title } result { rows } } } }",
            json!({"id": hers.dashboard}),
        ),
        probe(
            "Mutation.scheduleReport",
            mutation!("scheduleReport", "ScheduleReportInput", "report { id title recipients { email } }"),
            json!({"input": {"dashboardId": hers.dashboard, "title": "mine", "cron": "0 8 * * *", "timeZone": "UTC"}}),
        ),
        probe(
            "Mutation.updateReport",
            mutation!("updateReport", "UpdateReportInput", "report { id title recipients { email } }"),
            json!({"input": {"id": hers.report, "version": 1, "title": "mine now"}}),
        ),
        probe(
            "Mutation.deleteReport",
            mutation!("deleteReport", "ReportInput", "deletedId"),
            json!({"input": {"id": hers.report}}),
        ),
        probe(
            "Mutation.sendReportNow",
            mutation!("sendReportNow", "ReportInput", "report { title } run { id }"),
            json!({"input": {"id": hers.report}}),
        ),
        probe(
            "Mutation.unsubscribeFromReport",
            mutation!("unsubscribeFromReport", "ReportInput", "reportId"),
            json!({"input": {"id": hers.report}}),
        ),
        probe(
            "Subscription.dashboard",
            "subscription ($id: ID!) { dashboard(id: $id) { ... on DashboardChanged { dashboard { title } } ... on DashboardResult { run { rows } } } }",
            json!({"id": hers.dashboard}),
        ),
        probe(
            "Mutation.createAlert",
            mutation!("createAlert", "CreateAlertInput", "alert { id name query { sql } }"),
            json!({"input": {"queryId": hers.query, "name": "mine", "condition": {"kind": "NO_DATA"}}}),
        ),
        probe(
            "Mutation.previewAlert",
            mutation!("previewAlert", "CreateAlertInput", "message value"),
            json!({"input": {"queryId": hers.query, "name": "mine", "condition": {"kind": "NO_DATA"}}}),
        ),
        probe(
            "Mutation.updateAlert",
            mutation!("updateAlert", "UpdateAlertInput", "alert { id name }"),
            json!({"input": {"id": hers.alert, "version": 1, "name": "mine now"}}),
        ),
        probe(
            "Mutation.muteAlert",
            mutation!("muteAlert", "MuteAlertInput", "alert { id name }"),
            json!({"input": {"id": hers.alert}}),
        ),
        probe(
            "Mutation.acknowledgeAlert",
            mutation!("acknowledgeAlert", "AcknowledgeAlertInput", "alert { id name }"),
            json!({"input": {"id": hers.alert}}),
        ),
        probe(
            "Mutation.evaluateAlert",
            mutation!("evaluateAlert", "EvaluateAlertInput", "alert { id name lastValue }"),
            json!({"input": {"id": hers.alert}}),
        ),
        probe(
            "Mutation.deleteAlert",
            mutation!("deleteAlert", "DeleteAlertInput", "deletedId"),
            json!({"input": {"id": hers.alert}}),
        ),
        probe(
            "Subscription.alerts",
            "subscription ($id: ID!) { alerts(workspaceId: $id) { name lastMessage } }",
            json!({"id": hers.workspace}),
        ),
        probe(
            "Mutation.exportPicture",
            mutation!("exportPicture", "ExportPictureInput", "export { id url chart { title } }"),
            json!({"input": {"chartId": hers.chart, "format": "PNG"}}),
        ),
        probe(
            "Mutation.exportPicture",
            mutation!("exportPicture", "ExportPictureInput", "export { id url dashboard { title } }"),
            json!({"input": {"dashboardId": hers.dashboard, "format": "PDF"}}),
        ),
        probe(
            "Subscription.pictureExport",
            "subscription ($id: ID!) { pictureExport(id: $id) { id url leftOut { title } } }",
            json!({"id": hers.picture}),
        ),
    ]
}
