//! What is tried on another person's things: every root field of the schema, with every id that it takes.

use serde_json::{Value, json};

use super::access_course_probes::course_probes;

/// One of everything.
pub struct Things {
    pub user: String,
    pub session: String,
    pub key: String,
    pub identity: String,
    pub conversation: String,
    pub message: String,
    pub reply: String,
    pub generation: String,
    pub answer: String,
    pub document: String,
    pub chunk: String,
    pub course: String,
    pub week: String,
    pub tutoring: String,
    pub flag: String,
    /// One that is shared.
    pub workspace: String,
    /// What is in it.
    pub source: String,
    pub table: String,
    pub dataset: String,
    pub run: String,
    pub export: String,
    pub query: String,
    pub chart: String,
    pub dashboard: String,
    /// With the chart.
    pub tile: String,
    /// With a text.
    pub note: String,
    pub question: String,
    pub term: String,
    /// Of the dashboard.
    pub share: String,
    /// About it.
    pub notification: String,
    /// Of the workspace.
    pub webhook: String,
    /// To that.
    pub delivery: String,
    /// About the run.
    pub insight: String,
    /// That wrote it.
    pub template: String,
    /// A picture of it.
    pub picture: String,
    /// Of the dashboard.
    pub report: String,
    /// Over the query.
    pub alert: String,
}

impl Things {
    pub fn ids(&self) -> Vec<&str> {
        let others = [&self.flag, &self.share, &self.session, &self.key, &self.identity];
        self.nodes().into_iter().chain(others.map(String::as_str)).collect()
    }

    /// Those that `node` answers for.
    pub fn nodes(&self) -> Vec<&str> {
        vec![
            &self.user,
            &self.conversation,
            &self.message,
            &self.reply,
            &self.generation,
            &self.answer,
            &self.document,
            &self.chunk,
            &self.course,
            &self.week,
            &self.tutoring,
            &self.workspace,
            &self.source,
            &self.table,
            &self.dataset,
            &self.run,
            &self.export,
            &self.query,
            &self.chart,
            &self.dashboard,
            &self.tile,
            &self.note,
            &self.question,
            &self.term,
            &self.notification,
            &self.webhook,
            &self.delivery,
            &self.insight,
            &self.template,
            &self.picture,
            &self.report,
            &self.alert,
        ]
    }
}

/// What a stranger gets for a call on Alice's things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// NOT_FOUND, word for word as for an id that nothing has.
    NotFound,
    /// An answer with what is the stranger's own.
    Own,
    /// FORBIDDEN, whatever is asked for: only administrators may.
    Forbidden,
}

pub struct Probe {
    pub root: &'static str,
    pub query: &'static str,
    pub variables: Value,
    pub stranger: Stranger,
}

pub fn probe(root: &'static str, query: &'static str, variables: Value) -> Probe {
    Probe { root, query, variables, stranger: Stranger::NotFound }
}

pub const ASK: &str = "mutation ($input: AskInput!) { ask(input: $input) { generation { id text citations { quote document { filename } } } } }";
pub const SEND: &str = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id title } message { id content }
    reply { id content generation { id } citations { quote document { id filename } chunk { id content } } } } }";
pub const NODE: &str = "query ($id: ID!) { node(id: $id) { __typename id ... on User { email } ... on Conversation { title }
    ... on Message { content } ... on Generation { text } ... on Document { filename text downloadUrl } ... on Chunk { content } ... on Course { name members { nodes { name email } } } ... on Workspace { name members { nodes { name email } } } ... on DataSource { name error { message } connection { host } tables { name } runs { nodes { sql rows } } } ... on DataTable { name description } ... on DatasetUpload { filename } ... on QueryRun { sql rows exports { id } savedQuery { name } } ... on SavedQuery { name sql author { email } latestRun { rows } charts { title spec } } ... on Chart { title spec imageUrl author { email } query { name sql } } ... on Dashboard { title author { email } tiles { id text run { rows } } } ... on DashboardTile { text imageUrl chart { title } run { rows } dashboard { title } } ... on Alert { name description lastMessage author { email } query { name sql } recipients { email } events { nodes { message } } } ... on ResultExport { url run { sql } } ... on PictureExport { url chart { title } dashboard { title } leftOut { title } } ... on DataQuestion { question sql explanation refusal { message } ratingComment run { rows } asker { email } } ... on GlossaryTerm { term definition author { email } } ... on Notification { title body subjectId subject { id } } ... on Webhook { url description deliveries { nodes { id } } } ... on WebhookDelivery { webhook { url } } ... on Insight { title body author { email } run { rows } } ... on PromptTemplate { name body versions { nodes { body } } } ... on TutoringSession { studentName courseName transcript { content } moderationFlags { excerpt } } ... on Week { title sessions { nodes { id studentName } } themes { title question spans { quote } } misconceptions { items { statement evidence { quote } reading { quote } } } documents { filename } } } }";
pub const NODES: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
pub const SEARCH: &str =
    "query ($query: String!, $scope: SearchScopeInput) { search(query: $query, mode: KEYWORD, scope: $scope) {
    hits { highlights chunk { id content } document { id filename } } } }";
/// All that hangs on a person, by every edge there is.
pub const EVERYTHING: &str = "{ viewer { user { id email fullName username budget { day { spentTokens } } } sessions { id address userAgent } apiKeys { id name prefix } identities { id issuer email }
    budget { day { limitTokens spentTokens } month { spentUsd } }
    auditTrail(first: 100) { totalCount nodes { id action actor account object before after actorUser { email } accountUser { email } } }
    conversations(first: 100) { totalCount nodes { id title contextSummary metadata updatedAt owner { id email }
      usage { totalTokens } costUsd documents { id filename }
      messages(first: 100) { totalCount nodes { id content status conversation { id } parent { id } siblings { id content }
        feedback { comment } generation { id text status citations { quote } }
        citations { quote document { id filename owner { id } } chunk { id content document { id } } } } } } }
    workspaces { id name members { totalCount nodes { id name email } }
      dataSources { id name error { message } connection { host caCertificate } tables { id name description } uploads { nodes { id filename } } runs { nodes { id sql rows insight { id title body } exports { id url error { message } } } } savedQueries { nodes { id name sql latestRun { rows chartProposals { reason } } charts { id title spec } } } questions { nodes { id question sql explanation } } suggestedQuestions } glossary { nodes { id term definition } } webhooks { id url description deliveries { nodes { id status } } } promptTemplates { id name body } scheduledReports(first: 100) { nodes { id title runs { nodes { problems { message } } } } } dashboards { nodes { id title shares { id email } tabs { title } tiles { id text run { rows } } } } alerts { nodes { id name lastMessage events { nodes { message } } } } }
    notifications(first: 100) { totalCount nodes { id title body subjectId subject { id ... on Dashboard { title } } } } unreadNotificationCount
    courseInvitations { id name }
    pictureExports(first: 100) { nodes { id url error { message } leftOut { title } } }
    tutoringSessions(first: 100) { totalCount nodes { id theme studentName transcript { id content } moderationFlags { id excerpt } } }
    documents(first: 100) { totalCount nodes { id filename title text updatedAt owner { id email } weeks { id title course { id name members { nodes { name email } } } }
      chunks(first: 100) { totalCount nodes { id content document { id } } } } } } }";
pub const UPLOAD: &str =
    "mutation ($files: [Upload!]!) { uploadDocuments(input: {files: $files}) { documents { id filename } } }";

const COURSES: &str = "{ courses(first: 100) { totalCount nodes { id code name weeks { id title documents { id filename } } members { nodes { name email } } } } }";
const BUDGETS: &str = "query ($kind: BudgetKind) { budgets(kind: $kind) { totalCount nodes { id subjectId } } }";
const ANALYTICS: &str =
    "query ($range: DateRangeInput!) { analytics(range: $range) { totals { usage { runs } documents { uploaded } }
    byCourse { course { id name } } byConversation { conversation { id title } } activity { nodes { objectId } } } }";
const INSTALLATION: &str = "query ($range: DateRangeInput!) { installationAnalytics(range: $range) { activePeople totals { usage { runs } } } }";
const AUDIT_TRAIL: &str =
    "query ($filter: AuditFilter) { auditTrail(filter: $filter) { totalCount nodes { action object address } } }";

/// Every root field, on Alice's things and on things of the stranger's own together with hers.
#[expect(clippy::too_many_lines, reason = "a line a root field")]
pub fn probes(hers: &Things, own: &Things) -> Vec<Probe> {
    macro_rules! mutation {
        ($field:literal, $input:literal, $payload:literal) => {
            concat!("mutation ($input: ", $input, "!) { ", $field, "(input: $input) { ", $payload, " } }")
        };
    }
    let conversation = json!({"input": {"conversationId": hers.conversation}});
    let both = |conversation: &str, document: &str| json!({"input": {"conversationId": conversation, "documentIds": [document]}});
    let document = json!({"input": {"id": hers.document}});
    let exchange = "mutation ($input: EditMessageInput!) { editMessage(input: $input) { message { id } } }";
    let attach = "mutation ($input: ConversationDocumentsInput!) { attachDocuments(input: $input) { conversation { id documents { id filename } } } }";
    let search = |scope: Value| json!({"query": "zanzibar quagmire", "scope": scope});
    let tile = |shows: &str, id: &str| json!({shows: id, "x": 0, "y": 0, "width": 1, "height": 1});
    let mut probes = vec![
        probe(
            "Mutation.createConversation",
            mutation!("createConversation", "CreateConversationInput", "conversation { id documents { filename } }"),
            json!({"input": {"title": "mine", "documentIds": [hers.document]}}),
        ),
        probe(
            "Mutation.updateConversation",
            mutation!("updateConversation", "UpdateConversationInput", "conversation { id title }"),
            json!({"input": {"conversationId": hers.conversation, "title": "mine now"}}),
        ),
        probe(
            "Mutation.archiveConversation",
            mutation!("archiveConversation", "ConversationInput", "conversation { id title }"),
            conversation.clone(),
        ),
        probe(
            "Mutation.deleteConversation",
            mutation!("deleteConversation", "ConversationInput", "deletedId"),
            conversation,
        ),
        probe("Mutation.attachDocuments", attach, both(&hers.conversation, &hers.document)),
        probe("Mutation.attachDocuments", attach, both(&hers.conversation, &own.document)),
        probe("Mutation.attachDocuments", attach, both(&own.conversation, &hers.document)),
        probe(
            "Mutation.detachDocuments",
            mutation!("detachDocuments", "ConversationDocumentsInput", "conversation { id title }"),
            both(&hers.conversation, &hers.document),
        ),
        probe("Mutation.sendMessage", SEND, json!({"input": {"text": "hello", "conversationId": hers.conversation}})),
        probe("Mutation.sendMessage", SEND, json!({"input": {"text": "hello", "documentIds": [hers.document]}})),
        probe(
            "Mutation.sendMessage",
            SEND,
            json!({"input": {"text": "hello", "conversationId": own.conversation, "parentId": hers.message}}),
        ),
        probe(
            "Mutation.sendMessage",
            SEND,
            json!({"input": {"text": "hello", "conversationId": own.conversation, "documentIds": [hers.document]}}),
        ),
        probe(
            "Mutation.regenerateReply",
            mutation!("regenerateReply", "RegenerateReplyInput", "message { id } reply { id }"),
            json!({"input": {"messageId": hers.reply}}),
        ),
        probe(
            "Mutation.regenerateReply",
            mutation!("regenerateReply", "RegenerateReplyInput", "message { id } reply { id }"),
            json!({"input": {"messageId": hers.message}}),
        ),
        probe("Mutation.editMessage", exchange, json!({"input": {"messageId": hers.message, "text": "otherwise"}})),
        probe(
            "Mutation.deleteMessage",
            mutation!("deleteMessage", "DeleteMessageInput", "deletedId"),
            json!({"input": {"messageId": hers.message}}),
        ),
        probe(
            "Mutation.rateMessage",
            mutation!("rateMessage", "RateMessageInput", "message { id feedback { comment } }"),
            json!({"input": {"messageId": hers.reply, "rating": "DOWN"}}),
        ),
        probe(
            "Mutation.setTyping",
            mutation!("setTyping", "SetTypingInput", "isTyping"),
            json!({"input": {"conversationId": hers.conversation, "isTyping": true}}),
        ),
        probe(
            "Mutation.confirmDelivery",
            mutation!("confirmDelivery", "ConfirmDeliveryInput", "message { id content }"),
            json!({"input": {"messageId": hers.reply}}),
        ),
        probe("Mutation.ask", ASK, json!({"input": {"question": "zanzibar?", "documentIds": [hers.document]}})),
        probe(
            "Mutation.stopGeneration",
            mutation!("stopGeneration", "StopGenerationInput", "generation { id text }"),
            json!({"input": {"generationId": hers.generation}}),
        ),
        probe(
            "Mutation.revokeSession",
            mutation!("revokeSession", "RevokeSessionInput", "session { id userAgent }"),
            json!({"input": {"id": hers.session}}),
        ),
        probe(
            "Mutation.unlinkIdentity",
            mutation!("unlinkIdentity", "UnlinkIdentityInput", "identities { id email }"),
            json!({"input": {"id": hers.identity}}),
        ),
        probe(
            "Mutation.revokeApiKey",
            mutation!("revokeApiKey", "RevokeApiKeyInput", "apiKey { id name }"),
            json!({"input": {"id": hers.key}}),
        ),
        probe(
            "Mutation.updateDocument",
            mutation!("updateDocument", "UpdateDocumentInput", "document { id title }"),
            json!({"input": {"id": hers.document, "title": "mine now"}}),
        ),
        probe(
            "Mutation.reprocessDocument",
            mutation!("reprocessDocument", "DocumentInput", "document { id }"),
            document.clone(),
        ),
        probe("Mutation.deleteDocument", mutation!("deleteDocument", "DocumentInput", "id"), document),
        probe(
            "Mutation.renameWorkspace",
            mutation!("renameWorkspace", "RenameWorkspaceInput", "workspace { id name }"),
            json!({"input": {"workspaceId": hers.workspace, "name": "mine now"}}),
        ),
        probe(
            "Mutation.deleteWorkspace",
            mutation!("deleteWorkspace", "DeleteWorkspaceInput", "deletedId"),
            json!({"input": {"workspaceId": hers.workspace}}),
        ),
        probe(
            "Mutation.addWorkspaceMember",
            mutation!("addWorkspaceMember", "AddWorkspaceMemberInput", "member { name email } workspace { id name }"),
            json!({"input": {"workspaceId": hers.workspace, "email": "bob@example.org", "role": "VIEWER"}}),
        ),
        probe(
            "Mutation.setWorkspaceRole",
            mutation!("setWorkspaceRole", "SetWorkspaceRoleInput", "member { name email } workspace { id name }"),
            json!({"input": {"workspaceId": hers.workspace, "memberId": "wsmember_01h455vb4pex5vsknk084sn02q", "role": "OWNER"}}),
        ),
        probe(
            "Mutation.removeWorkspaceMember",
            mutation!("removeWorkspaceMember", "RemoveWorkspaceMemberInput", "removedId"),
            json!({"input": {"workspaceId": hers.workspace}}),
        ),
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
            "Mutation.createWebhook",
            mutation!("createWebhook", "CreateWebhookInput", "secret webhook { id url }"),
            json!({"input": {"workspaceId": hers.workspace, "url": "https://192.0.2.1/", "events": ["REPORT_SENT"]}}),
        ),
        probe(
            "Mutation.updateWebhook",
            mutation!("updateWebhook", "UpdateWebhookInput", "webhook { id url }"),
            json!({"input": {"id": hers.webhook, "version": 1, "description": "mine now"}}),
        ),
        probe(
            "Mutation.rotateWebhookSecret",
            mutation!("rotateWebhookSecret", "RotateWebhookSecretInput", "secret webhook { id url }"),
            json!({"input": {"id": hers.webhook}}),
        ),
        probe(
            "Mutation.deleteWebhook",
            mutation!("deleteWebhook", "DeleteWebhookInput", "deletedId"),
            json!({"input": {"id": hers.webhook}}),
        ),
        probe(
            "Mutation.testWebhook",
            mutation!("testWebhook", "TestWebhookInput", "delivery { id webhook { url } }"),
            json!({"input": {"id": hers.webhook}}),
        ),
        probe(
            "Mutation.redeliverWebhook",
            mutation!("redeliverWebhook", "RedeliverWebhookInput", "delivery { id webhook { url } }"),
            json!({"input": {"deliveryId": hers.delivery}}),
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
            "Mutation.markNotificationsRead",
            mutation!("markNotificationsRead", "MarkNotificationsReadInput", "notifications { id title body }"),
            json!({"input": {"ids": [own.notification, hers.notification]}}),
        ),
        probe(
            "Mutation.markNotificationsRead",
            mutation!("markNotificationsRead", "MarkNotificationsReadInput", "notifications { id title body }"),
            json!({"input": {"upTo": hers.notification}}),
        ),
        probe(
            "Mutation.deleteNotifications",
            mutation!("deleteNotifications", "DeleteNotificationsInput", "deletedIds"),
            json!({"input": {"ids": [own.notification, hers.notification]}}),
        ),
        probe(
            "Subscription.notifications",
            "subscription ($after: ID) { notifications(after: $after) { id title body } }",
            json!({"after": hers.notification}),
        ),
        probe(
            "Mutation.defineTerm",
            mutation!("defineTerm", "DefineTermInput", "term { id term definition }"),
            json!({"input": {"workspaceId": hers.workspace, "term": "mine", "definition": "mine"}}),
        ),
        probe(
            "Mutation.updateTerm",
            mutation!("updateTerm", "UpdateTermInput", "term { id term definition }"),
            json!({"input": {"id": hers.term, "version": 1, "definition": "mine now"}}),
        ),
        probe(
            "Mutation.deleteTerm",
            mutation!("deleteTerm", "DeleteTermInput", "deletedId"),
            json!({"input": {"id": hers.term}}),
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
        probe(
            "Mutation.savePromptTemplate",
            mutation!("savePromptTemplate", "SavePromptTemplateInput", "template { id name body }"),
            json!({"input": {"workspaceId": hers.workspace, "name": "mine", "body": "{{result}}"}}),
        ),
        probe(
            "Mutation.savePromptTemplate",
            mutation!("savePromptTemplate", "SavePromptTemplateInput", "template { id name body }"),
            json!({"input": {"id": hers.template, "version": 1, "name": "mine"}}),
        ),
        probe(
            "Mutation.restorePromptTemplate",
            mutation!("restorePromptTemplate", "RestorePromptTemplateInput", "template { id name body }"),
            json!({"input": {"id": hers.template, "version": 1}}),
        ),
        probe(
            "Mutation.deletePromptTemplate",
            mutation!("deletePromptTemplate", "DeletePromptTemplateInput", "deletedId"),
            json!({"input": {"id": hers.template}}),
        ),
        probe(
            "Subscription.generation",
            "subscription ($id: ID!) { generation(id: $id) { cursor ... on TextAppended { text } } }",
            json!({"id": hers.generation}),
        ),
        probe(
            "Subscription.generation",
            "subscription ($id: ID!) { generation(id: $id) { cursor ... on TextAppended { text } } }",
            json!({"id": hers.answer}),
        ),
        probe(
            "Subscription.conversation",
            "subscription ($id: ID!) { conversation(id: $id) { __typename } }",
            json!({"id": hers.conversation}),
        ),
        probe(
            "Subscription.documentProgress",
            "subscription ($ids: [ID!]!) { documentProgress(ids: $ids) { id filename } }",
            json!({"ids": [own.document, hers.document]}),
        ),
    ];
    probes.extend(course_probes(hers, own));
    let administrators = [
        (
            "Mutation.setUserRole",
            mutation!("setUserRole", "SetUserRoleInput", "user { id email }"),
            json!({"input": {"userId": hers.user, "role": "ADMIN"}}),
        ),
        (
            "Mutation.deactivateUser",
            mutation!("deactivateUser", "UserInput", "user { id email }"),
            json!({"input": {"userId": hers.user}}),
        ),
        (
            "Mutation.reactivateUser",
            mutation!("reactivateUser", "UserInput", "user { id email }"),
            json!({"input": {"userId": hers.user}}),
        ),
        (
            "Query.users",
            "query ($search: String) { users(search: $search) { nodes { id email } } }",
            json!({"search": hers.user}),
        ),
    ];
    let administrators =
        administrators.map(|(root, query, variables)| Probe { root, query, variables, stranger: Stranger::Forbidden });
    probes.extend(administrators);
    probes.extend(hers.ids().into_iter().map(|id| probe("Query.node", NODE, json!({ "id": id }))));
    let answered = [
        ("Query.viewer", EVERYTHING, json!({})),
        ("Query.nodes", NODES, json!({"ids": hers.ids()})),
        ("Query.courses", COURSES, json!({})),
        ("Query.sharedDashboards", "{ sharedDashboards { nodes { id title description } } }", json!({})),
        ("Query.analytics", ANALYTICS, json!({"range": {"days": 366}})),
        ("Query.search", SEARCH, search(Value::Null)),
        ("Query.search", SEARCH, search(json!({"documentIds": [hers.document]}))),
        ("Query.search", SEARCH, search(json!({"documentIds": [own.document, hers.document]}))),
        ("Mutation.ask", ASK, json!({"input": {"question": "zanzibar quagmire?", "waitForAnswer": true}})),
        ("Mutation.sendMessage", SEND, json!({"input": {"text": "What of the swamp?", "waitForReply": true}})),
    ];
    let forbidden = [
        ("Query.auditTrail", AUDIT_TRAIL, json!({ "filter": null })),
        ("Query.auditTrail", AUDIT_TRAIL, json!({"filter": {"account": hers.user}})),
        ("Query.auditTrail", AUDIT_TRAIL, json!({"filter": {"object": hers.document}})),
        ("Query.budgets", BUDGETS, json!({"kind": "USER"})),
        ("Query.installationAnalytics", INSTALLATION, json!({"range": {}})),
        (
            "Mutation.setBudget",
            mutation!("setBudget", "SetBudgetInput", "budget { id }"),
            json!({"input": {"kind": "USER", "subjectId": hers.user, "period": "DAY"}}),
        ),
        (
            "Mutation.removeBudget",
            mutation!("removeBudget", "RemoveBudgetInput", "budget { id }"),
            json!({"input": {"id": "budget_01h455vb4pex5vsknk084sn02q"}}),
        ),
        // Whoever may make no courses may copy none. Those who may are tried in `courses_copy.rs`.
        (
            "Mutation.copyCourse",
            mutation!("copyCourse", "CopyCourseInput", "course { id name }"),
            json!({"input": {"courseId": hers.course, "code": "mine"}}),
        ),
    ];
    let forbid = |(root, query, variables)| Probe { root, query, variables, stranger: Stranger::Forbidden };
    probes.extend(forbidden.map(forbid));
    probes.extend(answered.map(|(root, query, variables)| Probe { root, query, variables, stranger: Stranger::Own }));
    probes
}
