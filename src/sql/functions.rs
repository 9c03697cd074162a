//! The functions that may be called. All are of `pg_catalog`, read nothing but their arguments and the clock, and
//! change nothing.
//!
//! Not here although harmless at first sight: `array_fill` and `factorial` (memory, time), `setseed` (state of the
//! session), `ts_stat` and `ts_rewrite` (run a query given as text), `query_to_xml` and its kin (the same),
//! `pg_typeof` and all else with `pg_`, `version`, `current_setting`, `inet_*` (tell about the server), `nextval` and
//! `currval` (state), `to_reg*` (read the catalogue).

/// What a table function returns per row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableFunction {
    /// A plain value, in a column that is called as the function is in the query.
    Values,
    /// A plain value, in a column of this name.
    ValuesNamed(&'static str),
    /// Several columns.
    Rows,
}

/// The functions that may stand in FROM.
pub(super) fn table_function(name: &str) -> Option<TableFunction> {
    Some(match name {
        "generate_series"
        | "generate_subscripts"
        | "unnest"
        | "regexp_matches"
        | "regexp_split_to_table"
        | "string_to_table"
        | "json_object_keys"
        | "jsonb_object_keys"
        | "jsonb_path_query" => TableFunction::Values,
        "json_array_elements" | "json_array_elements_text" | "jsonb_array_elements" | "jsonb_array_elements_text" => {
            TableFunction::ValuesNamed("value")
        }
        "json_each" | "json_each_text" | "jsonb_each" | "jsonb_each_text" | "json_to_record" | "json_to_recordset"
        | "jsonb_to_record" | "jsonb_to_recordset" => TableFunction::Rows,
        _ => return None,
    })
}

/// Functions that are words of the grammar: they have no schema and look like any function.
pub(super) fn is_grammar(name: &str) -> bool {
    matches!(name, "coalesce" | "greatest" | "grouping" | "least" | "nullif" | "row")
}

/// The clock, written without parentheses or with a precision.
pub(super) fn is_time(name: &str) -> bool {
    matches!(name, "current_date" | "current_time" | "current_timestamp" | "localtime" | "localtimestamp")
}

pub(super) fn is_allowed(name: &str) -> bool {
    LISTS.iter().any(|list| list.contains(&name))
}

/// For tests.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    LISTS.iter().flat_map(|list| list.iter().copied())
}

const LISTS: &[&[&str]] = &[AGGREGATES, WINDOW, NUMBERS, STRINGS, TIMES, ARRAYS, JSON, RANGES, SEARCH, OTHERS];

#[rustfmt::skip]
const AGGREGATES: &[&str] = &[
    "any_value", "array_agg", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "corr", "count",
    "covar_pop", "covar_samp", "every", "json_agg", "json_object_agg", "jsonb_agg", "jsonb_object_agg", "max",
    "min", "mode", "percentile_cont", "percentile_disc", "range_agg", "range_intersect_agg", "regr_avgx",
    "regr_avgy", "regr_count", "regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy",
    "stddev", "stddev_pop", "stddev_samp", "string_agg", "sum", "var_pop", "var_samp", "variance",
];

#[rustfmt::skip]
const WINDOW: &[&str] = &[
    "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile", "percent_rank",
    "rank", "row_number",
];

#[rustfmt::skip]
const NUMBERS: &[&str] = &[
    "abs", "acos", "acosd", "acosh", "asin", "asind", "asinh", "atan", "atan2", "atan2d", "atand", "atanh",
    "cbrt", "ceil", "ceiling", "cos", "cosd", "cosh", "cot", "cotd", "degrees", "div", "erf", "erfc", "exp",
    "floor", "gcd", "lcm", "ln", "log", "log10", "min_scale", "mod", "pi", "power", "radians", "random",
    "round", "scale", "sign", "sin", "sind", "sinh", "sqrt", "tan", "tand", "tanh", "trim_scale", "trunc",
    "width_bucket",
];

#[rustfmt::skip]
const STRINGS: &[&str] = &[
    "ascii", "bit_length", "btrim", "char_length", "character_length", "chr", "concat", "concat_ws",
    "convert_from", "convert_to", "decode", "encode", "format", "initcap", "left", "length", "lower", "lpad",
    "ltrim", "md5", "octet_length", "quote_literal", "regexp_count", "regexp_instr", "regexp_like",
    "regexp_match", "regexp_matches", "regexp_replace", "regexp_split_to_array", "regexp_split_to_table",
    "regexp_substr", "repeat", "replace", "reverse", "right", "rpad", "rtrim", "sha224", "sha256", "sha384",
    "sha512", "split_part", "starts_with", "string_to_array", "string_to_table", "strpos", "substr",
    "substring", "to_char", "to_hex", "to_number", "translate", "upper",
];

#[rustfmt::skip]
const TIMES: &[&str] = &[
    "age", "clock_timestamp", "date", "date_add", "date_bin", "date_part", "date_subtract", "date_trunc",
    "isfinite", "justify_days", "justify_hours", "justify_interval", "make_date", "make_interval", "make_time",
    "make_timestamp", "make_timestamptz", "now", "statement_timestamp", "timezone", "to_date", "to_timestamp",
    "transaction_timestamp",
];

#[rustfmt::skip]
const ARRAYS: &[&str] = &[
    "array_append", "array_cat", "array_dims", "array_length", "array_lower", "array_ndims", "array_position",
    "array_positions", "array_prepend", "array_remove", "array_replace", "array_to_string", "array_upper",
    "cardinality", "generate_series", "generate_subscripts", "trim_array", "unnest",
];

#[rustfmt::skip]
const JSON: &[&str] = &[
    "array_to_json", "json_array_elements", "json_array_elements_text", "json_array_length", "json_build_array",
    "json_build_object", "json_each", "json_each_text", "json_extract_path", "json_extract_path_text",
    "json_object", "json_object_keys", "json_strip_nulls", "json_typeof", "jsonb_array_elements",
    "jsonb_array_elements_text", "jsonb_array_length", "jsonb_build_array", "jsonb_build_object", "jsonb_each",
    "jsonb_each_text", "jsonb_extract_path", "jsonb_extract_path_text", "jsonb_insert", "jsonb_object",
    "jsonb_object_keys", "jsonb_path_exists", "jsonb_path_match", "jsonb_path_query", "jsonb_path_query_array",
    "jsonb_path_query_first", "jsonb_pretty", "jsonb_set", "jsonb_strip_nulls", "jsonb_typeof", "row_to_json",
    "to_json", "to_jsonb",
];

#[rustfmt::skip]
const RANGES: &[&str] = &[
    "daterange", "int4range", "int8range", "isempty", "lower_inc", "lower_inf", "numrange", "range_merge",
    "tsrange", "tstzrange", "upper_inc", "upper_inf",
];

#[rustfmt::skip]
const SEARCH: &[&str] = &[
    "phraseto_tsquery", "plainto_tsquery", "to_tsquery", "to_tsvector", "ts_headline", "ts_rank", "ts_rank_cd",
    "websearch_to_tsquery",
];

#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "gen_random_uuid", "num_nonnulls", "num_nulls",
];
