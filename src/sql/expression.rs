//! Expressions.

use sqlparser::ast::{AccessExpr, Array, CaseWhen, CastKind, Expr, Ident, Subscript};

use super::gate::{Gate, Qualified, absent, never};
use super::names::{folded, parts};
use super::operators;
use super::refusal::{Code, Refusal, quoted};
use super::relations::is_of_the_system;

impl Gate<'_> {
    /// A chain such as `a + b + c` is a tree as deep as the chain is long, to the left: hence no recursion there.
    pub(super) fn expression(&mut self, expression: &Expr) -> Result<(), Refusal> {
        let mut chain = Vec::new();
        let mut leftmost = expression;
        while let Some(left) = left_of(leftmost) {
            chain.push(leftmost);
            leftmost = left;
        }
        self.deeper(|gate| {
            gate.operand(leftmost)?;
            chain.into_iter().rev().try_for_each(|link| gate.rest(link))
        })
    }

    /// An expression that does not begin with another one.
    fn operand(&mut self, expression: &Expr) -> Result<(), Refusal> {
        match expression {
            Expr::Identifier(column) => self.column(column),
            Expr::CompoundIdentifier(names) => self.qualified_column(&names.iter().collect::<Vec<_>>()),
            Expr::QualifiedWildcard(name, _) => self.qualified_wildcard(&parts(name)?),
            Expr::Value(value) => self.value(value),
            Expr::TypedString(string) => self.typed_string(string),
            Expr::Interval(interval) => self.interval(interval),
            Expr::Function(function) => self.function(function),
            Expr::UnaryOp { op, expr } => {
                self.text.word(operators::unary(*op)?);
                self.expression(expr)
            }
            Expr::Nested(inner) => {
                self.text.open();
                self.expression(inner)?;
                self.text.close();
                Ok(())
            }
            Expr::Tuple(items) => {
                never(items.is_empty(), "()")?;
                self.text.open();
                self.expressions(items)?;
                self.text.close();
                Ok(())
            }
            Expr::Subquery(query) => self.subquery(query),
            Expr::Exists { subquery, negated } => {
                self.text.word(if *negated { "NOT EXISTS" } else { "EXISTS" });
                self.subquery(subquery)
            }
            Expr::Case { case_token: _, end_token: _, operand, conditions, else_result } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Expr::Cast { kind: CastKind::Cast, expr, data_type, format } => {
                absent(format.as_ref(), "FORMAT in CAST")?;
                self.text.word("CAST");
                self.text.open_call();
                self.expression(expr)?;
                self.text.word("AS");
                self.data_type(data_type)?;
                self.text.close();
                Ok(())
            }
            Expr::Array(Array { elem, named: true }) => {
                self.text.word("ARRAY");
                self.text.join();
                self.array(elem)
            }
            Expr::Extract { .. }
            | Expr::Ceil { .. }
            | Expr::Floor { .. }
            | Expr::Position { .. }
            | Expr::Substring { .. }
            | Expr::Trim { .. }
            | Expr::Overlay { .. } => self.special(expression),
            _ => Err(Refusal::new(Code::ExpressionNotAllowed, "This kind of expression is not allowed.")),
        }
    }

    /// What follows the part that [`left_of`] gives.
    fn rest(&mut self, expression: &Expr) -> Result<(), Refusal> {
        if let Some(words) = is_something(expression) {
            self.text.word(words);
            return Ok(());
        }
        match expression {
            Expr::BinaryOp { left: _, op, right } => {
                self.text.word(operators::binary(op)?);
                self.expression(right)
            }
            Expr::AnyOp { left: _, compare_op, right, is_some } => {
                self.text.word(operators::binary(compare_op)?);
                self.text.word(if *is_some { "SOME" } else { "ANY" });
                self.in_parentheses(right)
            }
            Expr::AllOp { left: _, compare_op, right } => {
                self.text.word(operators::binary(compare_op)?);
                self.text.word("ALL");
                self.in_parentheses(right)
            }
            Expr::IsDistinctFrom(_, right) => {
                self.text.word("IS DISTINCT FROM");
                self.expression(right)
            }
            Expr::IsNotDistinctFrom(_, right) => {
                self.text.word("IS NOT DISTINCT FROM");
                self.expression(right)
            }
            Expr::InList { expr: _, list, negated } => {
                never(list.is_empty(), "IN ()")?;
                self.text.word(if *negated { "NOT IN" } else { "IN" });
                self.text.open();
                self.expressions(list)?;
                self.text.close();
                Ok(())
            }
            Expr::InSubquery { expr: _, subquery, negated } => {
                self.text.word(if *negated { "NOT IN" } else { "IN" });
                self.subquery(subquery)
            }
            Expr::Between { expr: _, negated, low, high } => {
                self.text.word(if *negated { "NOT BETWEEN" } else { "BETWEEN" });
                self.expression(low)?;
                self.text.word("AND");
                self.expression(high)
            }
            Expr::Like { negated, any, expr: _, pattern, escape_char } => {
                self.pattern("LIKE", *negated, *any, pattern, escape_char.as_deref())
            }
            Expr::ILike { negated, any, expr: _, pattern, escape_char } => {
                self.pattern("ILIKE", *negated, *any, pattern, escape_char.as_deref())
            }
            Expr::SimilarTo { negated, expr: _, pattern, escape_char } => {
                self.pattern("SIMILAR TO", *negated, false, pattern, escape_char.as_deref())
            }
            Expr::Cast { kind: CastKind::DoubleColon, expr: _, data_type, format } => {
                absent(format.as_ref(), "FORMAT in a cast")?;
                self.text.tight("::");
                self.text.join();
                self.data_type(data_type)
            }
            Expr::AtTimeZone { timestamp: _, time_zone } => {
                self.text.word("AT TIME ZONE");
                self.expression(time_zone)
            }
            Expr::Collate { expr: _, collation } => self.collate(&parts(collation)?),
            Expr::CompoundFieldAccess { root: _, access_chain } => {
                access_chain.iter().try_for_each(|access| self.access(access))
            }
            _ => Err(Refusal::new(Code::ExpressionNotAllowed, "This kind of expression is not allowed.")),
        }
    }

    fn in_parentheses(&mut self, expression: &Expr) -> Result<(), Refusal> {
        // A subquery has its own.
        if let Expr::Subquery(query) = expression {
            return self.subquery(query);
        }
        self.text.open();
        self.expression(expression)?;
        self.text.close();
        Ok(())
    }

    fn pattern(
        &mut self,
        operator: &str,
        negated: bool,
        any: bool,
        pattern: &Expr,
        escape: Option<&Expr>,
    ) -> Result<(), Refusal> {
        if negated {
            self.text.word("NOT");
        }
        self.text.word(operator);
        if any {
            self.text.word("ANY");
        }
        self.expression(pattern)?;
        if let Some(escape) = escape {
            self.text.word("ESCAPE");
            self.expression(escape)?;
        }
        Ok(())
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[CaseWhen],
        otherwise: Option<&Expr>,
    ) -> Result<(), Refusal> {
        self.text.word("CASE");
        if let Some(operand) = operand {
            self.expression(operand)?;
        }
        for CaseWhen { condition, result } in conditions {
            self.text.word("WHEN");
            self.expression(condition)?;
            self.text.word("THEN");
            self.expression(result)?;
        }
        if let Some(otherwise) = otherwise {
            self.text.word("ELSE");
            self.expression(otherwise)?;
        }
        self.text.word("END");
        Ok(())
    }

    /// `[…]`; within it the arrays of further dimensions may leave out the word ARRAY.
    fn array(&mut self, elements: &[Expr]) -> Result<(), Refusal> {
        self.text.word("[");
        self.text.join();
        self.list(elements, |gate, element| match element {
            Expr::Array(Array { elem, named: false }) => gate.deeper(|gate| gate.array(elem)),
            _ => gate.expression(element),
        })?;
        self.text.tight("]");
        Ok(())
    }

    /// `[index]` or `[from:to]` after a value. `.name` after a value would call the function of that name.
    fn access(&mut self, access: &AccessExpr) -> Result<(), Refusal> {
        let AccessExpr::Subscript(subscript) = access else {
            let message = "A name after a value or a function is not allowed; it could be read as a function.";
            return Err(Refusal::new(Code::ColumnNotAllowed, message));
        };
        self.text.tight("[");
        self.text.join();
        match subscript {
            Subscript::Index { index } => self.expression(index)?,
            Subscript::Slice { lower_bound, upper_bound, stride } => {
                absent(stride.as_ref(), "A stride")?;
                if let Some(bound) = lower_bound {
                    self.expression(bound)?;
                }
                self.text.word(":");
                if let Some(bound) = upper_bound {
                    self.expression(bound)?;
                }
            }
        }
        self.text.tight("]");
        Ok(())
    }

    /// `name.column` or `schema.name.column`.
    fn qualified_column(&mut self, names: &[&Ident]) -> Result<(), Refusal> {
        if let Some(column) = names.last()
            && is_of_the_system(&folded(column)?)
        {
            // Of a table without such a column, it would be a function of the row: `t.pg_typeof`.
            let message = format!("The column {} is not allowed.", quoted(&column.value));
            return Err(Refusal::new(Code::ColumnNotAllowed, message).at(column.span));
        }
        match names {
            [name, column] => {
                let qualified = Qualified { name: folded(name)?, column: folded(column)?, span: column.span };
                self.text.name(&qualified.name);
                self.text.dot();
                self.text.name(&qualified.column);
                self.qualified.push(qualified);
                Ok(())
            }
            // With a schema it can only be a table, never a table function.
            [schema, name, column] => {
                self.ident(schema)?;
                self.text.dot();
                self.ident(name)?;
                self.text.dot();
                self.ident(column)
            }
            _ => Err(Refusal::new(Code::ColumnNotAllowed, "Columns are named by schema, table and column at most.")),
        }
    }

    /// `name.*` or `schema.name.*`.
    pub(super) fn qualified_wildcard(&mut self, names: &[&Ident]) -> Result<(), Refusal> {
        let ([_] | [_, _]) = names else {
            return Err(Refusal::new(Code::ColumnNotAllowed, "Tables are named by schema and table at most."));
        };
        for name in names {
            self.ident(name)?;
            self.text.dot();
        }
        self.text.word("*");
        Ok(())
    }
}

/// The expression that `expression` begins with, for those that do.
fn left_of(expression: &Expr) -> Option<&Expr> {
    match expression {
        Expr::BinaryOp { left, .. }
        | Expr::AnyOp { left, .. }
        | Expr::AllOp { left, .. }
        | Expr::IsNull(left)
        | Expr::IsNotNull(left)
        | Expr::IsTrue(left)
        | Expr::IsNotTrue(left)
        | Expr::IsFalse(left)
        | Expr::IsNotFalse(left)
        | Expr::IsUnknown(left)
        | Expr::IsNotUnknown(left)
        | Expr::IsDistinctFrom(left, _)
        | Expr::IsNotDistinctFrom(left, _)
        | Expr::InList { expr: left, .. }
        | Expr::InSubquery { expr: left, .. }
        | Expr::Between { expr: left, .. }
        | Expr::Like { expr: left, .. }
        | Expr::ILike { expr: left, .. }
        | Expr::SimilarTo { expr: left, .. }
        | Expr::Cast { kind: CastKind::DoubleColon, expr: left, .. }
        | Expr::AtTimeZone { timestamp: left, .. }
        | Expr::Collate { expr: left, .. }
        | Expr::CompoundFieldAccess { root: left, .. } => Some(left),
        _ => None,
    }
}

/// The words of a test such as `IS NULL`.
const fn is_something(expression: &Expr) -> Option<&'static str> {
    Some(match expression {
        Expr::IsNull(_) => "IS NULL",
        Expr::IsNotNull(_) => "IS NOT NULL",
        Expr::IsTrue(_) => "IS TRUE",
        Expr::IsNotTrue(_) => "IS NOT TRUE",
        Expr::IsFalse(_) => "IS FALSE",
        Expr::IsNotFalse(_) => "IS NOT FALSE",
        Expr::IsUnknown(_) => "IS UNKNOWN",
        Expr::IsNotUnknown(_) => "IS NOT UNKNOWN",
        _ => return None,
    })
}
