//! The tables as Diesel sees them. A test holds this file against the migrated database.

diesel::table! {
    alert_events (id) {
        id -> Uuid,
        alert_id -> Uuid,
        sequence -> Int8,
        from_state -> Text,
        to_state -> Text,
        value -> Nullable<Numeric>,
        message -> Text,
        at -> Timestamptz,
        notified_count -> Int4,
    }
}

diesel::table! {
    alert_recipients (alert_id, member_id) {
        alert_id -> Uuid,
        member_id -> Uuid,
    }
}

diesel::table! {
    alert_values (alert_id, sequence) {
        alert_id -> Uuid,
        sequence -> Int8,
        value -> Numeric,
        at -> Timestamptz,
    }
}

diesel::table! {
    alerts (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        query_id -> Uuid,
        name -> Text,
        description -> Nullable<Text>,
        parameters -> Jsonb,
        rule -> Jsonb,
        interval_seconds -> Int4,
        muted_until -> Nullable<Timestamptz>,
        version -> Int4,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        state -> Text,
        since -> Timestamptz,
        cleared_at -> Nullable<Timestamptz>,
        failures -> Int4,
        last_value -> Nullable<Numeric>,
        last_message -> Nullable<Text>,
        last_evaluated_at -> Nullable<Timestamptz>,
        notified_at -> Nullable<Timestamptz>,
        acknowledged_at -> Nullable<Timestamptz>,
        acknowledger_id -> Nullable<Uuid>,
        next_evaluation_at -> Timestamptz,
        sequence -> Int8,
        claimed_until -> Nullable<Timestamptz>,
        run_id -> Nullable<Uuid>,
        data_version -> Int8,
    }
}

diesel::table! {
    analytics_changes (id) {
        id -> Int8,
        user_id -> Uuid,
        starts_at -> Timestamptz,
    }
}

diesel::table! {
    analytics_conversations (user_id, starts_at, conversation_id) {
        user_id -> Uuid,
        starts_at -> Timestamptz,
        conversation_id -> Uuid,
        runs -> Int8,
        queries -> Int8,
        failures -> Int8,
        stopped -> Int8,
        measured_runs -> Int8,
        counted_runs -> Int8,
        unpriced_runs -> Int8,
        input_tokens -> Int8,
        output_tokens -> Int8,
        cached_input_tokens -> Int8,
        counted_input_tokens -> Int8,
        counted_output_tokens -> Int8,
        cost_usd -> Numeric,
        response_sum_ms -> Int8,
        response_min_ms -> Nullable<Int4>,
        response_max_ms -> Nullable<Int4>,
        response_bins -> Array<Int4>,
        response_counts -> Array<Int8>,
        first_token_sum_ms -> Int8,
        first_token_min_ms -> Nullable<Int4>,
        first_token_max_ms -> Nullable<Int4>,
        first_token_bins -> Array<Int4>,
        first_token_counts -> Array<Int8>,
    }
}

diesel::table! {
    analytics_usage (user_id, starts_at, slot) {
        user_id -> Uuid,
        starts_at -> Timestamptz,
        slot -> Int4,
        purpose -> Text,
        provider -> Nullable<Text>,
        model -> Nullable<Text>,
        course_id -> Nullable<Uuid>,
        runs -> Int8,
        queries -> Int8,
        failures -> Int8,
        stopped -> Int8,
        measured_runs -> Int8,
        counted_runs -> Int8,
        unpriced_runs -> Int8,
        input_tokens -> Int8,
        output_tokens -> Int8,
        cached_input_tokens -> Int8,
        counted_input_tokens -> Int8,
        counted_output_tokens -> Int8,
        cost_usd -> Numeric,
        response_sum_ms -> Int8,
        response_min_ms -> Nullable<Int4>,
        response_max_ms -> Nullable<Int4>,
        response_bins -> Array<Int4>,
        response_counts -> Array<Int8>,
        first_token_sum_ms -> Int8,
        first_token_min_ms -> Nullable<Int4>,
        first_token_max_ms -> Nullable<Int4>,
        first_token_bins -> Array<Int4>,
        first_token_counts -> Array<Int8>,
    }
}

diesel::table! {
    analytics_workflows (id) {
        id -> Int8,
        kind -> Text,
        object -> Uuid,
        user_id -> Nullable<Uuid>,
        course_id -> Nullable<Uuid>,
        status -> Text,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        prefix -> Text,
        hash -> Bytea,
        scopes -> Array<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        use_count -> Int8,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Uuid,
        occurred_at -> Timestamptz,
        action -> Text,
        actor -> Text,
        actor_account -> Nullable<Text>,
        account -> Nullable<Text>,
        object -> Nullable<Text>,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request -> Nullable<Text>,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
    }
}

diesel::table! {
    budgets (id) {
        id -> Uuid,
        kind -> Text,
        role -> Nullable<Text>,
        user_id -> Nullable<Uuid>,
        api_key_id -> Nullable<Uuid>,
        period -> Text,
        max_cost_usd -> Nullable<Numeric>,
        max_tokens -> Nullable<Int8>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    charts (id) {
        id -> Uuid,
        query_id -> Uuid,
        title -> Text,
        description -> Nullable<Text>,
        spec -> Jsonb,
        version -> Int4,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{Int4, Text, Uuid};
    use crate::db::types::Halfvec;

    chunk_embeddings (chunk_id) {
        chunk_id -> Uuid,
        model -> Text,
        dimensions -> Int4,
        embedding -> Halfvec,
    }
}

diesel::table! {
    use diesel::sql_types::{Int4, Nullable, Text, Uuid};
    use crate::db::types::Tsvector;

    chunks (id) {
        id -> Uuid,
        document_id -> Uuid,
        position -> Int4,
        content -> Text,
        start_char -> Int4,
        end_char -> Int4,
        page -> Nullable<Int4>,
        token_count -> Int4,
        term_count -> Int4,
        terms -> Tsvector,
    }
}

diesel::table! {
    conversation_documents (conversation_id, document_id) {
        conversation_id -> Uuid,
        document_id -> Uuid,
        attached_at -> Timestamptz,
    }
}

diesel::table! {
    conversations (id) {
        id -> Uuid,
        owner_id -> Uuid,
        kind -> Text,
        title -> Text,
        title_source -> Text,
        status -> Text,
        context_summary -> Nullable<Text>,
        summary_message_id -> Nullable<Uuid>,
        metadata -> Jsonb,
        last_message_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    course_invitations (id) {
        id -> Uuid,
        course_id -> Uuid,
        email -> Text,
        role -> Text,
        hash -> Nullable<Bytea>,
        inviter_id -> Nullable<Uuid>,
        guest_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        accepted_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    course_members (id) {
        id -> Uuid,
        course_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    courses (id) {
        id -> Uuid,
        code -> Text,
        name -> Text,
        professor_name -> Text,
        description -> Text,
        term -> Nullable<Text>,
        enrolment -> Text,
        enrolment_code_hash -> Nullable<Bytea>,
        enrolment_code_expires_at -> Nullable<Timestamptz>,
        shows_members -> Bool,
        archived_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        tutoring_quota -> Int4,
        tutoring_seconds -> Int4,
        tutoring_retention_days -> Nullable<Int4>,
        tutoring_recording_days -> Int4,
    }
}

diesel::table! {
    dashboard_claims (query_id, key) {
        query_id -> Uuid,
        key -> Bytea,
        query_version -> Int4,
        data_version -> Int8,
        claimed_at -> Timestamptz,
    }
}

diesel::table! {
    dashboard_shares (id) {
        id -> Uuid,
        dashboard_id -> Uuid,
        kind -> Text,
        user_id -> Nullable<Uuid>,
        access -> Text,
        token_hash -> Nullable<Bytea>,
        password_hash -> Nullable<Text>,
        expires_at -> Nullable<Timestamptz>,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        use_count -> Int8,
    }
}

diesel::table! {
    dashboard_tiles (id) {
        id -> Uuid,
        dashboard_id -> Uuid,
        tab -> Text,
        kind -> Text,
        chart_id -> Nullable<Uuid>,
        query_id -> Nullable<Uuid>,
        body -> Nullable<Text>,
        x -> Int4,
        y -> Int4,
        w -> Int4,
        h -> Int4,
        parameters -> Jsonb,
    }
}

diesel::table! {
    dashboards (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        title -> Text,
        description -> Nullable<Text>,
        tabs -> Jsonb,
        filters -> Jsonb,
        refresh_policy -> Text,
        refresh_seconds -> Nullable<Int4>,
        refreshed_at -> Nullable<Timestamptz>,
        next_refresh_at -> Nullable<Timestamptz>,
        read_at -> Timestamptz,
        version -> Int4,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    data_exports (id) {
        id -> Uuid,
        user_id -> Uuid,
        status -> Text,
        progress -> Float4,
        byte_size -> Nullable<Int8>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    data_source_connections (source_id) {
        source_id -> Uuid,
        host -> Text,
        port -> Int4,
        database_name -> Text,
        username -> Text,
        sealed_password -> Bytea,
        tls -> Text,
        ca_certificate -> Nullable<Text>,
        schemas -> Array<Text>,
        revision -> Int8,
        may_write -> Bool,
        server_version -> Text,
        last_checked_at -> Timestamptz,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        reads_values -> Bool,
    }
}

diesel::table! {
    data_questions (id) {
        id -> Uuid,
        source_id -> Uuid,
        asker_id -> Nullable<Uuid>,
        previous_id -> Nullable<Uuid>,
        question -> Text,
        method -> Text,
        status -> Text,
        is_to_run -> Bool,
        sql -> Nullable<Text>,
        explanation -> Nullable<Text>,
        assumptions -> Jsonb,
        refusal_code -> Nullable<Text>,
        refusal_message -> Nullable<Text>,
        suggestions -> Jsonb,
        attempts -> Int4,
        problem -> Nullable<Text>,
        generation_id -> Nullable<Uuid>,
        run_id -> Nullable<Uuid>,
        saved_query_id -> Nullable<Uuid>,
        rating -> Nullable<Int2>,
        rating_comment -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    data_sources (id) {
        id -> Uuid,
        workspace_id -> Nullable<Uuid>,
        name -> Text,
        kind -> Text,
        data_version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    data_tables (id) {
        id -> Uuid,
        source_id -> Uuid,
        name -> Text,
        description -> Nullable<Text>,
        fields -> Jsonb,
        row_count -> Int8,
        byte_size -> Int8,
        created_at -> Timestamptz,
        loaded_at -> Timestamptz,
        schema_name -> Nullable<Text>,
        samples -> Nullable<Jsonb>,
        samples_version -> Nullable<Int8>,
    }
}

diesel::table! {
    dataset_uploads (id) {
        id -> Uuid,
        source_id -> Uuid,
        uploader_id -> Nullable<Uuid>,
        table_id -> Nullable<Uuid>,
        filename -> Text,
        format -> Text,
        byte_size -> Int8,
        sha256 -> Bytea,
        storage_key -> Text,
        status -> Text,
        progress -> Float4,
        revision -> Int4,
        plan -> Jsonb,
        inspection -> Nullable<Jsonb>,
        row_count -> Nullable<Int8>,
        problems -> Nullable<Jsonb>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    document_texts (document_id) {
        document_id -> Uuid,
        content -> Text,
        page_starts -> Array<Int4>,
    }
}

diesel::table! {
    documents (id) {
        id -> Uuid,
        owner_id -> Uuid,
        filename -> Text,
        media_type -> Text,
        byte_size -> Int8,
        sha256 -> Bytea,
        storage_key -> Text,
        status -> Text,
        progress -> Float4,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        title -> Nullable<Text>,
        category -> Nullable<Text>,
        jurisdiction -> Nullable<Text>,
        practice_area -> Nullable<Text>,
        keywords -> Array<Text>,
        metadata -> Jsonb,
        page_count -> Nullable<Int4>,
        char_count -> Nullable<Int4>,
        chunk_count -> Int4,
        is_truncated -> Bool,
        language -> Nullable<Text>,
        revision -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        processed_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    generation_citations (generation_id, position) {
        generation_id -> Uuid,
        position -> Int4,
        marker -> Int4,
        document_id -> Nullable<Uuid>,
        chunk_id -> Nullable<Uuid>,
        page -> Nullable<Int4>,
        start_char -> Int4,
        end_char -> Int4,
        quote -> Text,
        score -> Float4,
        answer_start_char -> Int4,
        answer_end_char -> Int4,
    }
}

diesel::table! {
    generation_events (generation_id, seq) {
        generation_id -> Uuid,
        seq -> Int4,
        kind -> Text,
        body -> Text,
        text_end -> Int4,
    }
}

diesel::table! {
    generation_payers (generation_id) {
        generation_id -> Uuid,
        api_key_id -> Nullable<Uuid>,
        reserved_cost_usd -> Numeric,
        reserved_tokens -> Int8,
    }
}

diesel::table! {
    generations (id) {
        id -> Uuid,
        owner_id -> Uuid,
        purpose -> Text,
        status -> Text,
        input -> Jsonb,
        prompt_version -> Nullable<Text>,
        requested_model -> Nullable<Text>,
        provider -> Nullable<Text>,
        model -> Nullable<Text>,
        instance_id -> Nullable<Uuid>,
        attempt -> Int4,
        stop_requested_at -> Nullable<Timestamptz>,
        content -> Text,
        finish_reason -> Nullable<Text>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        input_tokens -> Nullable<Int4>,
        output_tokens -> Nullable<Int4>,
        cached_input_tokens -> Nullable<Int4>,
        usage_is_estimated -> Bool,
        cost_usd -> Nullable<Numeric>,
        first_token_ms -> Nullable<Int4>,
        duration_ms -> Nullable<Int4>,
        last_seq -> Int4,
        text_seq -> Int4,
        citations_seq -> Int4,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        conversation_id -> Nullable<Uuid>,
        discarded_at -> Nullable<Timestamptz>,
        traceparent -> Nullable<Text>,
    }
}

diesel::table! {
    glossary_terms (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        term -> Text,
        synonyms -> Array<Text>,
        definition -> Text,
        expression -> Nullable<Text>,
        version -> Int4,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    identities (id) {
        id -> Uuid,
        issuer -> Text,
        subject -> Text,
        user_id -> Uuid,
        email -> Text,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    insights (id) {
        id -> Uuid,
        source_id -> Uuid,
        run_id -> Nullable<Uuid>,
        result_id -> Nullable<Uuid>,
        chart_id -> Nullable<Uuid>,
        saved_query_id -> Nullable<Uuid>,
        template_version_id -> Nullable<Uuid>,
        generation_id -> Nullable<Uuid>,
        author_id -> Nullable<Uuid>,
        parameters -> Jsonb,
        focus -> Nullable<Text>,
        language -> Nullable<Text>,
        method -> Text,
        status -> Text,
        prompt_version -> Nullable<Text>,
        cache_key -> Bytea,
        title -> Nullable<Text>,
        body -> Nullable<Text>,
        figures -> Jsonb,
        struck -> Int4,
        note -> Nullable<Text>,
        draft -> Nullable<Jsonb>,
        attempts -> Int4,
        is_partial -> Bool,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        rating -> Nullable<Int2>,
        rating_comment -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    prompt_template_versions (id) {
        id -> Uuid,
        template_id -> Uuid,
        number -> Int4,
        body -> Text,
        note -> Nullable<Text>,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    prompt_templates (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        kind -> Text,
        name -> Text,
        version -> Int4,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    instances (id) {
        id -> Uuid,
        version -> Text,
        started_at -> Timestamptz,
        heartbeat_at -> Timestamptz,
    }
}

diesel::table! {
    invitations (id) {
        id -> Uuid,
        email -> Text,
        role -> Text,
        hash -> Bytea,
        inviter_id -> Nullable<Uuid>,
        guest_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        mail_hash -> Nullable<Bytea>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
        state -> Text,
        priority -> Int2,
        run_at -> Timestamptz,
        attempts -> Int4,
        max_attempts -> Int4,
        locked_by -> Nullable<Uuid>,
        locked_until -> Nullable<Timestamptz>,
        dedupe_key -> Nullable<Text>,
        cancel_requested -> Bool,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    login_sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        user_agent -> Nullable<Text>,
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        revoke_reason -> Nullable<Text>,
    }
}

diesel::table! {
    mail_tokens (id) {
        id -> Uuid,
        user_id -> Uuid,
        purpose -> Text,
        email -> Text,
        hash -> Nullable<Bytea>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    messages (id) {
        id -> Uuid,
        conversation_id -> Uuid,
        parent_id -> Nullable<Uuid>,
        author_id -> Nullable<Uuid>,
        role -> Text,
        content -> Text,
        status -> Text,
        generation_id -> Nullable<Uuid>,
        idempotency_key -> Nullable<Text>,
        feedback_rating -> Nullable<Text>,
        feedback_comment -> Nullable<Text>,
        feedback_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        kind -> Text,
    }
}

diesel::table! {
    misconception_evidence (misconception_id, position) {
        misconception_id -> Uuid,
        position -> Int4,
        message_id -> Uuid,
        start_char -> Int4,
        end_char -> Int4,
    }
}

diesel::table! {
    misconception_readings (misconception_id) {
        misconception_id -> Uuid,
        document_id -> Uuid,
        chunk_id -> Nullable<Uuid>,
        page -> Nullable<Int4>,
        start_char -> Int4,
        end_char -> Int4,
        quote -> Text,
    }
}

diesel::table! {
    misconception_searches (week_id) {
        week_id -> Uuid,
        content_hash -> Bytea,
        status -> Text,
        generation_id -> Nullable<Uuid>,
        drafts -> Nullable<Jsonb>,
        requested_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        method -> Nullable<Text>,
        computed_hash -> Nullable<Bytea>,
        session_count -> Nullable<Int4>,
        statement_count -> Nullable<Int4>,
        computed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    misconceptions (id) {
        id -> Uuid,
        week_id -> Uuid,
        position -> Int4,
        statement -> Text,
        correction -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    moderation_flags (id) {
        id -> Uuid,
        session_id -> Uuid,
        message_id -> Nullable<Uuid>,
        generation_id -> Nullable<Uuid>,
        direction -> Text,
        categories -> Array<Text>,
        source -> Text,
        explanation -> Text,
        excerpt -> Nullable<Text>,
        created_at -> Timestamptz,
        appeal -> Nullable<Text>,
        appealed_at -> Nullable<Timestamptz>,
        resolution -> Nullable<Text>,
        resolution_note -> Nullable<Text>,
        resolver_id -> Nullable<Uuid>,
        resolved_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    notification_inboxes (user_id) {
        user_id -> Uuid,
        last_number -> Int8,
    }
}

diesel::table! {
    notification_preferences (user_id, kind) {
        user_id -> Uuid,
        kind -> Text,
        in_app -> Nullable<Bool>,
        mail -> Nullable<Bool>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    notifications (id) {
        id -> Uuid,
        user_id -> Uuid,
        number -> Int8,
        kind -> Text,
        title -> Text,
        body -> Nullable<Text>,
        subject_kind -> Nullable<Text>,
        subject -> Nullable<Uuid>,
        key -> Text,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    oidc_attempts (id) {
        id -> Uuid,
        state_hash -> Bytea,
        proof_hash -> Bytea,
        sealed_secrets -> Bytea,
        redirect_url -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    picture_exports (id) {
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        chart_id -> Nullable<Uuid>,
        dashboard_id -> Nullable<Uuid>,
        format -> Text,
        width -> Int4,
        height -> Nullable<Int4>,
        theme -> Text,
        filters -> Jsonb,
        left_out -> Jsonb,
        status -> Text,
        progress -> Float4,
        byte_size -> Nullable<Int8>,
        storage_key -> Text,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    query_result_pages (result_id, position) {
        result_id -> Uuid,
        position -> Int4,
        rows -> Jsonb,
    }
}

diesel::table! {
    query_results (id) {
        id -> Uuid,
        source_id -> Uuid,
        key -> Bytea,
        data_version -> Int8,
        fields -> Jsonb,
        row_count -> Int4,
        is_whole -> Bool,
        byte_size -> Int8,
        is_truncated -> Bool,
        duration_ms -> Int4,
        computed_at -> Timestamptz,
    }
}

diesel::table! {
    query_runs (id) {
        id -> Uuid,
        source_id -> Uuid,
        asker_id -> Nullable<Uuid>,
        result_id -> Nullable<Uuid>,
        sql -> Text,
        checked_sql -> Nullable<Text>,
        parameters -> Jsonb,
        status -> Text,
        is_cached -> Bool,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        error_hint -> Nullable<Text>,
        error_line -> Nullable<Int4>,
        error_column -> Nullable<Int4>,
        started_at -> Timestamptz,
        leased_until -> Nullable<Timestamptz>,
        cancel_requested_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        saved_query_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    recovery_codes (user_id, hash) {
        user_id -> Uuid,
        hash -> Bytea,
        created_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (hash) {
        hash -> Bytea,
        session_id -> Uuid,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    report_deliveries (run_id, user_id) {
        run_id -> Uuid,
        user_id -> Uuid,
        status -> Text,
        sent_at -> Nullable<Timestamptz>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
    }
}

diesel::table! {
    report_recipients (report_id, user_id) {
        report_id -> Uuid,
        user_id -> Uuid,
        unsubscribed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    report_runs (id) {
        id -> Uuid,
        report_id -> Uuid,
        trigger -> Text,
        status -> Text,
        scheduled_for -> Timestamptz,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        awaited -> Nullable<Jsonb>,
        letter -> Nullable<Text>,
        tiles_shown -> Int4,
        tiles_missing -> Int4,
        problems -> Jsonb,
    }
}

diesel::table! {
    result_exports (id) {
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        run_id -> Nullable<Uuid>,
        format -> Text,
        is_neutralised -> Bool,
        is_for_excel -> Bool,
        is_partial -> Bool,
        status -> Text,
        progress -> Float4,
        row_count -> Nullable<Int4>,
        byte_size -> Nullable<Int8>,
        storage_key -> Text,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    saved_queries (id) {
        id -> Uuid,
        source_id -> Nullable<Uuid>,
        name -> Text,
        description -> Nullable<Text>,
        question -> Nullable<Text>,
        sql -> Text,
        parameters -> Jsonb,
        version -> Int4,
        author_id -> Nullable<Uuid>,
        is_verified -> Bool,
        verifier_id -> Nullable<Uuid>,
        verified_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    scheduled_reports (id) {
        id -> Uuid,
        dashboard_id -> Uuid,
        title -> Text,
        cron -> Text,
        time_zone -> Text,
        filters -> Jsonb,
        attachments -> Jsonb,
        is_enabled -> Bool,
        disabled_reason -> Nullable<Text>,
        next_run_at -> Nullable<Timestamptz>,
        failures -> Int4,
        version -> Int4,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    search_corpora (owner_id) {
        owner_id -> Uuid,
        chunk_count -> Int8,
        term_total -> Int8,
    }
}

diesel::table! {
    search_terms (owner_id, term) {
        owner_id -> Uuid,
        term -> Text,
        chunk_count -> Int4,
    }
}

diesel::table! {
    second_factors (user_id) {
        user_id -> Uuid,
        sealed_secret -> Bytea,
        last_step -> Nullable<Int8>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sign_in_challenges (hash) {
        hash -> Bytea,
        user_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        tries_left -> Int4,
    }
}

diesel::table! {
    spending (id) {
        id -> Uuid,
        user_id -> Uuid,
        api_key_id -> Nullable<Uuid>,
        period -> Text,
        starts_on -> Date,
        cost_usd -> Numeric,
        tokens -> Int8,
        reserved_cost_usd -> Numeric,
        reserved_tokens -> Int8,
    }
}

diesel::table! {
    theme_extractions (week_id) {
        week_id -> Uuid,
        wanted -> Int4,
        content_hash -> Bytea,
        status -> Text,
        method -> Nullable<Text>,
        generation_id -> Nullable<Uuid>,
        requested_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    theme_spans (theme_id, position) {
        theme_id -> Uuid,
        position -> Int4,
        document_id -> Uuid,
        chunk_id -> Nullable<Uuid>,
        page -> Nullable<Int4>,
        start_char -> Int4,
        end_char -> Int4,
        quote -> Text,
    }
}

diesel::table! {
    themes (id) {
        id -> Uuid,
        week_id -> Uuid,
        position -> Int4,
        title -> Text,
        question -> Nullable<Text>,
        origin -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    tutoring_recordings (id) {
        id -> Uuid,
        session_id -> Uuid,
        storage_key -> Text,
        media_type -> Text,
        byte_size -> Int8,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    tutoring_sessions (id) {
        id -> Uuid,
        student_id -> Uuid,
        course_id -> Nullable<Uuid>,
        week_id -> Nullable<Uuid>,
        theme_id -> Nullable<Uuid>,
        conversation_id -> Nullable<Uuid>,
        is_trial -> Bool,
        course_name -> Text,
        week_number -> Int4,
        week_title -> Nullable<Text>,
        theme -> Nullable<Text>,
        question -> Text,
        voice -> Nullable<Text>,
        started_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
        transcript_deleted_at -> Nullable<Timestamptz>,
        recording_consented_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        username -> Nullable<Text>,
        full_name -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        role -> Text,
        is_active -> Bool,
        organization -> Nullable<Text>,
        job_title -> Nullable<Text>,
        timezone -> Text,
        language -> Text,
        preferences -> Jsonb,
        last_login_at -> Nullable<Timestamptz>,
        last_seen_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        email_verified_at -> Nullable<Timestamptz>,
        avatar_hash -> Nullable<Bytea>,
        second_factor_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    warehouse_tenants (workspace) {
        workspace -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Uuid,
        webhook_id -> Uuid,
        kind -> Text,
        key -> Text,
        body -> Text,
        status -> Text,
        attempts -> Int4,
        next_attempt_at -> Nullable<Timestamptz>,
        response_status -> Nullable<Int4>,
        error_code -> Nullable<Text>,
        duration_ms -> Nullable<Int4>,
        created_at -> Timestamptz,
        delivered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        url -> Text,
        events -> Array<Text>,
        description -> Nullable<Text>,
        is_enabled -> Bool,
        disabled_reason -> Nullable<Text>,
        failing_since -> Nullable<Timestamptz>,
        secret_prefix -> Text,
        sealed_secret -> Bytea,
        sealed_previous_secret -> Nullable<Bytea>,
        previous_secret_expires_at -> Nullable<Timestamptz>,
        claim -> Nullable<Uuid>,
        claimed_until -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    week_documents (week_id, document_id) {
        week_id -> Uuid,
        document_id -> Uuid,
        attached_at -> Timestamptz,
    }
}

diesel::table! {
    weeks (id) {
        id -> Uuid,
        course_id -> Uuid,
        number -> Int4,
        title -> Nullable<Text>,
        opens_at -> Nullable<Timestamptz>,
        closes_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    workspace_members (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    workspaces (id) {
        id -> Uuid,
        name -> Text,
        personal_of -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(analytics_changes -> users (user_id));
diesel::joinable!(analytics_conversations -> conversations (conversation_id));
diesel::joinable!(analytics_conversations -> users (user_id));
diesel::joinable!(analytics_usage -> courses (course_id));
diesel::joinable!(analytics_usage -> users (user_id));
diesel::joinable!(analytics_workflows -> courses (course_id));
diesel::joinable!(analytics_workflows -> users (user_id));
diesel::joinable!(api_keys -> users (user_id));
diesel::joinable!(login_sessions -> users (user_id));
diesel::joinable!(data_exports -> users (user_id));
diesel::joinable!(mail_tokens -> users (user_id));
diesel::joinable!(picture_exports -> charts (chart_id));
diesel::joinable!(picture_exports -> dashboards (dashboard_id));
diesel::joinable!(picture_exports -> users (user_id));
diesel::joinable!(refresh_tokens -> login_sessions (session_id));
diesel::joinable!(identities -> users (user_id));
diesel::joinable!(second_factors -> users (user_id));
diesel::joinable!(recovery_codes -> users (user_id));
diesel::joinable!(sign_in_challenges -> users (user_id));
diesel::joinable!(documents -> users (owner_id));
diesel::joinable!(document_texts -> documents (document_id));
diesel::joinable!(chunks -> documents (document_id));
diesel::joinable!(search_corpora -> users (owner_id));
diesel::joinable!(search_terms -> search_corpora (owner_id));
diesel::joinable!(chunk_embeddings -> chunks (chunk_id));
diesel::joinable!(generations -> users (owner_id));
diesel::joinable!(generations -> instances (instance_id));
diesel::joinable!(generation_events -> generations (generation_id));
diesel::joinable!(generation_citations -> documents (document_id));
diesel::joinable!(generation_citations -> chunks (chunk_id));
diesel::joinable!(generation_citations -> generations (generation_id));
diesel::joinable!(conversations -> users (owner_id));
diesel::joinable!(conversation_documents -> documents (document_id));
diesel::joinable!(conversation_documents -> conversations (conversation_id));
diesel::joinable!(messages -> users (author_id));
diesel::joinable!(messages -> generations (generation_id));
diesel::joinable!(messages -> conversations (conversation_id));
diesel::joinable!(course_invitations -> courses (course_id));
diesel::joinable!(course_members -> courses (course_id));
diesel::joinable!(course_members -> users (user_id));
diesel::joinable!(theme_extractions -> generations (generation_id));
diesel::joinable!(theme_extractions -> weeks (week_id));
diesel::joinable!(theme_spans -> chunks (chunk_id));
diesel::joinable!(theme_spans -> documents (document_id));
diesel::joinable!(theme_spans -> themes (theme_id));
diesel::joinable!(themes -> weeks (week_id));
diesel::joinable!(misconception_evidence -> messages (message_id));
diesel::joinable!(misconception_evidence -> misconceptions (misconception_id));
diesel::joinable!(misconception_readings -> chunks (chunk_id));
diesel::joinable!(misconception_readings -> documents (document_id));
diesel::joinable!(misconception_readings -> misconceptions (misconception_id));
diesel::joinable!(misconception_searches -> generations (generation_id));
diesel::joinable!(misconception_searches -> weeks (week_id));
diesel::joinable!(misconceptions -> weeks (week_id));
diesel::joinable!(moderation_flags -> generations (generation_id));
diesel::joinable!(moderation_flags -> messages (message_id));
diesel::joinable!(moderation_flags -> users (resolver_id));
diesel::joinable!(moderation_flags -> tutoring_sessions (session_id));
diesel::joinable!(tutoring_recordings -> tutoring_sessions (session_id));
diesel::joinable!(tutoring_sessions -> conversations (conversation_id));
diesel::joinable!(tutoring_sessions -> themes (theme_id));
diesel::joinable!(tutoring_sessions -> courses (course_id));
diesel::joinable!(tutoring_sessions -> users (student_id));
diesel::joinable!(tutoring_sessions -> weeks (week_id));
diesel::joinable!(weeks -> courses (course_id));
diesel::joinable!(week_documents -> weeks (week_id));
diesel::joinable!(week_documents -> documents (document_id));
diesel::joinable!(workspace_members -> users (user_id));
diesel::joinable!(workspace_members -> workspaces (workspace_id));
diesel::joinable!(workspaces -> users (personal_of));
diesel::joinable!(data_source_connections -> data_sources (source_id));
diesel::joinable!(alert_events -> alerts (alert_id));
diesel::joinable!(alert_recipients -> alerts (alert_id));
diesel::joinable!(alert_recipients -> workspace_members (member_id));
diesel::joinable!(alert_values -> alerts (alert_id));
diesel::joinable!(alerts -> query_runs (run_id));
diesel::joinable!(alerts -> saved_queries (query_id));
diesel::joinable!(alerts -> workspaces (workspace_id));
diesel::joinable!(dashboard_claims -> saved_queries (query_id));
diesel::joinable!(dashboard_shares -> dashboards (dashboard_id));
diesel::joinable!(dashboard_tiles -> charts (chart_id));
diesel::joinable!(dashboard_tiles -> dashboards (dashboard_id));
diesel::joinable!(dashboard_tiles -> saved_queries (query_id));
diesel::joinable!(dashboards -> users (author_id));
diesel::joinable!(dashboards -> workspaces (workspace_id));
diesel::joinable!(data_sources -> workspaces (workspace_id));
diesel::joinable!(data_tables -> data_sources (source_id));
diesel::joinable!(dataset_uploads -> data_sources (source_id));
diesel::joinable!(dataset_uploads -> data_tables (table_id));
diesel::joinable!(dataset_uploads -> users (uploader_id));
diesel::joinable!(query_result_pages -> query_results (result_id));
diesel::joinable!(query_results -> data_sources (source_id));
diesel::joinable!(query_runs -> data_sources (source_id));
diesel::joinable!(query_runs -> query_results (result_id));
diesel::joinable!(query_runs -> users (asker_id));
diesel::joinable!(report_deliveries -> report_runs (run_id));
diesel::joinable!(report_deliveries -> users (user_id));
diesel::joinable!(report_recipients -> scheduled_reports (report_id));
diesel::joinable!(report_recipients -> users (user_id));
diesel::joinable!(report_runs -> scheduled_reports (report_id));
diesel::joinable!(scheduled_reports -> dashboards (dashboard_id));
diesel::joinable!(scheduled_reports -> users (author_id));
diesel::joinable!(result_exports -> query_runs (run_id));
diesel::joinable!(result_exports -> users (user_id));
diesel::joinable!(query_runs -> saved_queries (saved_query_id));
diesel::joinable!(saved_queries -> data_sources (source_id));
diesel::joinable!(charts -> saved_queries (query_id));
diesel::joinable!(charts -> users (author_id));
diesel::joinable!(data_questions -> data_sources (source_id));
diesel::joinable!(data_questions -> generations (generation_id));
diesel::joinable!(data_questions -> query_runs (run_id));
diesel::joinable!(data_questions -> saved_queries (saved_query_id));
diesel::joinable!(data_questions -> users (asker_id));
diesel::joinable!(glossary_terms -> users (author_id));
diesel::joinable!(glossary_terms -> workspaces (workspace_id));
diesel::joinable!(notification_inboxes -> users (user_id));
diesel::joinable!(notification_preferences -> users (user_id));
diesel::joinable!(notifications -> users (user_id));
diesel::joinable!(webhook_deliveries -> webhooks (webhook_id));
diesel::joinable!(webhooks -> workspaces (workspace_id));
diesel::joinable!(insights -> charts (chart_id));
diesel::joinable!(insights -> data_sources (source_id));
diesel::joinable!(insights -> generations (generation_id));
diesel::joinable!(insights -> prompt_template_versions (template_version_id));
diesel::joinable!(insights -> query_results (result_id));
diesel::joinable!(insights -> query_runs (run_id));
diesel::joinable!(insights -> saved_queries (saved_query_id));
diesel::joinable!(insights -> users (author_id));
diesel::joinable!(prompt_template_versions -> prompt_templates (template_id));
diesel::joinable!(prompt_template_versions -> users (author_id));
diesel::joinable!(prompt_templates -> users (author_id));
diesel::joinable!(prompt_templates -> workspaces (workspace_id));

diesel::table! {
    persisted_queries (sha256) {
        sha256 -> Bytea,
        document -> Text,
        used_at -> Timestamptz,
    }
}

diesel::table! {
    rate_limits (class, key) {
        class -> Text,
        key -> Text,
        full_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    alert_events,
    alert_recipients,
    alert_values,
    alerts,
    analytics_changes,
    analytics_conversations,
    analytics_usage,
    analytics_workflows,
    api_keys,
    charts,
    chunk_embeddings,
    chunks,
    conversation_documents,
    conversations,
    course_invitations,
    course_members,
    courses,
    dashboard_claims,
    dashboard_shares,
    dashboard_tiles,
    dashboards,
    data_exports,
    data_source_connections,
    data_questions,
    data_sources,
    data_tables,
    dataset_uploads,
    document_texts,
    documents,
    generation_citations,
    generation_events,
    generations,
    glossary_terms,
    identities,
    insights,
    instances,
    invitations,
    jobs,
    login_sessions,
    mail_tokens,
    messages,
    misconception_evidence,
    misconception_readings,
    misconception_searches,
    misconceptions,
    moderation_flags,
    notification_inboxes,
    notification_preferences,
    notifications,
    oidc_attempts,
    prompt_template_versions,
    prompt_templates,
    picture_exports,
    query_result_pages,
    query_results,
    query_runs,
    recovery_codes,
    refresh_tokens,
    report_deliveries,
    report_recipients,
    report_runs,
    result_exports,
    saved_queries,
    scheduled_reports,
    search_corpora,
    search_terms,
    second_factors,
    sign_in_challenges,
    theme_extractions,
    theme_spans,
    themes,
    tutoring_recordings,
    tutoring_sessions,
    users,
    warehouse_tenants,
    webhook_deliveries,
    webhooks,
    week_documents,
    weeks,
    workspace_members,
    workspaces,
);
