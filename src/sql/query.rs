//! Queries: WITH, set operations, SELECT and its clauses.

use sqlparser::ast::{
    Cte, CteAsMaterialized, Distinct, Expr, Fetch, GroupByExpr, LimitClause, Offset, OffsetRows, OrderBy, OrderByExpr,
    OrderByKind, OrderByOptions, OrderBySort, Query, Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind,
    SetExpr, SetOperator, SetQuantifier, Table, TableAlias, Values, WildcardAdditionalOptions, With,
};

use super::gate::{Gate, absent, empty, never};
use super::names::parts;
use super::refusal::{Code, Refusal};

impl Gate<'_> {
    pub(super) fn query(&mut self, query: &Query) -> Result<(), Refusal> {
        self.deeper(|gate| gate.query_here(query))
    }

    /// A query in parentheses.
    pub(super) fn subquery(&mut self, query: &Query) -> Result<(), Refusal> {
        self.text.open();
        self.query(query)?;
        self.text.close();
        Ok(())
    }

    fn query_here(&mut self, query: &Query) -> Result<(), Refusal> {
        let Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        if !locks.is_empty() {
            return Err(Refusal::new(Code::LockingNotAllowed, "Rows cannot be locked: leave out FOR UPDATE or SHARE."));
        }
        absent(for_clause.as_ref(), "FOR")?;
        absent(settings.as_ref(), "SETTINGS")?;
        absent(format_clause.as_ref(), "FORMAT")?;
        empty(pipe_operators, "The operator |>")?;
        self.scopes.enter();
        if let Some(with) = with {
            self.with(with)?;
        }
        self.set_expression(body)?;
        if let Some(order_by) = order_by {
            self.order_by(order_by)?;
        }
        if let Some(limit) = limit_clause {
            self.limit(limit)?;
        }
        if let Some(fetch) = fetch {
            self.fetch(fetch)?;
        }
        self.scopes.leave();
        Ok(())
    }

    /// As in Postgres: without RECURSIVE a name is visible after its own definition only, with it everywhere in the
    /// same WITH.
    fn with(&mut self, with: &With) -> Result<(), Refusal> {
        let With { with_token: _, recursive, cte_tables } = with;
        self.text.word("WITH");
        if *recursive {
            self.text.word("RECURSIVE");
            for cte in cte_tables {
                self.scopes.add(Self::cte_name(&cte.alias.name)?);
            }
        }
        self.list(cte_tables, |gate, cte| {
            gate.cte(cte)?;
            if !recursive {
                gate.scopes.add(Self::cte_name(&cte.alias.name)?);
            }
            Ok(())
        })
    }

    fn cte(&mut self, cte: &Cte) -> Result<(), Refusal> {
        let Cte { alias, query, from, materialized, closing_paren_token: _ } = cte;
        absent(from.as_ref(), "FROM after WITH")?;
        let TableAlias { explicit: _, name, columns, at } = alias;
        absent(at.as_ref(), "AT")?;
        let name = Self::cte_name(name)?;
        self.text.name(&name);
        self.alias_columns(columns)?;
        self.text.word("AS");
        match materialized {
            None => {}
            Some(CteAsMaterialized::Materialized) => self.text.word("MATERIALIZED"),
            Some(CteAsMaterialized::NotMaterialized) => self.text.word("NOT MATERIALIZED"),
        }
        self.subquery(query)
    }

    /// A chain of UNIONs is a tree as deep as the chain is long, to the left: hence no recursion there.
    fn set_expression(&mut self, body: &SetExpr) -> Result<(), Refusal> {
        let mut operations = Vec::new();
        let mut leftmost = body;
        while let SetExpr::SetOperation { left, op, set_quantifier, right } = leftmost {
            operations.push((op, set_quantifier, right));
            leftmost = left;
        }
        self.set_operand(leftmost)?;
        for (op, quantifier, right) in operations.into_iter().rev() {
            self.text.word(match op {
                SetOperator::Union => "UNION",
                SetOperator::Except => "EXCEPT",
                SetOperator::Intersect => "INTERSECT",
                SetOperator::Minus => return Err(not_allowed("MINUS")),
            });
            match quantifier {
                SetQuantifier::All => self.text.word("ALL"),
                SetQuantifier::Distinct => self.text.word("DISTINCT"),
                SetQuantifier::None => {}
                _ => return Err(not_allowed("BY NAME")),
            }
            self.deeper(|gate| gate.set_expression(right))?;
        }
        Ok(())
    }

    fn set_operand(&mut self, operand: &SetExpr) -> Result<(), Refusal> {
        match operand {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(query) => self.subquery(query),
            SetExpr::Values(Values { explicit_row, value_keyword, rows }) => {
                never(*explicit_row, "ROW in VALUES")?;
                never(*value_keyword, "VALUE")?;
                self.text.word("VALUES");
                self.list(rows, |gate, row| {
                    gate.text.open();
                    gate.expressions(&row.content)?;
                    gate.text.close();
                    Ok(())
                })
            }
            SetExpr::Table(table) => self.table_command(table),
            _ => Err(Refusal::new(Code::NotAQuery, "Only queries can be run, also inside of WITH and parentheses.")),
        }
    }

    /// `TABLE name`. The parser drops the quotes of the name, so only a name is taken that means the same with and
    /// without.
    fn table_command(&mut self, table: &Table) -> Result<(), Refusal> {
        let Table { table_name, schema_name } = table;
        let names: Vec<sqlparser::ast::Ident> = [schema_name, table_name]
            .into_iter()
            .flatten()
            .map(|name| sqlparser::ast::Ident::with_quote('"', name.as_str()))
            .collect();
        if names.iter().any(|name| name.value != name.value.to_ascii_lowercase()) {
            let message = "TABLE takes names in lower case only. Write SELECT * FROM instead.";
            return Err(Refusal::new(Code::ClauseNotAllowed, message));
        }
        self.text.word("TABLE");
        self.relation(&names.iter().collect::<Vec<_>>())
    }

    fn select(&mut self, select: &Select) -> Result<(), Refusal> {
        let Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        if into.is_some() {
            return Err(Refusal::new(Code::IntoNotAllowed, "SELECT INTO makes a table, which is not allowed."));
        }
        empty(optimizer_hints, "A hint")?;
        absent(select_modifiers.as_ref(), "A modifier of SELECT")?;
        absent(top.as_ref(), "TOP")?;
        absent(exclude.as_ref(), "EXCLUDE")?;
        empty(lateral_views, "LATERAL VIEW")?;
        absent(prewhere.as_ref(), "PREWHERE")?;
        empty(connect_by, "CONNECT BY")?;
        empty(cluster_by, "CLUSTER BY")?;
        empty(distribute_by, "DISTRIBUTE BY")?;
        empty(sort_by, "SORT BY")?;
        absent(qualify.as_ref(), "QUALIFY")?;
        absent(value_table_mode.as_ref(), "SELECT AS STRUCT or VALUE")?;
        never(!matches!(flavor, SelectFlavor::Standard), "FROM in front of SELECT")?;
        self.text.word("SELECT");
        match distinct {
            None => {}
            Some(Distinct::All) => self.text.word("ALL"),
            Some(Distinct::Distinct) => self.text.word("DISTINCT"),
            Some(Distinct::On(expressions)) => {
                self.text.word("DISTINCT ON");
                self.text.open();
                self.expressions(expressions)?;
                self.text.close();
            }
        }
        self.list(projection, Self::select_item)?;
        if !from.is_empty() {
            self.text.word("FROM");
            self.list(from, Self::table_with_joins)?;
        }
        if let Some(condition) = selection {
            self.text.word("WHERE");
            self.expression(condition)?;
        }
        self.group_by(group_by)?;
        if let Some(condition) = having {
            self.text.word("HAVING");
            self.expression(condition)?;
        }
        if !named_window.is_empty() {
            self.text.word("WINDOW");
            self.list(named_window, Self::window_definition)?;
        }
        Ok(())
    }

    fn select_item(&mut self, item: &SelectItem) -> Result<(), Refusal> {
        match item {
            SelectItem::UnnamedExpr(expr) => self.expression(expr),
            SelectItem::ExprWithAlias { expr, alias } => {
                // The parser takes the operator ISNULL for a name.
                if alias.quote_style.is_none() && alias.value.eq_ignore_ascii_case("isnull") {
                    let message = "Write IS NULL instead of ISNULL.";
                    return Err(Refusal::new(Code::ExpressionNotAllowed, message).at(alias.span));
                }
                self.expression(expr)?;
                self.text.word("AS");
                self.ident(alias)
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                plain_wildcard(options)?;
                self.qualified_wildcard(&parts(name)?)
            }
            SelectItem::Wildcard(options) => {
                plain_wildcard(options)?;
                self.text.word("*");
                Ok(())
            }
            _ => Err(Refusal::new(Code::ExpressionNotAllowed, "This kind of column in SELECT is not allowed.")),
        }
    }

    fn group_by(&mut self, group_by: &GroupByExpr) -> Result<(), Refusal> {
        let GroupByExpr::Expressions(expressions, modifiers) = group_by else {
            return Err(not_allowed("GROUP BY ALL"));
        };
        empty(modifiers, "WITH after GROUP BY")?;
        if expressions.is_empty() {
            return Ok(());
        }
        self.text.word("GROUP BY");
        self.list(expressions, |gate, expr| match expr {
            Expr::GroupingSets(sets) => gate.grouping("GROUPING SETS", sets),
            Expr::Cube(sets) => gate.grouping("CUBE", sets),
            Expr::Rollup(sets) => gate.grouping("ROLLUP", sets),
            Expr::Tuple(columns) if columns.is_empty() => {
                gate.text.word("()");
                Ok(())
            }
            _ => gate.expression(expr),
        })
    }

    fn grouping(&mut self, keyword: &str, sets: &[Vec<Expr>]) -> Result<(), Refusal> {
        self.text.word(keyword);
        self.text.open();
        self.list(sets, |gate, set| {
            gate.text.open();
            gate.expressions(set)?;
            gate.text.close();
            Ok(())
        })?;
        self.text.close();
        Ok(())
    }

    fn order_by(&mut self, order_by: &OrderBy) -> Result<(), Refusal> {
        let OrderBy { kind, interpolate } = order_by;
        absent(interpolate.as_ref(), "INTERPOLATE")?;
        let OrderByKind::Expressions(expressions) = kind else {
            return Err(not_allowed("ORDER BY ALL"));
        };
        self.order_by_list(expressions)
    }

    /// `ORDER BY …`, also within functions and windows.
    pub(super) fn order_by_list(&mut self, expressions: &[OrderByExpr]) -> Result<(), Refusal> {
        self.text.word("ORDER BY");
        self.list(expressions, |gate, ordered| {
            let OrderByExpr { expr, options, with_fill } = ordered;
            absent(with_fill.as_ref(), "WITH FILL")?;
            let OrderByOptions { sort, nulls_first } = options;
            gate.expression(expr)?;
            match sort {
                None => {}
                Some(OrderBySort::Asc) => gate.text.word("ASC"),
                Some(OrderBySort::Desc) => gate.text.word("DESC"),
                Some(_) => return Err(Refusal::new(Code::OperatorNotAllowed, "ORDER BY … USING is not allowed.")),
            }
            match nulls_first {
                None => {}
                Some(true) => gate.text.word("NULLS FIRST"),
                Some(false) => gate.text.word("NULLS LAST"),
            }
            Ok(())
        })
    }

    fn limit(&mut self, clause: &LimitClause) -> Result<(), Refusal> {
        let LimitClause::LimitOffset { limit, offset, limit_by } = clause else {
            return Err(Refusal::new(Code::ClauseNotAllowed, "Write LIMIT n OFFSET m instead of LIMIT m, n."));
        };
        empty(limit_by, "LIMIT BY")?;
        if let Some(limit) = limit {
            self.text.word("LIMIT");
            self.expression(limit)?;
        }
        if let Some(Offset { value, rows }) = offset {
            self.text.word("OFFSET");
            self.expression(value)?;
            match rows {
                OffsetRows::None => {}
                OffsetRows::Row | OffsetRows::Rows => self.text.word("ROWS"),
            }
        }
        Ok(())
    }

    fn fetch(&mut self, fetch: &Fetch) -> Result<(), Refusal> {
        let Fetch { with_ties, percent, quantity } = fetch;
        never(*percent, "FETCH … PERCENT")?;
        self.text.word("FETCH FIRST");
        if let Some(quantity) = quantity {
            self.expression(quantity)?;
        }
        self.text.word("ROWS");
        self.text.word(if *with_ties { "WITH TIES" } else { "ONLY" });
        Ok(())
    }
}

/// `*` without what other databases hang on it.
pub(super) fn plain_wildcard(options: &WildcardAdditionalOptions) -> Result<(), Refusal> {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    absent(opt_ilike.as_ref(), "ILIKE after *")?;
    absent(opt_exclude.as_ref(), "EXCLUDE")?;
    absent(opt_except.as_ref(), "EXCEPT after *")?;
    absent(opt_replace.as_ref(), "REPLACE after *")?;
    absent(opt_rename.as_ref(), "RENAME")?;
    absent(opt_alias.as_ref(), "A name for *")
}

fn not_allowed(what: &str) -> Refusal {
    Refusal::new(Code::ClauseNotAllowed, format!("{what} is not allowed."))
}
