//! The settings of accounts, sign-in and mail.

use super::setting::{Setting, plain, secret};

/// Heading and settings.
pub(super) const ACCOUNTS: (&str, &[Setting]) = (
    "Secrets and accounts",
    &[
        secret(
            "SECRET_KEY",
            "Signs tokens and file URLs, at least 32 characters. In development one is made in DATA_DIR.",
        ),
        secret(
            "SECRET_KEY_PREVIOUS",
            "Secrets that SECRET_KEY had before, separated by commas: what they signed is still accepted.",
        ),
        secret(
            "ENCRYPTION_KEY",
            "Encrypts stored credentials, 32 bytes in base64. In development one is made in DATA_DIR.",
        ),
        secret(
            "ENCRYPTION_KEY_PREVIOUS",
            "Keys that ENCRYPTION_KEY had before, separated by commas: `elenchus admin reseal` makes them needless.",
        ),
        plain("ADMIN_EMAIL", "", "E-mail of the administrator made on first start."),
        secret("ADMIN_PASSWORD", "Password of the administrator made on first start."),
        plain(
            "REGISTRATION",
            "open",
            "Who may register: `open` for anybody, `invited` for whoever has an invitation, or `closed`.",
        ),
        plain(
            "REGISTRATION_DOMAINS",
            "",
            "Domains whose e-mail addresses may register, as in example.org,example.com; empty for any. Whoever was invited may in any case.",
        ),
        plain("API_KEYS_PER_ACCOUNT", "20", "API keys that one account may have at once; 0 for none."),
        plain("API_KEY_MAX_DAYS", "365", "Longest life of an API key, in days."),
        plain("GOOGLE_CLIENT_ID", "", "Lets people sign in with Google: the client's id, or that at another issuer."),
        secret("GOOGLE_CLIENT_SECRET", "The client's secret."),
        plain(
            "OIDC_ISSUER",
            "https://accounts.google.com",
            "Whom people sign in with: any issuer of OpenID Connect, exactly as it writes itself.",
        ),
        plain(
            "OIDC_REDIRECT_URLS",
            "",
            "Pages of your app that people come back to, separated by commas; register them with the issuer.",
        ),
        plain("OIDC_ROLES_CLAIM", "", "Claim with a person's groups, as in `groups` or `realm_access.roles`."),
        plain(
            "OIDC_ROLES",
            "",
            "Roles by group, as in `admins=ADMIN,teachers=PROFESSOR`: the first that fits counts at every sign-in, else MEMBER.",
        ),
        plain(
            "REQUIRE_SECOND_FACTOR_FOR",
            "",
            "Roles that must have a second factor, as in `ADMIN,ANALYST`: without one they can only set it up.",
        ),
        plain("ACCESS_TOKEN_MINUTES", "15", "Life of an access token, in minutes."),
        plain("REFRESH_TOKEN_DAYS", "7", "Life of a refresh token, in days; each use gives a new one."),
        plain(
            "REFRESH_GRACE_SECONDS",
            "10",
            "How long a refresh token that was just used is taken once more, for honest races, in seconds.",
        ),
        plain("PASSWORD_HASH_CONCURRENCY", "2", "Passwords hashed at once; each takes 19 MiB."),
        plain(
            "PASSWORD_MIN_SCORE",
            "3",
            "How hard to guess a new password must be, 0 (any) to 4, as zxcvbn counts; 3 withstands 100 million guesses.",
        ),
        plain(
            "REQUIRE_VERIFIED_EMAIL",
            "false",
            "`true` lets only accounts with a confirmed e-mail address ask, send messages and upload; needs MAIL_URL.",
        ),
        plain("ACCOUNT_PURGE_DAYS", "30", "How long a deleted account can still be restored, in days."),
    ],
);
