//! What answers cost.

use std::str::FromStr as _;

use bigdecimal::BigDecimal;
use elenchus::ai::chat::part::Usage;
use elenchus::ai::chat::prices::Prices;

fn usage(input: u32, cached: u32, output: u32) -> Usage {
    Usage { input_tokens: input, cached_input_tokens: cached, output_tokens: output, estimated: false }
}

#[test]
fn answers_cost_what_the_table_says() {
    let prices = Prices::load(None).unwrap();
    let cases = [
        ("google", "gemini-1.5-flash", usage(1000, 0, 1000), Some("0.00105")),
        ("google", "gemini-1.5-flash-002", usage(1_000_000, 0, 0), Some("0.35")),
        ("openai", "gpt-4o", usage(1000, 400, 100), Some("0.003")),
        ("openai", "gpt-4o-2024-08-06", usage(1000, 400, 100), Some("0.003")),
        ("openai", "gpt-4o-mini-2024-07-18", usage(1_000_000, 0, 0), Some("0.15")),
        ("anthropic", "claude-sonnet-4-5-20250929", usage(0, 0, 1_000_000), Some("15")),
        ("anthropic", "claude-opus-4-5", usage(0, 0, 1_000_000), Some("25")),
        ("anthropic", "claude-opus-4-7", usage(1, 0, 1), None),
        // More cached than read is nonsense, and never makes a price negative.
        ("openai", "gpt-4o", usage(100, 400, 0), Some("0.000125")),
        ("openai", "gpt-4o-audio", usage(1, 0, 1), None),
        ("openai", "llama", usage(1, 0, 1), None),
        ("nobody", "gpt-4o", usage(1, 0, 1), None),
        ("extractive", "extractive", usage(1000, 0, 1000), Some("0")),
    ];
    for (provider, model, usage, cost) in cases {
        let expected = cost.map(|cost| BigDecimal::from_str(cost).unwrap());
        assert_eq!(prices.cost(provider, model, &usage), expected, "{provider}/{model}");
    }
}

#[test]
fn an_operators_file_adds_and_overrides() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prices.toml");
    std::fs::write(
        &file,
        "[openai]\nllama = { input = 0.1, output = 2 }\n\"gpt-4o\" = { input = \"1\", output = \"1\" }",
    )
    .unwrap();
    let prices = Prices::load(Some(&file)).unwrap();
    let cost = |model: &str| prices.cost("openai", model, &usage(1_000_000, 500_000, 1_000_000)).unwrap().to_string();
    assert_eq!((cost("llama"), cost("gpt-4o"), cost("gpt-4o-mini")), ("2.1".into(), "2".into(), "0.7125".into()));
}

#[test]
fn a_file_that_is_none_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prices.toml");
    for (text, problem) in [
        ("[openai", "TOML"),
        ("[openai]\nx = { input = \"-1\", output = \"1\" }", "below zero"),
        ("[openai]\nx = { input = \"much\", output = \"1\" }", "not a number"),
        ("[openai]\nx = { input = \"1\" }", "output"),
        ("[openai]\nx = { input = \"1\", output = \"1\", inptu = \"1\" }", "inptu"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = Prices::load(Some(&file)).unwrap_err();
        assert_eq!(error.name, "MODEL_PRICES_FILE");
        assert!(error.problem.contains(problem), "{}", error.problem);
    }
    assert_eq!(Prices::load(Some(&folder.path().join("none"))).unwrap_err().name, "MODEL_PRICES_FILE");
}
