//! FROM: tables, subqueries, table functions and joins.

use sqlparser::ast::{
    Expr, FunctionArg, Ident, Join, JoinConstraint, JoinOperator, TableAlias, TableAliasColumnDef, TableFactor,
    TableFunctionArgs, TableSample, TableSampleKind, TableSampleMethod, TableSampleModifier, TableSampleQuantity,
    TableSampleSeed, TableSampleSeedModifier, TableWithJoins,
};

use super::functions::{TableFunction, table_function};
use super::gate::{Gate, absent, empty, never};
use super::names::{folded, parts};
use super::refusal::{Code, Refusal, quoted};

/// What a table function is given, as the parser has it.
#[derive(Clone, Copy)]
enum Arguments<'a> {
    Any(&'a [FunctionArg]),
    Plain(&'a [Expr]),
}

impl Arguments<'_> {
    fn len(self) -> usize {
        match self {
            Self::Any(arguments) => arguments.len(),
            Self::Plain(arguments) => arguments.len(),
        }
    }
}

impl Gate<'_> {
    pub(super) fn table_with_joins(&mut self, table: &TableWithJoins) -> Result<(), Refusal> {
        let TableWithJoins { relation, joins } = table;
        self.deeper(|gate| gate.table_factor(relation))?;
        joins.iter().try_for_each(|join| self.join(join))
    }

    fn join(&mut self, join: &Join) -> Result<(), Refusal> {
        let Join { relation, global, join_operator } = join;
        never(*global, "GLOBAL")?;
        let (words, constraint) = match join_operator {
            JoinOperator::Join(constraint) => ("JOIN", constraint),
            JoinOperator::Inner(constraint) => ("INNER JOIN", constraint),
            JoinOperator::Left(constraint) => ("LEFT JOIN", constraint),
            JoinOperator::LeftOuter(constraint) => ("LEFT OUTER JOIN", constraint),
            JoinOperator::Right(constraint) => ("RIGHT JOIN", constraint),
            JoinOperator::RightOuter(constraint) => ("RIGHT OUTER JOIN", constraint),
            JoinOperator::FullOuter(constraint) => ("FULL JOIN", constraint),
            JoinOperator::CrossJoin(JoinConstraint::None) => ("CROSS JOIN", &JoinConstraint::None),
            _ => return Err(Refusal::new(Code::ClauseNotAllowed, "This kind of join is not allowed.")),
        };
        if matches!(constraint, JoinConstraint::Natural) {
            self.text.word("NATURAL");
        }
        self.text.word(words);
        self.deeper(|gate| gate.table_factor(relation))?;
        match constraint {
            JoinConstraint::On(condition) => {
                self.text.word("ON");
                self.expression(condition)
            }
            JoinConstraint::Using(columns) => {
                self.text.word("USING");
                self.text.open();
                self.list(columns, |gate, column| match parts(column)?.as_slice() {
                    [column] => gate.ident(column),
                    _ => Err(Refusal::new(Code::NameNotAllowed, "USING takes columns without the name of a table.")),
                })?;
                self.text.close();
                Ok(())
            }
            JoinConstraint::Natural => Ok(()),
            JoinConstraint::None if words == "CROSS JOIN" => Ok(()),
            JoinConstraint::None => Err(Refusal::new(Code::ClauseNotAllowed, "A join needs ON or USING.")),
        }
    }

    fn table_factor(&mut self, factor: &TableFactor) -> Result<(), Refusal> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
            } => {
                empty(with_hints, "A hint")?;
                absent(version.as_ref(), "A version of a table")?;
                empty(partitions, "PARTITION")?;
                absent(json_path.as_ref(), "A path after a table")?;
                empty(index_hints, "A hint")?;
                if let Some(TableFunctionArgs { args, settings }) = args {
                    absent(settings.as_ref(), "SETTINGS")?;
                    absent(sample.as_ref(), "TABLESAMPLE of a function")?;
                    let arguments = Arguments::Any(args);
                    return self.table_function(&parts(name)?, arguments, *with_ordinality, alias.as_ref());
                }
                never(*with_ordinality, "WITH ORDINALITY after a table")?;
                self.relation(&parts(name)?)?;
                self.alias(alias.as_ref())?;
                self.sample(sample.as_ref())
            }
            TableFactor::Derived { lateral, subquery, alias, sample } => {
                absent(sample.as_ref(), "TABLESAMPLE of a subquery")?;
                self.lateral(*lateral);
                self.subquery(subquery)?;
                self.alias(alias.as_ref())
            }
            TableFactor::Function { lateral, name, args, with_ordinality, alias } => {
                self.lateral(*lateral);
                self.table_function(&parts(name)?, Arguments::Any(args), *with_ordinality, alias.as_ref())
            }
            TableFactor::UNNEST { alias, array_exprs, with_offset, with_offset_alias, with_ordinality } => {
                never(*with_offset, "WITH OFFSET")?;
                absent(with_offset_alias.as_ref(), "WITH OFFSET")?;
                let arguments = Arguments::Plain(array_exprs);
                self.table_function(&[&Ident::new("unnest")], arguments, *with_ordinality, alias.as_ref())
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                self.text.open();
                self.table_with_joins(table_with_joins)?;
                self.text.close();
                self.alias(alias.as_ref())
            }
            _ => Err(Refusal::new(Code::ClauseNotAllowed, "This kind of table in FROM is not allowed.")),
        }
    }

    fn lateral(&mut self, lateral: bool) {
        if lateral {
            self.text.word("LATERAL");
        }
    }

    /// A function that returns rows, from a short list.
    fn table_function(
        &mut self,
        name: &[&Ident],
        arguments: Arguments<'_>,
        with_ordinality: bool,
        alias: Option<&TableAlias>,
    ) -> Result<(), Refusal> {
        let refused = |span, shown: &str| {
            let message = format!("{} cannot be used as a table.", quoted(shown));
            Err(Refusal::new(Code::TableFunctionNotAllowed, message).at(span))
        };
        let ident = match name {
            [function] => *function,
            [schema, function] if folded(schema)? == "pg_catalog" => *function,
            [first, ..] => return refused(first.span, &first.value),
            [] => return refused(sqlparser::tokenizer::Span::empty(), ""),
        };
        let function = folded(ident)?;
        let Some(kind) = table_function(&function) else { return refused(ident.span, &function) };
        if function == "unnest" && arguments.len() > 1 {
            // Only without the schema does Postgres take several arrays, and then it is its own function in any case.
            self.text.word("unnest");
        } else {
            self.text.function(&function);
            // With ordinality, or from several arrays, a row has more than one column and is never a plain value.
            if !with_ordinality {
                self.remember_scalar(kind, &function, alias)?;
            }
        }
        self.text.open_call();
        match arguments {
            Arguments::Any(arguments) => self.list(arguments, Self::argument)?,
            Arguments::Plain(arguments) => self.expressions(arguments)?,
        }
        self.text.close();
        if with_ordinality {
            self.text.word("WITH ORDINALITY");
        }
        self.alias(alias)
    }

    /// See [`Gate::finish`].
    fn remember_scalar(
        &mut self,
        kind: TableFunction,
        function: &str,
        alias: Option<&TableAlias>,
    ) -> Result<(), Refusal> {
        let name = alias.map_or_else(|| Ok(function.to_owned()), |alias| folded(&alias.name))?;
        let column = match (alias.and_then(|alias| alias.columns.first()), kind) {
            (_, TableFunction::Rows) => return Ok(()),
            (Some(column), _) => folded(&column.name)?,
            (None, TableFunction::Values) => name.clone(),
            (None, TableFunction::ValuesNamed(column)) => column.to_owned(),
        };
        self.scalars.push((name, column));
        Ok(())
    }

    fn alias(&mut self, alias: Option<&TableAlias>) -> Result<(), Refusal> {
        let Some(TableAlias { explicit: _, name, columns, at }) = alias else { return Ok(()) };
        absent(at.as_ref(), "AT")?;
        self.text.word("AS");
        self.ident(name)?;
        self.alias_columns(columns)
    }

    pub(super) fn alias_columns(&mut self, columns: &[TableAliasColumnDef]) -> Result<(), Refusal> {
        if columns.is_empty() {
            return Ok(());
        }
        self.text.open();
        self.list(columns, |gate, column| {
            let TableAliasColumnDef { name, data_type } = column;
            gate.ident(name)?;
            data_type.as_ref().map_or(Ok(()), |data_type| gate.data_type(data_type))
        })?;
        self.text.close();
        Ok(())
    }

    /// `TABLESAMPLE BERNOULLI (percent)` or `SYSTEM (percent)`, also with `REPEATABLE (seed)`.
    fn sample(&mut self, sample: Option<&TableSampleKind>) -> Result<(), Refusal> {
        let Some(sample) = sample else { return Ok(()) };
        let refused = || {
            let message = "Samples are written TABLESAMPLE BERNOULLI (percent) or TABLESAMPLE SYSTEM (percent).";
            Err(Refusal::new(Code::ClauseNotAllowed, message))
        };
        let TableSampleKind::AfterTableAlias(sample) = sample else { return refused() };
        let TableSample { modifier, name, quantity, seed, bucket, offset } = sample.as_ref();
        let (TableSampleModifier::TableSample, None, None) = (modifier, bucket, offset) else { return refused() };
        let Some(TableSampleQuantity { parenthesized: true, value, unit: None }) = quantity else { return refused() };
        self.text.word(match name {
            Some(TableSampleMethod::Bernoulli) => "TABLESAMPLE BERNOULLI",
            Some(TableSampleMethod::System) => "TABLESAMPLE SYSTEM",
            _ => return refused(),
        });
        self.text.open();
        self.expression(value)?;
        self.text.close();
        match seed {
            None => Ok(()),
            Some(TableSampleSeed { modifier: TableSampleSeedModifier::Repeatable, value }) => {
                self.text.word("REPEATABLE");
                self.text.open();
                self.value(value)?;
                self.text.close();
                Ok(())
            }
            Some(_) => refused(),
        }
    }
}
