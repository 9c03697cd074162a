//! Second factors: set up, used, taken off.

use async_graphql::{Context, Object, Result};
use secrecy::{ExposeSecret as _, SecretString};

use super::second_factor::{
    BeginTwoFactorInput, BeginTwoFactorPayload, CompleteLoginInput, ConfirmTwoFactorInput, ConfirmTwoFactorPayload,
    DisableTwoFactorInput, DisableTwoFactorPayload, RegenerateRecoveryCodesInput, RegenerateRecoveryCodesPayload,
};
use super::types::AuthPayload;
use crate::domain::users::actions::{second_factor, second_step};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// The part of the root that has to do with second factors.
#[derive(Default)]
pub struct SecondFactorMutation;

/// What people do with second factors.
#[Object]
impl SecondFactorMutation {
    /// Makes a key for an authenticator app. It counts for nothing until `confirmTwoFactor`; called again, there is another
    /// key. BAD_USER_INPUT for a wrong password, CONFLICT while the second factor is on, FORBIDDEN when asked with a key.
    async fn begin_two_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who sets it up.")] input: BeginTwoFactorInput,
    ) -> Result<BeginTwoFactorPayload> {
        let password = input.password.map(SecretString::from);
        let enrolment = second_factor::begin(app(ctx), actor(ctx), password.as_ref()).await.map_err(to_graphql)?;
        Ok(BeginTwoFactorPayload {
            secret: enrolment.secret.expose_secret().to_owned(),
            otpauth_url: enrolment.url.expose_secret().to_owned(),
        })
    }

    /// Turns the second factor on: from now on `login` asks for a code. BAD_USER_INPUT for a wrong code, CONFLICT without
    /// `beginTwoFactor` or while it is on, FORBIDDEN when asked with a key.
    async fn confirm_two_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proof that the app has the key.")] input: ConfirmTwoFactorInput,
    ) -> Result<ConfirmTwoFactorPayload> {
        let confirmed = second_factor::confirm(app(ctx), actor(ctx), &input.code.into()).await;
        let (user, codes) = confirmed.map_err(to_graphql)?;
        Ok(ConfirmTwoFactorPayload { user: user.into(), recovery_codes: shown(&codes) })
    }

    /// Turns the second factor off. BAD_USER_INPUT for a wrong password or code, CONFLICT when it is off, FORBIDDEN when asked
    /// with a key.
    async fn disable_two_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Both proofs.")] input: DisableTwoFactorInput,
    ) -> Result<DisableTwoFactorPayload> {
        let password = input.password.map(SecretString::from);
        let disabled = second_factor::disable(app(ctx), actor(ctx), password.as_ref(), &input.code.into()).await;
        Ok(DisableTwoFactorPayload { user: disabled.map_err(to_graphql)?.into() })
    }

    /// Gives new recovery codes in the place of all that there were. BAD_USER_INPUT for a wrong password or code, CONFLICT
    /// when the second factor is off, FORBIDDEN when asked with a key.
    async fn regenerate_recovery_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Both proofs.")] input: RegenerateRecoveryCodesInput,
    ) -> Result<RegenerateRecoveryCodesPayload> {
        let password = input.password.map(SecretString::from);
        let code = input.code.into();
        let replaced = second_factor::regenerate_codes(app(ctx), actor(ctx), password.as_ref(), &code).await;
        let (user, codes) = replaced.map_err(to_graphql)?;
        Ok(RegenerateRecoveryCodesPayload { user: user.into(), recovery_codes: shown(&codes) })
    }

    /// The second step of a sign-in that was refused with SECOND_FACTOR_REQUIRED. BAD_USER_INPUT for a wrong code, of which a
    /// challenge takes five; UNAUTHENTICATED for a challenge that has run out: then begin anew.
    async fn complete_login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The challenge, and its answer.")] input: CompleteLoginInput,
    ) -> Result<AuthPayload> {
        let (challenge, code) = (input.challenge.into(), input.code.into());
        let result = second_step::complete_login(app(ctx), actor(ctx), &challenge, &code).await;
        result.map(AuthPayload::from).map_err(to_graphql)
    }
}

fn shown(codes: &[SecretString]) -> Vec<String> {
    codes.iter().map(|code| code.expose_secret().to_owned()).collect()
}
