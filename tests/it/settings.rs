//! Every setting is listed, documented and read; a wrong one stops the start with one line that names it.

use std::path::Path;

use elenchus::config::env::{ConfigError, Env};
use elenchus::config::load::Config;
use elenchus::config::server::Environment;
use elenchus::config::setting::Setting;
use elenchus::config::settings::{self, SETTINGS};

use super::support::folders::checkout;

/// A secret that nobody knows: 32 bytes in base64.
const KEY: &str = "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=";

fn all() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().flat_map(|(_, settings)| settings.iter())
}

fn config(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_env(&Env::from_pairs(pairs.iter().copied()))
}

fn refused(pairs: &[(&str, &str)]) -> ConfigError {
    let Err(error) = config(pairs) else { panic!("{pairs:?} is taken") };
    assert!(!error.to_string().contains('\n'), "{error}");
    error
}

/// A folder with this `.env`.
fn folder_with(dotenv: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), dotenv).unwrap();
    folder
}

#[test]
fn the_example_file_is_what_the_list_says() {
    let path = checkout(".env.example");
    let expected = settings::example();
    if std::env::var_os("UPDATE_EXAMPLE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert_eq!(found, expected, "run UPDATE_EXAMPLE=1 cargo test --test it settings");
}

#[test]
fn the_defaults_are_a_configuration() {
    let config = config(&[]).unwrap();
    assert_eq!(config.server.environment, Environment::Development);
    assert_eq!(config.server.port, 8000);
    assert_eq!(config.models.chat.to_string(), "extractive");
    assert_eq!(config.models.embedding.to_string(), "local/all-MiniLM-L6-v2");
    assert!(config.database.url.is_none() && config.auth.secret_key.is_none());
    assert!(config.graphql.introspection && config.graphql.graphiql);
}

#[test]
fn an_example_with_every_line_in_use_is_a_configuration() {
    // Lines such as `#PORT=8000` lose their mark; sentences begin with "# ".
    let all_lines: String = settings::example()
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')))
        .fold(String::new(), |text, line| text + line + "\n");
    assert_eq!(all_lines.lines().count(), all().count());
    let folder = folder_with(&all_lines);
    Config::from_env(&Env::load(folder.path()).unwrap()).unwrap();
}

#[test]
fn names_are_unique_and_sentences_end() {
    let mut seen = std::collections::BTreeSet::new();
    for setting in all() {
        assert!(seen.insert(setting.name), "{} is listed twice", setting.name);
        assert!(setting.about.ends_with('.'), "{}: {:?}", setting.name, setting.about);
        assert!(setting.default.is_empty() || !setting.secret, "{} has a secret default", setting.name);
    }
}

/// Each setting has a value that is refused, which shows that it is read at all; but for those that take any text.
#[test]
fn every_setting_is_read_and_refuses_what_is_malformed() {
    const ANY_TEXT: &[&str] = &[
        "DATA_DIR",
        "LOG_LEVEL",
        "S3_ENDPOINT",
        "S3_REGION",
        "S3_ACCESS_KEY_ID",
        "S3_SECRET_ACCESS_KEY",
        "EMBED_MODEL_DIR",
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "GOOGLE_API_KEY",
        "MODEL_PRICES_FILE",
        "PROMPTS_DIR",
        "PDFIUM_LIB",
        "OTEL_SERVICE_NAME",
        "TRUSTED_DOCUMENTS",
        "SUPPORT_CONTACT",
    ];
    for setting in all().filter(|setting| !ANY_TEXT.contains(&setting.name)) {
        let error = refused(&[(setting.name, "no such thing!")]);
        // These come in pairs: one alone names the other.
        let expected = match setting.name {
            "ADMIN_EMAIL" => "ADMIN_PASSWORD",
            "ADMIN_PASSWORD" => "ADMIN_EMAIL",
            "GOOGLE_CLIENT_ID" => "GOOGLE_CLIENT_SECRET",
            "GOOGLE_CLIENT_SECRET" => "GOOGLE_CLIENT_ID",
            "OIDC_ROLES_CLAIM" => "OIDC_ROLES",
            name => name,
        };
        assert_eq!(error.name, expected, "{error}");
        assert!(error.to_string().starts_with(&format!("{expected}: ")), "{error}");
    }
}

#[test]
fn settings_that_take_any_text_arrive() {
    let config = config(&[
        ("DATA_DIR", "/srv/elenchus"),
        ("LOG_LEVEL", "warn"),
        ("STORAGE_URL", "s3://bucket/prefix"),
        ("S3_ENDPOINT", "http://minio:9000"),
        ("S3_REGION", "eu-central-1"),
        ("S3_ACCESS_KEY_ID", "id"),
        ("S3_SECRET_ACCESS_KEY", "key"),
        ("EMBED_MODEL_DIR", "/srv/model"),
        ("OPENAI_API_KEY", "a"),
        ("ANTHROPIC_API_KEY", "b"),
        ("GOOGLE_API_KEY", "c"),
        ("MODEL_PRICES_FILE", "/srv/prices.toml"),
        ("PROMPTS_DIR", "/srv/prompts"),
        ("PDFIUM_LIB", "/srv/libpdfium.so"),
        ("TRUSTED_DOCUMENTS", "/srv/documents.json"),
        ("SUPPORT_CONTACT", " The counselling service, room 12. "),
    ])
    .unwrap();
    let path = |text: &str| Some(std::path::PathBuf::from(text));
    assert_eq!(config.server.data_dir, Path::new("/srv/elenchus"));
    assert_eq!(config.server.log_level, "warn");
    assert_eq!(config.graphql.trusted_documents, path("/srv/documents.json"));
    assert_eq!(config.tutoring.support_contact.as_deref(), Some("The counselling service, room 12."));
    let elenchus::config::storage::StorageConfig::S3 {
        bucket,
        prefix,
        endpoint,
        region,
        access_key_id,
        secret_access_key,
    } = config.storage
    else {
        panic!("not a bucket")
    };
    assert_eq!((bucket.as_str(), prefix.as_str(), region.as_str()), ("bucket", "prefix", "eu-central-1"));
    assert_eq!(endpoint.as_deref(), Some("http://minio:9000"));
    assert_eq!([shown(access_key_id).as_str(), shown(secret_access_key).as_str()], ["id", "key"]);
    assert_eq!(config.models.embed_model_dir, path("/srv/model"));
    let keys = [config.models.openai, config.models.anthropic, config.models.google].map(|it| shown(it.api_key));
    assert_eq!(keys, ["a", "b", "c"]);
    assert_eq!(config.models.prices_file, path("/srv/prices.toml"));
    assert_eq!(config.models.prompts_dir, path("/srv/prompts"));
    assert_eq!(config.documents.extraction.pdfium_lib, path("/srv/libpdfium.so"));
}

fn shown(secret: Option<secrecy::SecretString>) -> String {
    secret.map(|secret| secrecy::ExposeSecret::expose_secret(&secret).to_owned()).unwrap_or_default()
}

#[test]
fn malformed_values_are_named_with_what_would_do() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("PORT", "eighty")], "PORT: \"eighty\" is not valid: invalid digit found in string"),
        (&[("DATABASE_POOL_SIZE", "1")], "DATABASE_POOL_SIZE: 1 is not within 2 to 200"),
        (&[("ENVIRONMENT", "prod")], "ENVIRONMENT: \"prod\" is not one of development, production"),
        (&[("PUBLIC_URL", "ftp://x")], "PUBLIC_URL: must start with http:// or https://"),
        (&[("STORAGE_URL", "s3:")], "STORAGE_URL: names no bucket; it looks like s3://bucket/prefix"),
        (&[("STORAGE_URL", "/files")], "STORAGE_URL: \"/files\" starts with neither file: nor s3:"),
        (&[("CHUNK_CHARS", "200")], "CHUNK_OVERLAP_CHARS: must be less than CHUNK_CHARS"),
        (&[("HEARTBEAT_SECONDS", "4")], "HEARTBEAT_TIMEOUT_SECONDS: must be at least twice HEARTBEAT_SECONDS"),
        (&[("ADMIN_EMAIL", "a@example.org")], "ADMIN_PASSWORD: must be set with ADMIN_EMAIL"),
        (
            &[("MAIL_URL", "smtp://mail.example.org")],
            "MAIL_FROM: must be set with MAIL_URL, as in Elenchus <ai@example.org>",
        ),
        (
            &[("MAIL_URL", "smtp://mail.example.org?tls=maybe")],
            "MAIL_URL: has tls= with another value than starttls or none",
        ),
        (
            &[("MAIL_URL", "smtp://me:hunter2@mail.example.org:25?tls=none")],
            "MAIL_URL: would send its password over the network for all to read: leave tls=none out",
        ),
        (
            &[("MAIL_URL", "none"), ("REQUIRE_VERIFIED_EMAIL", "true")],
            "REQUIRE_VERIFIED_EMAIL: needs MAIL_URL: nobody could confirm an address",
        ),
        (
            &[("MODERATION_MODEL", "extractive")],
            "MODERATION_MODEL: \"extractive\" is not openai/…, anthropic/… or google/…",
        ),
        (&[("SPEECH_MODEL", "google/x")], "SPEECH_MODEL: \"google/x\" is not openai/…"),
        (&[("ELEVENLABS_AGENT_ID", "agent_1")], "ELEVENLABS_API_KEY: must be set with ELEVENLABS_AGENT_ID"),
        (&[("VOICE_LLM_SECRET", "short")], "VOICE_LLM_SECRET: must have at least 32 characters"),
        (&[("ELEVENLABS_BASE_URL", "wss://x")], "ELEVENLABS_BASE_URL: must start with http:// or https://"),
        (
            &[("APP_URL", "https://app.example.org/?a=b")],
            "APP_URL: must start with http:// or https:// and have no query",
        ),
    ];
    for (pairs, expected) in cases {
        assert_eq!(refused(pairs).to_string(), *expected);
    }
    for origin in [
        "*",
        "null",
        "https://*.example.org",
        "https://example.org/",
        "https://example.org/app",
        "https://example.org?a",
        "https://example.org#a",
        "https://me@example.org",
        "example.org",
    ] {
        let error = refused(&[("CORS_ORIGINS", origin)]);
        assert_eq!(error.name, "CORS_ORIGINS", "{origin}");
    }
}

#[test]
fn an_address_with_a_password_is_not_repeated() {
    for (name, address) in [("DATABASE_URL", "mysql://me:hunter2@host/db"), ("REDIS_URL", "mysql://me:hunter2@host/0")]
    {
        let error = refused(&[(name, address)]);
        assert_eq!(error.name, name);
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

/// Settings, the one at fault, and what is said of it.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

#[test]
fn production_wants_secrets_of_its_own() {
    let short = "a".repeat(31);
    let long = "change-me-change-me-change-me-change-me";
    let production = ("ENVIRONMENT", "production");
    let (key, encryption) = (("SECRET_KEY", KEY), ("ENCRYPTION_KEY", KEY));
    let cases: &[Case<'_>] = &[
        (&[production, encryption], "SECRET_KEY", "must be set in production"),
        (&[production, key], "ENCRYPTION_KEY", "must be set in production"),
        (&[production, ("SECRET_KEY", &short), encryption], "SECRET_KEY", "at least 32 characters"),
        (&[production, ("SECRET_KEY", long), encryption], "SECRET_KEY", "is an example"),
        (&[production, ("SECRET_KEY", "Your-Secret-Key-Here"), encryption], "SECRET_KEY", "is an example"),
        (&[production, key, ("ENCRYPTION_KEY", &short)], "ENCRYPTION_KEY", "at least 32 characters"),
        // Development may do without, but not with a bad one.
        (&[("SECRET_KEY", &short)], "SECRET_KEY", "at least 32 characters"),
        (&[("SECRET_KEY", long)], "SECRET_KEY", "is an example"),
    ];
    for (pairs, name, problem) in cases {
        let error = refused(pairs);
        assert_eq!(error.name, *name, "{error}");
        assert!(error.problem.contains(problem), "{error}");
        assert!(pairs.iter().all(|(name, value)| !name.ends_with("_KEY") || !error.to_string().contains(value)));
    }
    let config = config(&[production, key, encryption]).unwrap();
    assert!(!config.graphql.introspection && !config.graphql.graphiql, "off in production");
}

#[test]
fn mail_leaves_as_its_address_says() {
    let mail = |url: &str| config(&[("MAIL_URL", url), ("MAIL_FROM", "a@example.org")]).unwrap().mail;
    let servers = [
        ("smtp://u:p%40ss@mail.example.org", "mail.example.org:587 (StartTls)"),
        ("smtp://mail.example.org:2525?tls=starttls", "mail.example.org:2525 (StartTls)"),
        ("smtps://u:p@mail.example.org", "mail.example.org:465 (Tls)"),
        ("smtp://u:p@localhost?tls=none", "localhost:25 (None)"),
        ("smtp://u:p@[::1]:26?tls=none", "[::1]:26 (None)"),
    ];
    for (url, expected) in servers {
        let shown = format!("{:?}", mail(url).delivery);
        assert_eq!(shown, format!("Some(Smtp({expected}))"), "without the password");
    }
    assert_eq!(format!("{:?}", mail("file:/var/mail").delivery), "Some(Folder(\"/var/mail\"))");
    assert!(mail("none").delivery.is_none());
    let defaults = config(&[("PUBLIC_URL", "https://ai.example.org/"), ("DATA_DIR", "/srv")]).unwrap().mail;
    assert_eq!(defaults.app_url, "https://ai.example.org");
    assert_eq!(format!("{:?}", defaults.delivery), "Some(Folder(\"/srv/mail\"))");
    let production = [("ENVIRONMENT", "production"), ("SECRET_KEY", KEY), ("ENCRYPTION_KEY", KEY)];
    assert!(config(&production).unwrap().mail.delivery.is_none(), "nothing is sent before somebody says how");
}

#[test]
fn speech_is_off_until_somebody_sets_it_up() {
    let speech = config(&[]).unwrap().speech;
    assert!(speech.elevenlabs_api_key.is_none() && speech.voice_llm_secret.is_none());
    assert!(speech.transcription_model.is_none() && speech.speech_model.is_none());
    assert_eq!(
        (speech.elevenlabs_base_url.as_str(), speech.speech_voice.as_str()),
        ("https://api.elevenlabs.io", "alloy")
    );
    let config = config(&[
        ("ELEVENLABS_API_KEY", "sk_abc"),
        ("ELEVENLABS_BASE_URL", "https://eu.elevenlabs.io/"),
        ("ELEVENLABS_AGENT_ID", "agent_01"),
        ("VOICE_LLM_SECRET", KEY),
        ("TRANSCRIPTION_MODEL", "openai/whisper-1"),
        ("SPEECH_MODEL", "openai/tts-1"),
        ("SPEECH_VOICE", "nova"),
        ("MODERATION_MODEL", "google/gemini-2.5-flash"),
    ])
    .unwrap();
    let speech = config.speech;
    assert_eq!([shown(speech.elevenlabs_api_key).as_str(), shown(speech.voice_llm_secret).as_str()], ["sk_abc", KEY]);
    assert_eq!(speech.elevenlabs_base_url, "https://eu.elevenlabs.io");
    assert_eq!(speech.elevenlabs_agent_id.as_deref(), Some("agent_01"));
    let names = [speech.transcription_model, speech.speech_model, config.models.moderation];
    let names = names.map(|name| name.unwrap().to_string());
    assert_eq!(names, ["openai/whisper-1", "openai/tts-1", "google/gemini-2.5-flash"]);
    assert_eq!(speech.speech_voice, "nova");
    // A key is not repeated when it is malformed.
    assert!(!refused(&[("ELEVENLABS_API_KEY", "hunter2 ")]).to_string().contains("hunter2"));
}

#[test]
fn an_unknown_name_in_the_file_is_refused() {
    let folder = folder_with("PORT=9000\nPROT=9001\n");
    let error = Env::load(folder.path()).unwrap_err();
    assert_eq!(error.to_string(), "PROT: is not a setting (in .env); see .env.example for all of them");
    // Only secrets may come from files.
    let folder = folder_with("PORT_FILE=/run/port\n");
    assert_eq!(Env::load(folder.path()).unwrap_err().name, "PORT_FILE");
}

#[test]
fn a_file_that_is_none_is_refused() {
    let folder = folder_with("PORT=9000\nthis is no line\n");
    let error = Env::load(folder.path()).unwrap_err();
    assert_eq!(error.name, ".env");
}

#[test]
fn a_secret_may_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, format!("{KEY}\n")).unwrap();
    let path = path.to_str().unwrap();
    let config = config(&[("SECRET_KEY_FILE", path)]).unwrap();
    assert_eq!(shown(config.auth.secret_key), KEY);
    assert_eq!(refused(&[("SECRET_KEY_FILE", "/nowhere/at/all")]).name, "SECRET_KEY_FILE");
    let env = Env::from_pairs([("SECRET_KEY_FILE", path)]);
    assert!(env.is_given("SECRET_KEY") && !env.is_given("ENCRYPTION_KEY"));
}

#[test]
fn roles_in_settings_are_those_that_there_are() {
    use elenchus::domain::users::model::Role;
    let there_are: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
    assert_eq!(elenchus::config::roles::ROLES.to_vec(), there_are);
    let config = config(&[("REQUIRE_SECOND_FACTOR_FOR", " ADMIN,PROFESSOR ,")]).unwrap();
    assert_eq!(config.auth.second_factor_roles, ["ADMIN", "PROFESSOR"]);
    let error = refused(&[("REQUIRE_SECOND_FACTOR_FOR", "ADMIN,admin")]);
    assert_eq!(error.problem, "\"admin\" is not one of STUDENT, PROFESSOR, ANALYST, MEMBER, ADMIN");
}
