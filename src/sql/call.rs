//! Calls of functions.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, Ident, Value,
};

use super::functions::{is_allowed, is_grammar, is_time};
use super::gate::{Gate, absent, never};
use super::literals::string;
use super::names::{folded, parts};
use super::refusal::{Code, Refusal, quoted};

/// How far `repeat`, `lpad` and `rpad` may fill up, in characters. One call of them could take a gigabyte otherwise.
const MAX_FILL: u64 = 1_000;

impl Gate<'_> {
    pub(super) fn function(&mut self, function: &Function) -> Result<(), Refusal> {
        let Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } =
            function;
        never(*uses_odbc_syntax, "{fn …}")?;
        never(!matches!(parameters, FunctionArguments::None), "A second list of arguments")?;
        absent(null_treatment.as_ref(), "IGNORE or RESPECT NULLS")?;
        let name = self.callee(&parts(name)?, args)?;
        match args {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => self.subquery(query)?,
            FunctionArguments::List(list) => self.arguments(&name, list)?,
        }
        if !within_group.is_empty() {
            self.text.word("WITHIN GROUP");
            self.text.open();
            self.order_by_list(within_group)?;
            self.text.close();
        }
        if let Some(condition) = filter {
            self.text.word("FILTER");
            self.text.open();
            self.text.word("WHERE");
            self.expression(condition)?;
            self.text.close();
        }
        over.as_ref().map_or(Ok(()), |over| self.over(over))
    }

    /// Writes the name of a function that may be called, and returns it. With its schema, so that no function of the
    /// same name elsewhere is meant.
    fn callee(&mut self, name: &[&Ident], args: &FunctionArguments) -> Result<String, Refusal> {
        let (ident, is_bare) = match name {
            [function] => (*function, function.quote_style.is_none()),
            [schema, function] if folded(schema)? == "pg_catalog" => (*function, false),
            [first, ..] => return Err(refused(first, "Functions are called without a schema")),
            [] => return Err(Refusal::new(Code::FunctionNotAllowed, "A function has no name.")),
        };
        let function = folded(ident)?;
        // Words of the grammar are no functions once they are in quotes or have a schema.
        let is_word = match args {
            FunctionArguments::None => is_bare && is_time(&function),
            FunctionArguments::Subquery(_) => is_bare && function == "array",
            FunctionArguments::List(_) => is_bare && (is_grammar(&function) || is_time(&function)),
        };
        if is_word {
            self.text.word(&function.to_ascii_uppercase());
        } else if matches!(args, FunctionArguments::List(_)) && is_allowed(&function) {
            self.text.function(&function);
        } else {
            return Err(refused(ident, &format!("The function {} is not allowed", quoted(&function))));
        }
        Ok(function)
    }

    fn arguments(&mut self, name: &str, list: &FunctionArgumentList) -> Result<(), Refusal> {
        let FunctionArgumentList { duplicate_treatment, args, clauses } = list;
        look_at_memory(name, args)?;
        self.text.open_call();
        match duplicate_treatment {
            None => {}
            Some(DuplicateTreatment::Distinct) => self.text.word("DISTINCT"),
            Some(DuplicateTreatment::All) => self.text.word("ALL"),
        }
        self.list(args, Self::argument)?;
        for clause in clauses {
            let FunctionArgumentClause::OrderBy(expressions) = clause else {
                let message = format!("This clause within {} is not allowed.", quoted(name));
                return Err(Refusal::new(Code::ClauseNotAllowed, message));
            };
            self.order_by_list(expressions)?;
        }
        self.text.close();
        Ok(())
    }

    pub(super) fn argument(&mut self, argument: &FunctionArg) -> Result<(), Refusal> {
        let value = match argument {
            FunctionArg::Unnamed(value) => value,
            FunctionArg::Named { name, arg, operator } => {
                let (FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment) = operator else {
                    return Err(Refusal::new(Code::ArgumentNotAllowed, "Named arguments are written name => value."));
                };
                self.ident(name)?;
                self.text.word("=>");
                arg
            }
            FunctionArg::ExprNamed { name: Expr::Identifier(name), arg, operator: FunctionArgOperator::RightArrow } => {
                self.ident(name)?;
                self.text.word("=>");
                arg
            }
            FunctionArg::ExprNamed { .. } => {
                return Err(Refusal::new(Code::ArgumentNotAllowed, "Named arguments are written name => value."));
            }
        };
        match value {
            FunctionArgExpr::Expr(expr) => self.expression(expr),
            FunctionArgExpr::Wildcard => {
                self.text.word("*");
                Ok(())
            }
            FunctionArgExpr::QualifiedWildcard(name) => self.qualified_wildcard(&parts(name)?),
            FunctionArgExpr::WildcardWithOptions(_) => {
                Err(Refusal::new(Code::ArgumentNotAllowed, "* takes nothing after it in a function."))
            }
        }
    }
}

fn refused(ident: &Ident, why: &str) -> Refusal {
    Refusal::new(Code::FunctionNotAllowed, format!("{why}.")).at(ident.span)
}

/// Refuses calls that could make one value of a gigabyte. What grows with the rows, such as `string_agg`, is left to
/// the time-out and the limits of the server.
fn look_at_memory(name: &str, args: &[FunctionArg]) -> Result<(), Refusal> {
    let plain = |index: usize| match args.get(index) {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))) => Some(expr),
        _ => None,
    };
    match name {
        "repeat" | "lpad" | "rpad" if !plain(1).is_some_and(is_small) => {
            let message =
                format!("The length in {} has to be a number up to {MAX_FILL}, or LEAST(…, {MAX_FILL}).", quoted(name));
            Err(Refusal::new(Code::ArgumentNotAllowed, message))
        }
        "format" if !plain(0).is_some_and(has_no_width) => {
            let message = "The first argument of `format` has to be a string with %s, %I, %L and %% only.";
            Err(Refusal::new(Code::ArgumentNotAllowed, message))
        }
        _ => Ok(()),
    }
}

/// A small number, or LEAST with one.
fn is_small(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse::<u64>().is_ok_and(|number| number <= MAX_FILL),
            _ => false,
        },
        Expr::Function(function) => match (&function.name.0.as_slice(), &function.args) {
            ([name], FunctionArguments::List(list)) => {
                let is_least = name
                    .as_ident()
                    .is_some_and(|name| name.quote_style.is_none() && name.value.eq_ignore_ascii_case("least"));
                is_least
                    && list.args.iter().any(|arg| match arg {
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr @ Expr::Value(_))) => is_small(expr),
                        _ => false,
                    })
            }
            _ => false,
        },
        _ => false,
    }
}

/// A format such as `'%s: %2$s'`. A width, as in `%1000000000s`, fills up.
fn has_no_width(expr: &Expr) -> bool {
    let Expr::Value(value) = expr else { return false };
    let Some(format) = string(&value.value) else { return false };
    let mut parts = format.split('%');
    let _before = parts.next();
    while let Some(part) = parts.next() {
        if part.is_empty() {
            // `%%`: what follows is text.
            if parts.next().is_none() {
                return false;
            }
            continue;
        }
        let rest = match part.trim_start_matches(|char: char| char.is_ascii_digit()) {
            rest if rest.len() == part.len() => rest,
            rest => match rest.strip_prefix('$') {
                Some(rest) => rest,
                None => return false,
            },
        };
        if !rest.starts_with(['s', 'I', 'L']) {
            return false;
        }
    }
    true
}
