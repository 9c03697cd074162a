//! Every setting there is: name, default, meaning. The one list behind parsing, `.env.example` and `elenchus doctor`.

use super::setting::{Setting, plain, secret};
use super::settings_accounts::ACCOUNTS;
use super::settings_data::DATA;
use super::settings_tutoring::{SPEECH, TUTORING};

/// Headings and their settings, in the order of `.env.example`.
pub const SETTINGS: &[(&str, &[Setting])] = &[
    (
        "Server",
        &[
            plain(
                "ENVIRONMENT",
                "development",
                "`development` or `production`. Production refuses missing or known secrets.",
            ),
            plain("HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 for all."),
            plain("PORT", "8000", "TCP port; 0 takes a free one."),
            plain(
                "DATA_DIR",
                "./.data",
                "Folder of the private Postgres, local files, the generated secret and caches.",
            ),
            plain(
                "PUBLIC_URL",
                "",
                "The address clients use, as in https://ai.example.org; by default http://HOST:PORT.",
            ),
            plain(
                "CORS_ORIGINS",
                "",
                "Origins allowed to call from a browser, separated by commas. In development localhost on any port is allowed.",
            ),
            plain(
                "TRUSTED_PROXIES",
                "",
                "Proxies in front of the server, as networks such as 10.0.0.0/8, separated by commas. Only from them X-Forwarded-For and Forwarded say who calls.",
            ),
            plain("LOG_FORMAT", "pretty", "`pretty` or `json`."),
            plain("LOG_LEVEL", "info", "A tracing filter: `info`, or `info,elenchus=debug`."),
            plain("DRAIN_SECONDS", "20", "How long live answers may finish after SIGTERM, in seconds."),
            plain("REQUEST_TIMEOUT_SECONDS", "30", "Longest time for one request that is not a stream, in seconds."),
            plain(
                "KEEP_ALIVE_SECONDS",
                "75",
                "Longest wait for the next request on a connection, its headers included, in seconds; longer than a proxy keeps one.",
            ),
        ],
    ),
    (
        "Traces and error reports",
        &[
            plain(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "",
                "Collector of OpenTelemetry traces, as in http://localhost:4318; `/v1/traces` is added. Without it there are none.",
            ),
            secret(
                "OTEL_EXPORTER_OTLP_HEADERS",
                "Headers for the collector, as in `authorization=Basic%20abc,x-team=a`.",
            ),
            plain("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "Only `http/protobuf`."),
            plain("OTEL_EXPORTER_OTLP_TIMEOUT", "10000", "Longest time for one delivery, in milliseconds."),
            plain("OTEL_SERVICE_NAME", "elenchus", "What the collector knows this service as."),
            plain(
                "OTEL_RESOURCE_ATTRIBUTES",
                "",
                "Attributes of every trace, as in `deployment.environment.name=staging,team=a`.",
            ),
            plain(
                "OTEL_TRACES_SAMPLER",
                "parentbased_always_on",
                "`always_on`, `always_off`, `traceidratio`, or one of them after `parentbased_`: a caller's `traceparent` then decides.",
            ),
            plain("OTEL_TRACES_SAMPLER_ARG", "1", "Share of traces that `traceidratio` takes, 0 to 1."),
            plain("OTEL_BSP_MAX_QUEUE_SIZE", "2048", "Spans that wait for delivery; more are dropped and counted."),
            plain("OTEL_BSP_SCHEDULE_DELAY", "5000", "Longest wait before a delivery, in milliseconds."),
            secret("SENTRY_DSN", "Where internal errors and panics are reported to Sentry."),
        ],
    ),
    (
        "Stores",
        &[
            secret(
                "DATABASE_URL",
                "Postgres 15 or later with pgvector 0.8 or later. Without it a private Postgres runs in DATA_DIR.",
            ),
            plain("DATABASE_POOL_SIZE", "10", "Connections for transactions, 2 to 200."),
            plain("DATABASE_READ_CONNECTIONS", "4", "Shared pipelined connections for reads, 1 to 64."),
            plain("DATABASE_TIMEOUT_SECONDS", "5", "How long to wait for a connection, in seconds."),
            plain("STATEMENT_TIMEOUT_MS", "8000", "Longest time for one SQL statement of a request, in milliseconds."),
            plain(
                "STORAGE_URL",
                "",
                "`file:/path` or `s3://bucket/prefix`; by default the folder `files` in DATA_DIR.",
            ),
            plain("S3_ENDPOINT", "", "Address of an S3-compatible store; empty for Amazon's."),
            plain("S3_REGION", "us-east-1", "Region of the bucket."),
            secret("S3_ACCESS_KEY_ID", "Key id for the bucket."),
            secret("S3_SECRET_ACCESS_KEY", "Key for the bucket."),
        ],
    ),
    ACCOUNTS,
    (
        "Mail",
        &[
            secret(
                "MAIL_URL",
                "`smtp://user:password@host:587` (STARTTLS), `smtps://…:465`, `smtp://localhost:25?tls=none`, `file:/folder` or `none`. By default none in production, and files in DATA_DIR/mail in development.",
            ),
            plain("MAIL_FROM", "", "Who mail is from, as in Elenchus <ai@example.org>; its name stands in every mail."),
            plain("MAIL_CA_FILE", "", "Certificates in PEM that the mail server's may rest on, for one of your own."),
            plain(
                "APP_URL",
                "",
                "Your web app, which opens the links in mails: APP_URL/reset-password?token=… and the like; by default PUBLIC_URL.",
            ),
        ],
    ),
    (
        "Audit trail",
        &[plain(
            "AUDIT_RETENTION_DAYS",
            "365",
            "How long it is kept what was done to accounts, access and data, in days, 30 at least; 0 for ever.",
        )],
    ),
    (
        "Budgets of accounts that have no other; empty for none",
        &[
            plain(
                "BUDGET_DAILY_USD",
                "",
                "US dollars that an account may spend on models in a day (UTC), by list prices.",
            ),
            plain("BUDGET_MONTHLY_USD", "", "Likewise in a month."),
            plain("BUDGET_DAILY_TOKENS", "", "Tokens that models may read and write for an account in a day (UTC)."),
            plain("BUDGET_MONTHLY_TOKENS", "", "Likewise in a month."),
        ],
    ),
    (
        "Models",
        &[
            plain(
                "CHAT_MODEL",
                "extractive",
                "`provider/model`, as in openai/gpt-5-mini, anthropic/claude-sonnet-4-5, google/gemini-2.5-flash; `extractive` needs no key.",
            ),
            plain("FALLBACK_CHAT_MODEL", "", "Model that answers when CHAT_MODEL fails before its first word."),
            plain(
                "MODERATION_MODEL",
                "",
                "Model that judges what students and tutors write, beside the built-in rules: openai/…, anthropic/… or google/….",
            ),
            plain(
                "EMBEDDING_MODEL",
                "local/all-MiniLM-L6-v2",
                "`local/all-MiniLM-L6-v2`, `openai/…`, or `none` for keyword search alone.",
            ),
            plain("EMBEDDING_DIMENSIONS", "", "Asks a provider for shorter vectors; only where its model can."),
            plain(
                "EMBED_MODEL_DIR",
                "",
                "Folder with model.safetensors and tokenizer.json of all-MiniLM-L6-v2; by default fetched into DATA_DIR.",
            ),
            plain("EMBED_THREADS", "0", "Threads for local embeddings; 0 for one a core."),
            secret("OPENAI_API_KEY", "Key of OpenAI, or of any server that speaks its protocol."),
            plain("OPENAI_BASE_URL", "https://api.openai.com/v1", "Any OpenAI-compatible server."),
            secret("ANTHROPIC_API_KEY", "Key of Anthropic."),
            plain("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "Anthropic's address, or a gateway's."),
            secret("GOOGLE_API_KEY", "Key of Google's Gemini API."),
            plain("GOOGLE_BASE_URL", "https://generativelanguage.googleapis.com", "Gemini's address, or a gateway's."),
            plain("MODEL_CONNECT_TIMEOUT_MS", "5000", "Longest wait for a provider's connection, in milliseconds."),
            plain(
                "MODEL_FIRST_TOKEN_TIMEOUT_MS",
                "60000",
                "Longest wait for a provider's first word, in milliseconds.",
            ),
            plain("MODEL_IDLE_TIMEOUT_MS", "30000", "Longest silence within an answer, in milliseconds."),
            plain("MODEL_MAX_RETRIES", "3", "Tries again before the first word, 0 to 10."),
            plain("MODEL_MAX_OUTPUT_TOKENS", "2048", "Longest answer, in tokens."),
            plain(
                "MODEL_PRICES_FILE",
                "",
                "A TOML file with prices per million tokens that adds to the built-in table.",
            ),
            plain("PROMPTS_DIR", "", "Folder whose files replace the built-in system prompts of the same name."),
        ],
    ),
    (
        "Generation",
        &[
            plain(
                "HISTORY_TOKENS",
                "3000",
                "Tokens of earlier turns in a prompt, in tokens; older turns go in as a summary.",
            ),
            plain("HEARTBEAT_SECONDS", "1", "How often an instance says that it lives, in seconds."),
            plain(
                "HEARTBEAT_TIMEOUT_SECONDS",
                "6",
                "Silence after which an instance's answers count as interrupted, in seconds.",
            ),
            plain(
                "EVENT_LOG_MINUTES",
                "60",
                "How long the steps of a finished answer are kept beside its text, in minutes.",
            ),
            plain("LIVE_RUNS", "1000", "Answers written at once by one instance; more wait."),
        ],
    ),
    TUTORING,
    SPEECH,
    DATA,
    (
        "Documents",
        &[
            plain("UPLOAD_MAX_BYTES", "10485760", "Largest file, in bytes."),
            plain("UPLOAD_MAX_FILES", "10", "Files in one request."),
            plain("CHUNK_CHARS", "1000", "Length of a passage, in characters."),
            plain("CHUNK_OVERLAP_CHARS", "200", "What a passage repeats of the one before, in characters."),
            plain("EXTRACT_SECONDS", "20", "Processor time to read one file, in seconds."),
            plain("EXTRACT_MEMORY_BYTES", "1073741824", "Memory to read one file, in bytes."),
            plain("EXTRACT_MAX_CHARS", "10000000", "Longest text kept of one file, in characters."),
            plain(
                "PDFIUM_LIB",
                "",
                "Path of libpdfium; by default fetched into DATA_DIR, else a built-in reader is used.",
            ),
            plain("JOB_CONCURRENCY", "2", "Background jobs at once."),
        ],
    ),
    (
        "GraphQL limits",
        &[
            plain("MAX_QUERY_BYTES", "16384", "Longest document, in bytes."),
            plain("MAX_QUERY_DEPTH", "16", "Deepest nesting."),
            plain("MAX_QUERY_FIELDS", "400", "Fields after fragments are spread out."),
            plain("MAX_QUERY_ALIASES", "30", "Aliases."),
            plain("MAX_ROOT_FIELDS", "20", "Fields of the root."),
            plain("MAX_QUERY_DIRECTIVES", "20", "Directives."),
            plain("MAX_COST", "10000", "Objects that an operation of somebody signed in may ask for."),
            plain("MAX_COST_ANONYMOUS", "200", "Likewise of somebody who is not."),
            plain("MAX_COST_ADMIN", "50000", "Likewise of an administrator."),
            plain("MAX_BODY_BYTES", "1048576", "Longest JSON body, in bytes."),
            plain("MESSAGE_MAX_CHARS", "10000", "Longest message of a person, in characters."),
            plain("INTROSPECTION", "auto", "`on`, `off`, or `auto`: on in development only."),
            plain("GRAPHIQL", "auto", "`on`, `off`, or `auto`: on in development only."),
            plain("SOCKET_MAX_SUBSCRIPTIONS", "50", "Subscriptions on one websocket."),
            plain(
                "SOCKET_IDLE_SECONDS",
                "60",
                "Silence after which a websocket is closed, in seconds; pings go out three times as often.",
            ),
            plain("SOCKETS_PER_USER", "20", "Websockets of one account on one instance."),
            plain(
                "PERSISTED_QUERIES_MAX",
                "10000",
                "Automatic persisted queries kept, those longest unused go first; 0 for none.",
            ),
            plain(
                "TRUSTED_DOCUMENTS",
                "",
                "A JSON file of documents; with it no others are run. See docs/API.md for its shapes.",
            ),
        ],
    ),
    (
        "Rate limits, for all instances together; 0 for none",
        &[
            plain(
                "RATE_LIMIT_DEFAULT",
                "100",
                "Requests of one account, or of one address that nobody is signed in from, per minute.",
            ),
            plain("RATE_LIMIT_SIGN_IN", "5", "Sign-ins and registrations from one address, per minute."),
            plain(
                "RATE_LIMIT_API_KEY",
                "60",
                "Requests with one API key, per minute; they count for its account as well.",
            ),
            plain("RATE_LIMIT_CHAT", "30", "Messages and questions of one account, per minute."),
            plain(
                "RATE_LIMIT_STATEMENTS",
                "60",
                "Statements about data, and refreshes of dashboards, that one account has run, per minute.",
            ),
            plain("RATE_LIMIT_UPLOAD", "10", "Requests of one account with files, per minute."),
            plain("SIGN_IN_TRIES", "10", "Wrong passwords for one account, from wherever, in 15 minutes."),
            plain("SECOND_FACTOR_TRIES", "10", "Wrong codes of a second factor for one account, in an hour."),
            plain("SHARE_LINK_TRIES", "10", "Wrong passwords for one link from one address, in 15 minutes."),
            plain(
                "RATE_LIMIT_SHARED_REFRESH",
                "10",
                "Refreshes of dashboards that were shared with one account, per minute.",
            ),
            secret(
                "REDIS_URL",
                "Where all this is counted, as in redis://:password@host:6379/0 (rediss:// for TLS); by default in Postgres.",
            ),
            plain("RATE_LIMIT_MAIL", "5", "Mails with a link that are asked for to one address, in an hour."),
        ],
    ),
];

/// The setting of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().flat_map(|(_, settings)| settings.iter()).find(|setting| setting.name == name)
}

/// The text of `.env.example`.
#[must_use]
pub fn example() -> String {
    let mut text = String::from(
        "# Every setting with its default. Copy to .env and change what you need; .env is read in development.\n",
    );
    for (heading, settings) in SETTINGS {
        text.push_str("\n# -- ");
        text.push_str(heading);
        text.push('\n');
        for setting in *settings {
            text.push_str("\n# ");
            text.push_str(setting.about);
            if setting.secret {
                text.push_str(" Also from the file in ");
                text.push_str(setting.name);
                text.push_str("_FILE.");
            }
            text.push_str("\n#");
            text.push_str(setting.name);
            text.push('=');
            text.push_str(setting.default);
            text.push('\n');
        }
    }
    text
}
