//! What is tried on another person's conversations, answers and documents.

use serde_json::json;

use super::access_probes::{ASK, Probe, SEND, Things, mutation, probe};

/// Those of conversations and of what they are about.
#[expect(clippy::too_many_lines, reason = "a line a root field")]
pub fn talk_probes(hers: &Things, own: &Things) -> Vec<Probe> {
    let conversation = json!({"input": {"conversationId": hers.conversation}});
    let both = |conversation: &str, document: &str| json!({"input": {"conversationId": conversation, "documentIds": [document]}});
    let document = json!({"input": {"id": hers.document}});
    let exchange = "mutation ($input: EditMessageInput!) { editMessage(input: $input) { message { id } } }";
    let attach = "mutation ($input: ConversationDocumentsInput!) { attachDocuments(input: $input) { conversation { id documents { id filename } } } }";
    vec![
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
    ]
}
