//! What is tried on another person's workspace, its words, templates and webhooks, and on what they are told.

use serde_json::json;

use super::access_probes::{Probe, Things, mutation, probe};

/// Those of workspaces and inboxes.
#[expect(clippy::too_many_lines, reason = "a line a root field")]
pub fn workspace_probes(hers: &Things, own: &Things) -> Vec<Probe> {
    vec![
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
    ]
}
