-- Signing in with Google, or with another issuer of OpenID Connect.

CREATE TABLE identities (
    id           uuid PRIMARY KEY,
    issuer       text NOT NULL CHECK (length(issuer) <= 2000),
    subject      text NOT NULL CHECK (length(subject) <= 255),
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email        text NOT NULL CHECK (length(email) <= 254),
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    UNIQUE (issuer, subject)
);
COMMENT ON TABLE identities IS 'Whom an issuer knows somebody as. An account may have several.';
COMMENT ON COLUMN identities.issuer IS 'The address by which the issuer calls itself.';
COMMENT ON COLUMN identities.subject IS 'The issuer''s own name for the person, which it gives to nobody else; addresses change hands.';
COMMENT ON COLUMN identities.email IS 'The address that the issuer vouched for when the two were linked.';
CREATE INDEX identities_user_id_idx ON identities (user_id);

CREATE TABLE oidc_attempts (
    id             uuid PRIMARY KEY,
    state_hash     bytea NOT NULL UNIQUE CHECK (length(state_hash) = 32),
    proof_hash     bytea NOT NULL CHECK (length(proof_hash) = 32),
    sealed_secrets bytea NOT NULL,
    redirect_url   text NOT NULL CHECK (length(redirect_url) <= 2000),
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL
);
COMMENT ON TABLE oidc_attempts IS 'Somebody was sent to an issuer and is expected back. Gone with the answer, whatever that is.';
COMMENT ON COLUMN oidc_attempts.state_hash IS 'SHA-256 of what comes back in the address.';
COMMENT ON COLUMN oidc_attempts.proof_hash IS 'SHA-256 of what only the program has that began: an answer that was put under somebody else is worth nothing.';
COMMENT ON COLUMN oidc_attempts.sealed_secrets IS 'The nonce of the ID token and the verifier of the code, sealed under ENCRYPTION_KEY.';
COMMENT ON COLUMN oidc_attempts.redirect_url IS 'The page that the answer comes back to.';
COMMENT ON COLUMN oidc_attempts.expires_at IS 'From when on an answer is too late; upkeep removes it.';
-- Upkeep.
CREATE INDEX oidc_attempts_expires_at_idx ON oidc_attempts (expires_at);
