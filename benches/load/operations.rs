//! What a front end asks for, in fixed proportions.

use serde_json::{Value, json};

/// A small operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Who is signed in.
    Viewer,
    /// The first page of their conversations.
    Conversations,
    /// What was said in one of them.
    Messages,
    /// The first page of their documents.
    Documents,
    /// Those with a text in their names.
    Search,
    /// Writes: another title for a conversation.
    Rename,
}

impl Operation {
    pub const ALL: [Self; 6] =
        [Self::Viewer, Self::Conversations, Self::Messages, Self::Documents, Self::Search, Self::Rename];

    /// Ten calls in a row: more is read than written, and conversations more than the rest.
    pub const MIX: [Self; 10] = [
        Self::Viewer,
        Self::Conversations,
        Self::Messages,
        Self::Documents,
        Self::Messages,
        Self::Rename,
        Self::Viewer,
        Self::Conversations,
        Self::Search,
        Self::Messages,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Conversations => "conversations",
            Self::Messages => "messages",
            Self::Documents => "documents",
            Self::Search => "search",
            Self::Rename => "rename",
        }
    }

    pub fn query(self) -> &'static str {
        match self {
            Self::Viewer => {
                "{ viewer { user { id email fullName role preferences } permissions unreadNotificationCount } }"
            }
            Self::Conversations => {
                "{ viewer { conversations(first: 20) { nodes { id title kind status lastMessageAt } \
                 pageInfo { hasNextPage endCursor } } } }"
            }
            Self::Messages => {
                "query($id: ID!) { node(id: $id) { ... on Conversation { id title \
                 messages(first: 20) { nodes { id role status content createdAt } } } } }"
            }
            Self::Documents => {
                "{ viewer { documents(first: 20) { nodes { id filename byteSize status createdAt } \
                 pageInfo { hasNextPage endCursor } } } }"
            }
            Self::Search => {
                "query($text: String!) { viewer { documents(first: 10, filter: { search: $text }) { \
                 nodes { filename status } } } }"
            }
            Self::Rename => {
                "mutation($id: ID!, $title: String!) { \
                 updateConversation(input: { conversationId: $id, title: $title }) { conversation { id title } } }"
            }
        }
    }

    /// What is known of an answer beforehand: whose it is, how much there is.
    pub fn gist(self, data: &Value) -> Value {
        let count = |list: &Value| list["nodes"].as_array().map(Vec::len);
        match self {
            Self::Viewer => data["viewer"]["user"]["id"].clone(),
            Self::Conversations => json!(count(&data["viewer"]["conversations"])),
            Self::Messages => json!([data["node"]["id"], count(&data["node"]["messages"])]),
            Self::Documents => json!(count(&data["viewer"]["documents"])),
            Self::Search => data["viewer"]["documents"]["nodes"].clone(),
            Self::Rename => data["updateConversation"]["conversation"].clone(),
        }
    }
}
