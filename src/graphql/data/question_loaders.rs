//! Questions and words, by key.

use std::collections::HashMap;

use super::saved_loaders::by_page;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::data::glossary::model::GlossaryTerm;
use crate::domain::data::glossary::reading as glossary;
use crate::domain::data::questions::model::DataQuestion;
use crate::domain::data::questions::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{DataQuestionId, DataSourceId, GlossaryTermId, WorkspaceId};

/// A question that the reader sees.
pub struct DataQuestionById;

impl Load for DataQuestionById {
    type Key = DataQuestionId;
    type Value = DataQuestion;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// A page of the questions about a source.
pub struct QuestionPageOfSource;

impl Load for QuestionPageOfSource {
    type Key = (DataSourceId, Page<DataQuestionId>);
    type Value = Slice<DataQuestion>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (page, sources) in by_page(keys) {
            let found = reading::pages_of(app, actor, &sources, &page).await?;
            pages.extend(found.into_iter().map(|(source, slice)| ((source, page), slice)));
        }
        Ok(pages)
    }
}

/// Questions about a source that work.
pub struct SuggestionsOfSource;

impl Load for SuggestionsOfSource {
    type Key = DataSourceId;
    type Value = Vec<String>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::suggestions(app, actor, keys).await
    }
}

/// A word that the reader sees.
pub struct GlossaryTermById;

impl Load for GlossaryTermById {
    type Key = GlossaryTermId;
    type Value = GlossaryTerm;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        glossary::load(app, actor, keys).await
    }
}

/// A page of the words of a workspace.
pub struct TermPageOfWorkspace;

impl Load for TermPageOfWorkspace {
    type Key = (WorkspaceId, Page<GlossaryTermId>);
    type Value = Slice<GlossaryTerm>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (page, workspaces) in by_page(keys) {
            let found = glossary::pages_of(app, actor, &workspaces, &page).await?;
            pages.extend(found.into_iter().map(|(workspace, slice)| ((workspace, page), slice)));
        }
        Ok(pages)
    }
}
