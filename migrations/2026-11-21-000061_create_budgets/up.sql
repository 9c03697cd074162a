-- What accounts and API keys may spend on models, and what they have spent.

CREATE TABLE budgets (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('DEFAULT', 'ROLE', 'USER', 'API_KEY')),
    role         text CHECK (role IN ('STUDENT', 'PROFESSOR', 'ANALYST', 'MEMBER', 'ADMIN')),
    user_id      uuid REFERENCES users (id) ON DELETE CASCADE,
    api_key_id   uuid REFERENCES api_keys (id) ON DELETE CASCADE,
    period       text NOT NULL CHECK (period IN ('DAY', 'MONTH')),
    max_cost_usd numeric CHECK (max_cost_usd >= 0),
    max_tokens   bigint CHECK (max_tokens >= 0),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    CHECK ((kind = 'ROLE') = (role IS NOT NULL)),
    CHECK ((kind = 'USER') = (user_id IS NOT NULL)),
    CHECK ((kind = 'API_KEY') = (api_key_id IS NOT NULL)),
    -- One budget a subject and period; serves what looks them up.
    CONSTRAINT budgets_subject_key UNIQUE NULLS NOT DISTINCT (kind, role, user_id, api_key_id, period)
);
COMMENT ON TABLE budgets IS 'What may be spent in a day or month (UTC). Of an account the narrowest counts alone: its own, else that of its role, else the default, else the settings. That of an API key counts besides.';
COMMENT ON COLUMN budgets.kind IS 'Whose it is: everybody''s without another, a role''s, an account''s, an API key''s.';
COMMENT ON COLUMN budgets.period IS 'How often it starts anew.';
COMMENT ON COLUMN budgets.max_cost_usd IS 'Null for as much as one likes, which a wider budget does not bound either.';
COMMENT ON COLUMN budgets.max_tokens IS 'Read and written; null as max_cost_usd is.';
-- Budgets go with their account or key.
CREATE INDEX budgets_user_id_idx ON budgets (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX budgets_api_key_id_idx ON budgets (api_key_id) WHERE api_key_id IS NOT NULL;

CREATE TABLE spending (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id           uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    api_key_id        uuid REFERENCES api_keys (id) ON DELETE CASCADE,
    period            text NOT NULL CHECK (period IN ('DAY', 'MONTH')),
    starts_on         date NOT NULL,
    cost_usd          numeric NOT NULL DEFAULT 0,
    tokens            bigint NOT NULL DEFAULT 0,
    reserved_cost_usd numeric NOT NULL DEFAULT 0,
    reserved_tokens   bigint NOT NULL DEFAULT 0,
    -- Serves the foreign key of the account too.
    CONSTRAINT spending_key UNIQUE NULLS NOT DISTINCT (user_id, api_key_id, period, starts_on)
);
COMMENT ON TABLE spending IS 'What an account spent on models in a day or month, its API keys included; and each key by itself. Outlives the texts that it was spent on.';
COMMENT ON COLUMN spending.period IS 'Whether it is a day''s sum or a month''s.';
COMMENT ON COLUMN spending.starts_on IS 'The day, or the first day of the month, in UTC.';
COMMENT ON COLUMN spending.cost_usd IS 'By list prices. Models without one cost nothing here, and count in tokens.';
COMMENT ON COLUMN spending.tokens IS 'Read and written.';
COMMENT ON COLUMN spending.reserved_cost_usd IS 'For runs that are under way: what they may come to.';
COMMENT ON COLUMN spending.reserved_tokens IS 'Likewise, in tokens.';
CREATE INDEX spending_api_key_id_idx ON spending (api_key_id) WHERE api_key_id IS NOT NULL;

CREATE TABLE generation_payers (
    generation_id     uuid PRIMARY KEY REFERENCES generations (id) ON DELETE CASCADE,
    api_key_id        uuid REFERENCES api_keys (id) ON DELETE SET NULL,
    reserved_cost_usd numeric NOT NULL,
    reserved_tokens   bigint NOT NULL
);
COMMENT ON TABLE generation_payers IS 'Runs under way that an API key pays for, or for which something is reserved. The row goes when the run ends, and what was reserved with it.';
COMMENT ON COLUMN generation_payers.reserved_cost_usd IS 'What of spending.reserved_cost_usd is this run''s.';
COMMENT ON COLUMN generation_payers.reserved_tokens IS 'Likewise, in tokens.';
CREATE INDEX generation_payers_api_key_id_idx ON generation_payers (api_key_id) WHERE api_key_id IS NOT NULL;

-- The day and the month that a moment is in, by their first days in UTC.
CREATE FUNCTION budget_periods(moment timestamptz) RETURNS TABLE (period text, starts_on date)
    LANGUAGE sql IMMUTABLE AS $$
    VALUES ('DAY', (moment AT TIME ZONE 'UTC')::date), ('MONTH', date_trunc('month', moment AT TIME ZONE 'UTC')::date)
$$;

-- The budgets that bound an account, and a key of it where one asks: a row a period, also where nothing bounds it.
-- `defaults` are the settings' limits: US dollars a day and a month, tokens a day and a month.
CREATE FUNCTION budget_limits(account uuid, api_key uuid, moment timestamptz, defaults numeric[])
    RETURNS TABLE (of_key boolean, period text, starts_on date, kind text, max_cost_usd numeric, max_tokens bigint)
    LANGUAGE sql STABLE AS $$
    SELECT false, p.period, p.starts_on, b.kind,
           CASE WHEN b.kind IS NULL THEN defaults[CASE p.period WHEN 'DAY' THEN 1 ELSE 2 END] ELSE b.max_cost_usd END,
           CASE WHEN b.kind IS NULL THEN defaults[CASE p.period WHEN 'DAY' THEN 3 ELSE 4 END]::bigint ELSE b.max_tokens END
    FROM budget_periods(moment) p
    LEFT JOIN LATERAL (
        SELECT b.kind, b.max_cost_usd, b.max_tokens FROM budgets b
        WHERE b.period = p.period
          AND (b.user_id = account OR b.kind = 'DEFAULT' OR b.role = (SELECT u.role FROM users u WHERE u.id = account))
        ORDER BY array_position(ARRAY['USER', 'ROLE', 'DEFAULT'], b.kind) LIMIT 1) b ON true
    UNION ALL
    SELECT true, p.period, p.starts_on, b.kind, b.max_cost_usd, b.max_tokens
    FROM budget_periods(moment) p LEFT JOIN budgets b ON b.api_key_id = api_key AND b.period = p.period
    WHERE api_key IS NOT NULL
$$;

-- Reserves what a run may come to, in all budgets that bound it or in none: then it says which one refuses, the one that
-- starts anew last; refused_kind is null for that of the settings. Where no budget bounds the account, nothing is written. Callers at the same time take turns by the
-- locks on the sums, each of which is looked at only when it is held.
CREATE FUNCTION budget_reserve(account uuid, api_key uuid, moment timestamptz, usd numeric, tokens bigint, defaults numeric[])
    RETURNS TABLE (is_reserved boolean, refused_kind text, refused_period text, refused_unit text)
    LANGUAGE plpgsql AS $$
#variable_conflict use_variable
BEGIN
    is_reserved := false;
    IF NOT EXISTS (SELECT FROM budget_limits(account, api_key, moment, defaults) l
                   WHERE l.max_cost_usd IS NOT NULL OR l.max_tokens IS NOT NULL) THEN
        RETURN NEXT;
        RETURN;
    END IF;
    INSERT INTO spending AS s (user_id, api_key_id, period, starts_on)
    SELECT account, CASE WHEN l.of_key THEN api_key END, l.period, l.starts_on
    FROM budget_limits(account, api_key, moment, defaults) l ORDER BY l.of_key, l.period
    ON CONFLICT DO NOTHING;
    PERFORM FROM spending s JOIN budget_periods(moment) p ON p.period = s.period AND p.starts_on = s.starts_on
    WHERE s.user_id = account AND (s.api_key_id IS NULL OR s.api_key_id = api_key)
    ORDER BY s.api_key_id NULLS FIRST, s.period FOR UPDATE OF s;
    SELECT l.kind, l.period,
           CASE WHEN s.cost_usd + s.reserved_cost_usd + usd > l.max_cost_usd THEN 'USD' ELSE 'TOKENS' END
    INTO refused_kind, refused_period, refused_unit
    FROM budget_limits(account, api_key, moment, defaults) l
    JOIN spending s ON s.user_id = account AND s.period = l.period AND s.starts_on = l.starts_on
                   AND s.api_key_id IS NOT DISTINCT FROM CASE WHEN l.of_key THEN api_key END
    WHERE s.cost_usd + s.reserved_cost_usd + usd > l.max_cost_usd
       OR s.tokens + s.reserved_tokens + tokens > l.max_tokens
    ORDER BY l.period DESC, l.of_key LIMIT 1;
    IF NOT FOUND THEN
        is_reserved := true;
        UPDATE spending s
        SET reserved_cost_usd = s.reserved_cost_usd + usd, reserved_tokens = s.reserved_tokens + tokens
        FROM budget_periods(moment) p
        WHERE s.user_id = account AND (s.api_key_id IS NULL OR s.api_key_id = api_key)
          AND p.period = s.period AND p.starts_on = s.starts_on;
    END IF;
    RETURN NEXT;
END $$;

-- Puts what a run came to in the place of what was reserved for it, in the periods in which it was asked for. `moment` is
-- when that was. Called once a run, in the transaction that ends it.
CREATE FUNCTION budget_settle(run uuid, account uuid, moment timestamptz, usd numeric, tokens bigint) RETURNS boolean
    LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    payer generation_payers;
BEGIN
    DELETE FROM generation_payers g WHERE g.generation_id = run RETURNING g.* INTO payer;
    IF payer.generation_id IS NULL AND usd = 0 AND tokens = 0 THEN
        RETURN false;
    END IF;
    INSERT INTO spending AS s (user_id, api_key_id, period, starts_on, cost_usd, tokens)
    SELECT account, k.api_key, p.period, p.starts_on, usd, tokens
    FROM (VALUES (NULL::uuid), (payer.api_key_id)) k (api_key) CROSS JOIN budget_periods(moment) p
    GROUP BY k.api_key, p.period, p.starts_on ORDER BY k.api_key NULLS FIRST, p.period
    ON CONFLICT ON CONSTRAINT spending_key DO UPDATE
    SET cost_usd = s.cost_usd + excluded.cost_usd, tokens = s.tokens + excluded.tokens,
        reserved_cost_usd = s.reserved_cost_usd - coalesce(payer.reserved_cost_usd, 0),
        reserved_tokens = s.reserved_tokens - coalesce(payer.reserved_tokens, 0);
    RETURN true;
END $$;
