//! What is tried on another person's sources of data, their queries and results, and what is written about those.

use serde_json::json;

use super::access_probes::{Probe, Stranger, Things, mutation, probe};

/// Those of data.
#[expect(clippy::too_many_lines, reason = "a line a root field")]
pub fn data_probes(hers: &Things) -> Vec<Probe> {
    vec![
        Probe {
            stranger: Stranger::Own,
            ..probe(
                "Query.dataSources",
                "{ dataSources { id error { message } connection { host } tables { id name } runs { nodes { id sql rows } } } }",
                json!({}),
            )
        },
        Probe {
            stranger: Stranger::Own,
            ..probe(
                "Query.queries",
                "{ queries { nodes { id name sql author { email } latestRun { id rows } runs { nodes { id } } charts { id title spec } } } }",
                json!({}),
            )
        },
        probe(
            "Mutation.createQuery",
            mutation!("createQuery", "CreateQueryInput", "query { id name sql }"),
            json!({"input": {"dataSourceId": hers.source, "name": "mine", "sql": "SELECT 1"}}),
        ),
        probe(
            "Mutation.updateQuery",
            mutation!("updateQuery", "UpdateQueryInput", "query { id name sql }"),
            json!({"input": {"id": hers.query, "version": 1, "name": "mine now"}}),
        ),
        probe(
            "Mutation.deleteQuery",
            mutation!("deleteQuery", "DeleteQueryInput", "deletedId"),
            json!({"input": {"id": hers.query}}),
        ),
        probe(
            "Mutation.verifyQuery",
            mutation!("verifyQuery", "VerifyQueryInput", "query { id name sql }"),
            json!({"input": {"id": hers.query, "verified": false}}),
        ),
        probe(
            "Mutation.runSavedQuery",
            mutation!("runSavedQuery", "RunSavedQueryInput", "run { id sql rows }"),
            json!({"input": {"id": hers.query}}),
        ),
        probe(
            "Mutation.createDataSource",
            mutation!("createDataSource", "CreateDataSourceInput", "dataSource { id name connection { host } }"),
            json!({"input": {"workspaceId": hers.workspace, "name": "mine", "host": "db.example.org", "database": "a",
                "username": "a", "password": "a"}}),
        ),
        probe(
            "Mutation.updateDataSource",
            mutation!("updateDataSource", "UpdateDataSourceInput", "dataSource { id name connection { host } }"),
            json!({"input": {"id": hers.source, "name": "mine"}}),
        ),
        probe(
            "Mutation.refreshDataSource",
            mutation!("refreshDataSource", "RefreshDataSourceInput", "dataSource { id name tables { name } }"),
            json!({"input": {"id": hers.source}}),
        ),
        probe(
            "Mutation.deleteDataSource",
            mutation!("deleteDataSource", "DeleteDataSourceInput", "deletedId"),
            json!({"input": {"id": hers.source}}),
        ),
        probe(
            "Mutation.askData",
            mutation!("askData", "AskDataInput", "question { id question sql }"),
            json!({"input": {"dataSourceId": hers.source, "question": "How many are there?"}}),
        ),
        probe(
            "Mutation.runDataQuestion",
            mutation!("runDataQuestion", "RunDataQuestionInput", "question { id question sql }"),
            json!({"input": {"id": hers.question}}),
        ),
        probe(
            "Mutation.rateDataAnswer",
            mutation!("rateDataAnswer", "RateDataAnswerInput", "question { id question sql }"),
            json!({"input": {"id": hers.question, "rating": "DOWN"}}),
        ),
        probe(
            "Mutation.loadDataset",
            mutation!("loadDataset", "LoadDatasetInput", "upload { id filename }"),
            json!({"input": {"id": hers.dataset}}),
        ),
        probe(
            "Mutation.deleteDatasetUpload",
            mutation!("deleteDatasetUpload", "DeleteDatasetUploadInput", "deletedId"),
            json!({"input": {"id": hers.dataset}}),
        ),
        probe(
            "Mutation.deleteDataTable",
            mutation!("deleteDataTable", "DeleteDataTableInput", "deletedId"),
            json!({"input": {"id": hers.table}}),
        ),
        probe(
            "Mutation.runQuery",
            mutation!("runQuery", "RunQueryInput", "run { id sql rows }"),
            json!({"input": {"dataSourceId": hers.source, "sql": "SELECT 1"}}),
        ),
        probe(
            "Mutation.cancelRun",
            mutation!("cancelRun", "CancelRunInput", "run { id sql rows }"),
            json!({"input": {"id": hers.run}}),
        ),
        probe(
            "Subscription.datasetProgress",
            "subscription ($id: ID!) { datasetProgress(id: $id) { id filename } }",
            json!({"id": hers.dataset}),
        ),
        probe(
            "Subscription.queryRun",
            "subscription ($id: ID!) { queryRun(id: $id, after: 0) { run { id sql rows } rows } }",
            json!({"id": hers.run}),
        ),
        probe(
            "Mutation.exportData",
            mutation!("exportData", "ExportDataInput", "export { id url run { id sql } }"),
            json!({"input": {"runId": hers.run, "format": "CSV"}}),
        ),
        probe(
            "Subscription.resultExport",
            "subscription ($id: ID!) { resultExport(id: $id) { id url run { id sql } } }",
            json!({"id": hers.export}),
        ),
        probe(
            "Subscription.dataQuestion",
            "subscription ($id: ID!) { dataQuestion(id: $id) { id question sql } }",
            json!({"id": hers.question}),
        ),
        probe(
            "Mutation.generateInsight",
            mutation!("generateInsight", "GenerateInsightInput", "insight { id title body run { rows } }"),
            json!({"input": {"runId": hers.run}}),
        ),
        probe(
            "Mutation.generateInsight",
            mutation!("generateInsight", "GenerateInsightInput", "insight { id title body run { rows } }"),
            json!({"input": {"chartId": hers.chart}}),
        ),
        probe(
            "Mutation.rateInsight",
            mutation!("rateInsight", "RateInsightInput", "insight { id title body }"),
            json!({"input": {"id": hers.insight, "rating": "DOWN"}}),
        ),
        probe(
            "Mutation.deleteInsight",
            mutation!("deleteInsight", "DeleteInsightInput", "deletedId"),
            json!({"input": {"id": hers.insight}}),
        ),
        probe(
            "Subscription.insight",
            "subscription ($id: ID!) { insight(id: $id) { id title body } }",
            json!({"id": hers.insight}),
        ),
    ]
}
