//! The template that every workspace has.

use super::model::{PromptTemplate, PromptTemplateVersion, TemplateKind};
use crate::ids::{PromptTemplateId, PromptTemplateVersionId};

/// Changes with every change of the text, and is stored with what was written by it.
pub const VERSION: i32 = 1;
/// What it is called.
pub const NAME: &str = "insight";
/// Its text.
pub const BODY: &str = include_str!("insight.md");

/// Its id, which no template in the database has.
#[must_use]
pub const fn id() -> PromptTemplateId {
    PromptTemplateId::from_uuid(uuid::Uuid::nil())
}

/// It, as if it was a workspace's.
#[must_use]
pub fn template() -> PromptTemplate {
    PromptTemplate {
        id: id(),
        workspace_id: None,
        kind: TemplateKind::Insight,
        name: NAME.to_owned(),
        version: VERSION,
        body: BODY.trim_end().to_owned(),
        author_id: None,
        created_at: None,
        updated_at: None,
        is_deleted: false,
    }
}

/// Its version.
#[must_use]
pub fn version() -> PromptTemplateVersion {
    PromptTemplateVersion {
        id: PromptTemplateVersionId::from_uuid(uuid::Uuid::nil()),
        template_id: id(),
        workspace_id: None,
        number: VERSION,
        body: BODY.trim_end().to_owned(),
        note: None,
        author_id: None,
        created_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dashboards::templates::policy;

    #[test]
    fn it_keeps_to_the_rules_of_templates() {
        assert_eq!(policy::body(BODY.trim_end()).unwrap(), template().body);
    }
}
