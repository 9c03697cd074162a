//! Accounts by key.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::users::actions::accounts;
use crate::domain::users::actor::Actor;
use crate::domain::users::model::User;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::UserId;

/// An account that the reader may see: their own, or any for an administrator.
pub struct UserById;

impl Load for UserById {
    type Key = UserId;
    type Value = User;

    async fn load(app: &App, actor: &Actor, keys: &[UserId]) -> Result<HashMap<UserId, User>> {
        let (own, every) = (actor.require_id()?, actor.may(Permission::ListUsers));
        let visible: Vec<UserId> = keys.iter().copied().filter(|id| *id == own || every).collect();
        if visible.is_empty() {
            return Ok(HashMap::new());
        }
        // Most often it is the asker's own account, which the request has brought along.
        if let ([only], Some(signed_in)) = (visible.as_slice(), actor.signed_in())
            && *only == signed_in.user.id
        {
            return Ok(HashMap::from([(*only, signed_in.user.clone())]));
        }
        let users = accounts::load_users(app, &visible).await?;
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }
}
