//! What people do with their own accounts.

use async_graphql::{Context, Object, Result};
use secrecy::SecretString;

use super::account_types::{
    AccountPayload, ChangeEmailInput, ChangeEmailPayload, ChangePasswordInput, ConfirmedEmailPayload, MailTokenInput,
    RequestPasswordResetInput, RequestPasswordResetPayload, ResetPasswordInput, ResetPasswordPayload,
    UpdateProfileInput, UploadAvatarInput,
};
use crate::domain::users::actions::{avatar, email_change, password_change, password_reset, profile, verification};
use crate::domain::users::model::User;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// The part of the root that changes one's own account.
#[derive(Default)]
pub struct AccountMutation;

/// What people do with their own accounts.
#[Object]
impl AccountMutation {
    /// Has a link to choose a new password sent to an address. The answer is the same whether or not anybody has it.
    /// RATE_LIMITED when that address was asked for too often, FORBIDDEN where this installation sends no mail.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose password is forgotten.")] input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetPayload> {
        password_reset::request_password_reset(app(ctx), &input.email).await.map_err(to_graphql)?;
        Ok(RequestPasswordResetPayload { email: input.email })
    }

    /// Sets a new password by the link of a mail, and ends all sign-ins of the account. NOT_FOUND for a link that is not valid
    /// any more, CONFLICT for one that was used already, BAD_USER_INPUT for a password that is too easy to guess.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link and the new password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload> {
        let reset =
            password_reset::reset_password(app(ctx), actor(ctx), &input.token.into(), &input.new_password.into()).await;
        reset.map(|user| ResetPasswordPayload { email: user.email }).map_err(to_graphql)
    }

    /// Sets a new password, or a first one, and ends all your other sign-ins. BAD_USER_INPUT when the present one is wrong or
    /// the new one too easy to guess, FORBIDDEN without a present one and a fresh sign-in, RATE_LIMITED after too many wrong ones.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Both passwords.")] input: ChangePasswordInput,
    ) -> Result<AccountPayload> {
        let (present, new) = (input.current_password.map(SecretString::from), input.new_password.into());
        let changed = password_change::change_password(app(ctx), actor(ctx), present.as_ref(), &new).await;
        let user = changed.map_err(to_graphql)?;
        Ok(AccountPayload { user: user.into() })
    }

    /// Has another link sent that confirms your e-mail address; one is sent when you register. CONFLICT when the address is
    /// confirmed already, RATE_LIMITED when it was asked for too often, FORBIDDEN where this installation sends no mail.
    async fn request_email_verification(&self, ctx: &Context<'_>) -> Result<AccountPayload> {
        let user = verification::request_email_verification(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
        Ok(AccountPayload { user: user.into() })
    }

    /// Confirms an e-mail address by the link of a mail; nobody needs to be signed in. NOT_FOUND for a link that is not valid
    /// any more, CONFLICT for one that was used already.
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link.")] input: MailTokenInput,
    ) -> Result<ConfirmedEmailPayload> {
        let user = verification::verify_email(app(ctx), actor(ctx), &input.token.into()).await.map_err(to_graphql)?;
        Ok(confirmed(ctx, user))
    }

    /// Has a link sent to another e-mail address; once it is opened the account has that address. The present address is
    /// told of it. BAD_USER_INPUT when the password is wrong, CONFLICT when another account has the address, RATE_LIMITED
    /// after too many tries.
    async fn change_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new address, and the password once more.")] input: ChangeEmailInput,
    ) -> Result<ChangeEmailPayload> {
        let password = input.password.map(SecretString::from);
        let change = email_change::change_email(app(ctx), actor(ctx), &input.new_email, password.as_ref()).await;
        let change = change.map_err(to_graphql)?;
        Ok(ChangeEmailPayload { user: change.user.into(), pending_email: change.pending })
    }

    /// Gives an account its new e-mail address by the link of a mail; nobody needs to be signed in. NOT_FOUND for a link that
    /// is not valid any more, CONFLICT for one that was used already and when another account has the address meanwhile.
    async fn confirm_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link.")] input: MailTokenInput,
    ) -> Result<ConfirmedEmailPayload> {
        let user =
            email_change::confirm_email_change(app(ctx), actor(ctx), &input.token.into()).await.map_err(to_graphql)?;
        Ok(confirmed(ctx, user))
    }

    /// Changes what your account says of you. BAD_USER_INPUT with every field at fault, CONFLICT when another account has the
    /// username.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProfileInput,
    ) -> Result<AccountPayload> {
        let (change, preferences) = input.into_change();
        let user = profile::update_profile(app(ctx), actor(ctx), change, preferences).await.map_err(to_graphql)?;
        Ok(AccountPayload { user: user.into() })
    }

    /// Makes a picture yours: PNG, JPEG, GIF (its first frame) or WebP of at most 5 MiB and 40 million pixels. It is cut to a
    /// square and drawn anew, so that nothing but its pixels is kept: no place, no camera, no comment. PAYLOAD_TOO_LARGE,
    /// UNSUPPORTED_MEDIA_TYPE or BAD_USER_INPUT for the file.
    async fn upload_avatar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The picture.")] input: UploadAvatarInput,
    ) -> Result<AccountPayload> {
        let file = input.file.value(ctx)?.content;
        let user = avatar::upload_avatar(app(ctx), actor(ctx), file).await.map_err(to_graphql)?;
        Ok(AccountPayload { user: user.into() })
    }

    /// Takes your picture away.
    async fn remove_avatar(&self, ctx: &Context<'_>) -> Result<AccountPayload> {
        let user = avatar::remove_avatar(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
        Ok(AccountPayload { user: user.into() })
    }
}

fn confirmed(ctx: &Context<'_>, user: User) -> ConfirmedEmailPayload {
    let is_own = actor(ctx).require_id().is_ok_and(|own| own == user.id);
    ConfirmedEmailPayload { email: user.email.clone(), user: is_own.then(|| user.into()) }
}
