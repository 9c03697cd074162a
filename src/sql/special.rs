//! Functions and literals with a syntax of their own, and COLLATE.

use sqlparser::ast::{
    CeilFloorKind, DateTimeField, Expr, ExtractSyntax, Ident, Interval, TrimWhereField, TypedString, Value,
    ValueWithSpan,
};

use super::gate::{Gate, absent, never};
use super::literals::{not_plain, string};
use super::names::folded;
use super::refusal::{Code, Refusal, quoted};

/// What EXTRACT can take out of a date or time.
const FIELDS: [&str; 22] = [
    "century",
    "day",
    "decade",
    "dow",
    "doy",
    "epoch",
    "hour",
    "isodow",
    "isoyear",
    "julian",
    "microseconds",
    "millennium",
    "milliseconds",
    "minute",
    "month",
    "quarter",
    "second",
    "timezone",
    "timezone_hour",
    "timezone_minute",
    "week",
    "year",
];

impl Gate<'_> {
    pub(super) fn special(&mut self, expression: &Expr) -> Result<(), Refusal> {
        match expression {
            Expr::Extract { field, syntax, expr } => {
                never(!matches!(syntax, ExtractSyntax::From), "EXTRACT with a comma")?;
                self.begin("EXTRACT", &field_of_extract(field)?);
                self.text.word("FROM");
                self.expression(expr)?;
            }
            Expr::Ceil { expr, field } => self.rounded("ceil", expr, field)?,
            Expr::Floor { expr, field } => self.rounded("floor", expr, field)?,
            Expr::Position { expr, r#in } => {
                self.begin("POSITION", "");
                self.expression(expr)?;
                self.text.word("IN");
                self.expression(r#in)?;
            }
            Expr::Substring { expr, substring_from, substring_for, special, shorthand } => {
                if *shorthand {
                    self.text.function("substr");
                    self.text.open_call();
                } else {
                    self.begin("SUBSTRING", "");
                }
                self.expression(expr)?;
                for (part, word) in [(substring_from, "FROM"), (substring_for, "FOR")] {
                    let Some(part) = part else { continue };
                    if *special || *shorthand {
                        self.text.comma();
                    } else {
                        self.text.word(word);
                    }
                    self.expression(part)?;
                }
            }
            Expr::Trim { trim_where, trim_what, expr, trim_characters } => {
                absent(trim_characters.as_ref(), "A comma in TRIM")?;
                self.begin("TRIM", "");
                match trim_where {
                    None => {}
                    Some(TrimWhereField::Both) => self.text.word("BOTH"),
                    Some(TrimWhereField::Leading) => self.text.word("LEADING"),
                    Some(TrimWhereField::Trailing) => self.text.word("TRAILING"),
                }
                if let Some(what) = trim_what {
                    self.expression(what)?;
                    self.text.word("FROM");
                }
                self.expression(expr)?;
            }
            Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
                self.begin("OVERLAY", "");
                self.expression(expr)?;
                self.text.word("PLACING");
                self.expression(overlay_what)?;
                self.text.word("FROM");
                self.expression(overlay_from)?;
                if let Some(length) = overlay_for {
                    self.text.word("FOR");
                    self.expression(length)?;
                }
            }
            _ => return Err(Refusal::new(Code::ExpressionNotAllowed, "This kind of expression is not allowed.")),
        }
        self.text.close();
        Ok(())
    }

    fn begin(&mut self, function: &str, first: &str) {
        self.text.word(function);
        self.text.open_call();
        if !first.is_empty() {
            self.text.word(first);
        }
    }

    fn rounded(&mut self, function: &str, expr: &Expr, field: &CeilFloorKind) -> Result<(), Refusal> {
        let CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) = field else {
            return Err(Refusal::new(Code::ArgumentNotAllowed, "CEIL and FLOOR take one number."));
        };
        self.text.function(function);
        self.text.open_call();
        self.expression(expr)
    }

    /// `DATE '2024-01-01'`, written as a cast, which means the same.
    pub(super) fn typed_string(&mut self, typed: &TypedString) -> Result<(), Refusal> {
        let TypedString { data_type, value, uses_odbc_syntax } = typed;
        never(*uses_odbc_syntax, "{…}")?;
        let ValueWithSpan { value: literal, span } = value;
        if string(literal).is_none() {
            return Err(not_plain().at(*span));
        }
        self.begin("CAST", "");
        self.value(value)?;
        self.text.word("AS");
        self.data_type(data_type)?;
        self.text.close();
        Ok(())
    }

    /// `INTERVAL '1 day'`, also with fields: `INTERVAL '1' DAY`.
    pub(super) fn interval(&mut self, interval: &Interval) -> Result<(), Refusal> {
        let Interval { value, leading_field, leading_precision, last_field, fractional_seconds_precision } = interval;
        absent(leading_precision.as_ref(), "A precision in INTERVAL")?;
        absent(fractional_seconds_precision.as_ref(), "A precision in INTERVAL")?;
        let Expr::Value(value) = value.as_ref() else { return Err(plain_interval()) };
        if !matches!(value.value, Value::SingleQuotedString(_)) {
            return Err(plain_interval().at(value.span));
        }
        self.text.word("INTERVAL");
        self.value(value)?;
        if let Some(field) = leading_field {
            self.text.word(field_of_interval(field)?);
        }
        if let Some(field) = last_field {
            self.text.word("TO");
            self.text.word(field_of_interval(field)?);
        }
        Ok(())
    }

    /// The collations of Postgres itself, by a plain name such as `C` or `de-x-icu`.
    pub(super) fn collate(&mut self, name: &[&Ident]) -> Result<(), Refusal> {
        let ident = match name {
            [name] => *name,
            [schema, name] if folded(schema)? == "pg_catalog" => *name,
            _ => return Err(Refusal::new(Code::NameNotAllowed, "Only collations of Postgres itself are allowed.")),
        };
        let name = folded(ident)?;
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@')) {
            let message = format!("The collation {} is not allowed.", quoted(&name));
            return Err(Refusal::new(Code::NameNotAllowed, message).at(ident.span));
        }
        self.text.word("COLLATE pg_catalog.");
        self.text.join();
        self.text.name(&name);
        Ok(())
    }
}

fn plain_interval() -> Refusal {
    Refusal::new(Code::LiteralNotAllowed, "Intervals are written INTERVAL '1 day'; to compute one, use make_interval.")
}

fn field_of_extract(field: &DateTimeField) -> Result<String, Refusal> {
    let name = match field {
        DateTimeField::Custom(name) => name.value.to_ascii_lowercase(),
        DateTimeField::Week(Some(_)) => String::new(),
        field => field.to_string().to_ascii_lowercase(),
    };
    if FIELDS.contains(&name.as_str()) {
        Ok(name)
    } else {
        Err(Refusal::new(Code::ArgumentNotAllowed, "EXTRACT takes a field such as year, month, day, hour or epoch."))
    }
}

fn field_of_interval(field: &DateTimeField) -> Result<&'static str, Refusal> {
    Ok(match field {
        DateTimeField::Year => "YEAR",
        DateTimeField::Month => "MONTH",
        DateTimeField::Day => "DAY",
        DateTimeField::Hour => "HOUR",
        DateTimeField::Minute => "MINUTE",
        DateTimeField::Second => "SECOND",
        _ => return Err(plain_interval()),
    })
}
