//! Writing templates of prompts.

use async_graphql::{Context, Object, Result};

use super::template_types::{
    DeletePromptTemplateInput, DeletePromptTemplatePayload, PromptTemplatePayload, RestorePromptTemplateInput,
    SavePromptTemplateInput,
};
use crate::domain::dashboards::templates::actions;
use crate::domain::dashboards::templates::model::{Draft, PromptTemplate, Target};
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that writes templates.
#[derive(Default)]
pub struct TemplatesMutation;

/// What can be done with templates.
#[Object]
impl TemplatesMutation {
    /// Saves a prompt template: a new one, or another version of one. What says the same as before makes no version. NOT_FOUND for a workspace
    /// or a template that you do not see, FORBIDDEN for viewers, CONFLICT when another version was saved since version, for a name
    /// that is taken, and for the 101st of a workspace, BAD_USER_INPUT with the field at fault, and with the line and character of what is
    /// no placeholder.
    async fn save_prompt_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The template, and what it says.")] input: SavePromptTemplateInput,
    ) -> Result<PromptTemplatePayload> {
        let refuse = |path: &str, message: &str| to_graphql(Error::bad_input(path, message));
        let target = match (&input.id, &input.workspace_id, input.version) {
            (Some(id), None, Some(version)) => Target::Known(parse_id(id, "input.id", "prompt template")?, version),
            (Some(_), None, None) => {
                return Err(refuse("input.version", "Say which version is the newest that you have seen."));
            }
            (None, Some(id), None) => Target::New(parse_id(id, "input.workspaceId", "workspace")?),
            (None, Some(_), Some(_)) => {
                return Err(refuse("input.version", "A new template has no version yet."));
            }
            _ => return Err(refuse("input.id", "Give either a template or the workspace of a new one.")),
        };
        let draft = Draft { name: input.name, body: input.body, note: input.note };
        payload(actions::save(app(ctx), actor(ctx), target, &draft).await)
    }

    /// Saves what a prompt template said in an earlier version as its newest. NOT_FOUND for a template that you do not see and for a version
    /// that it does not have, FORBIDDEN for viewers of its workspace.
    async fn restore_prompt_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The template, and the version.")] input: RestorePromptTemplateInput,
    ) -> Result<PromptTemplatePayload> {
        let id = parse_id(&input.id, "input.id", "prompt template")?;
        payload(actions::restore(app(ctx), actor(ctx), id, input.version).await)
    }

    /// Takes a prompt template out of use. What it wrote goes on to name it. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its
    /// workspace.
    async fn delete_prompt_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The template to delete.")] input: DeletePromptTemplateInput,
    ) -> Result<DeletePromptTemplatePayload> {
        let id = parse_id(&input.id, "input.id", "prompt template")?;
        actions::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeletePromptTemplatePayload { deleted_id: input.id })
    }
}

fn payload(result: crate::error::Result<PromptTemplate>) -> Result<PromptTemplatePayload> {
    result.map(|template| PromptTemplatePayload { template: template.into() }).map_err(to_graphql)
}
