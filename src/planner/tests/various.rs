//! What the four tables of the questions do not show: odd names, other types, hostile glossaries, no tables at all.

use super::fixture;
use crate::planner::planning::plan;
use crate::planner::refusal::Reason;
use crate::planner::schema::{Column, Schema, Table, Term};
use crate::tabular::column::ColumnType;

fn column(name: &str, kind: ColumnType, samples: &[&str]) -> Column {
    Column {
        name: name.to_owned(),
        header: String::new(),
        kind,
        unit: None,
        description: None,
        samples: samples.iter().map(|sample| (*sample).to_owned()).collect(),
    }
}

fn table(name: &str, columns: Vec<Column>) -> Schema {
    let table = Table { name: name.to_owned(), schema: None, description: None, row_count: 3, columns };
    Schema { tables: vec![table] }
}

fn term(term: &str, expression: Option<&str>) -> Term {
    let expression = expression.map(str::to_owned);
    Term { term: term.to_owned(), definition: String::new(), expression, synonyms: Vec::new() }
}

fn planned(question: &str, schema: &Schema, glossary: &[Term]) -> Result<String, Reason> {
    let plan = plan(question, schema, glossary, "2025-06-18".parse().unwrap());
    plan.map(|plan| plan.sql).map_err(|refused| refused.reason)
}

#[test]
fn without_tables_nothing_is_planned() {
    assert_eq!(planned("How many orders are there?", &Schema::default(), &[]), Err(Reason::NoTable));
}

#[test]
fn long_questions_are_refused() {
    let file = fixture::file();
    let schema = fixture::schema(&file);
    assert_eq!(planned(&"orders ".repeat(72), &schema, &[]), Err(Reason::TooLong));
}

/// Sales of branches, and what is known of these.
fn shop() -> Schema {
    let sales = vec![
        column("sold_on", ColumnType::Date, &[]),
        column("branch", ColumnType::Text, &["Northgate", "Quayside"]),
        column("net", ColumnType::Decimal, &[]),
    ];
    let branches = vec![
        column("branch", ColumnType::Text, &["Northgate", "Quayside"]),
        column("square_metres", ColumnType::Integer, &[]),
        column("rent", ColumnType::Decimal, &[]),
    ];
    Schema {
        tables: [table("sales", sales), table("branches", branches)].into_iter().flat_map(|it| it.tables).collect(),
    }
}

#[test]
fn a_column_may_be_called_like_another_table() {
    let revenue = [term("revenue", Some("sum(net)"))];
    let asked = |question: &str| plan(question, &shop(), &revenue, "2025-06-18".parse().unwrap());
    for question in ["top 3 branches by net", "revenue per month by branch in 2024"] {
        let plan = asked(question).unwrap_or_else(|refused| panic!("{question}: {refused}"));
        assert_eq!((plan.table.as_str(), plan.sql.contains("GROUP BY")), ("sales", true), "{question}");
        let note = "The question was taken to be about sales.".to_owned();
        assert!(plan.assumptions.contains(&note), "{question}: {:?}", plan.assumptions);
    }
    // What can be asked of the table itself is asked of it.
    for question in ["top 3 branches by square metres", "How many branches are there?"] {
        assert_eq!(asked(question).unwrap().table, "branches", "{question}");
    }
    assert_eq!(asked("top 3 branches by colour").unwrap_err().reason, Reason::UnknownWord);
    assert_eq!(asked("net of sales by rent").unwrap_err().reason, Reason::UnknownWord);
}

#[test]
fn names_and_values_are_quoted() {
    let odd = vec![column("Net \"x\"", ColumnType::Decimal, &[]), column("city", ColumnType::Text, &["O'Hara \\ Co"])];
    let schema = table("Odd Table", odd);
    assert_eq!(
        planned("total net x of odd table for O'Hara Co", &schema, &[]).as_deref(),
        Ok(
            "SELECT sum(\"Net \"\"x\"\"\") AS \"sum_Net \"\"x\"\"\" FROM \"Odd Table\" WHERE \"city\" = 'O''Hara \\ Co'"
        )
    );
    assert_eq!(
        planned("rows with city \"'; DROP TABLE x; --\"", &schema, &[]).as_deref(),
        Ok(
            "SELECT \"Net \"\"x\"\"\", \"city\" FROM \"Odd Table\" WHERE lower(\"city\") = lower('''; DROP TABLE x; --') \
            ORDER BY \"Net \"\"x\"\"\", \"city\" LIMIT 1000"
        )
    );
}

#[test]
fn a_table_is_named_with_its_schema_where_another_has_its_name() {
    let mut schema = table("sales", vec![column("net", ColumnType::Decimal, &[])]);
    schema.tables.iter_mut().for_each(|table| table.schema = Some("old \"ones".to_owned()));
    assert_eq!(
        planned("total net of sales", &schema, &[]).as_deref(),
        Ok("SELECT sum(\"net\") AS \"sum_net\" FROM \"old \"\"ones\".\"sales\"")
    );
}

#[test]
fn moments_with_an_offset_are_divided_in_utc() {
    let columns =
        vec![column("happened_at", ColumnType::TimestampTz, &[]), column("kind", ColumnType::Text, &["click"])];
    let schema = table("events", columns);
    assert_eq!(
        planned("clicks per day in March 2025", &schema, &[]).as_deref(),
        Ok(
            "SELECT date_trunc('day', \"happened_at\" AT TIME ZONE 'UTC')::date AS \"day\", count(*) AS \"count\" FROM \"events\" \
            WHERE \"happened_at\" >= '2025-03-01 00:00:00+00'::timestamptz AND \"happened_at\" < '2025-04-01 00:00:00+00'::timestamptz \
            AND \"kind\" = 'click' GROUP BY 1 ORDER BY \"day\" LIMIT 1000"
        )
    );
    let plan = plan("clicks per day", &schema, &[], "2025-06-18".parse().unwrap()).unwrap();
    assert!(plan.assumptions.contains(&"Days are those of UTC.".to_owned()), "{:?}", plan.assumptions);
}

#[test]
fn years_may_be_numbers() {
    let columns = vec![
        column("country", ColumnType::Text, &["Chad"]),
        column("year", ColumnType::Integer, &[]),
        column("population", ColumnType::Integer, &[]),
    ];
    let schema = table("countries", columns);
    assert_eq!(
        planned("population of Chad in 2020", &schema, &[]).as_deref(),
        Ok(
            "SELECT sum(\"population\") AS \"sum_population\" FROM \"countries\" WHERE \"year\" = 2020 AND \"country\" = 'Chad'"
        )
    );
    assert_eq!(planned("population of Chad last month", &schema, &[]), Err(Reason::NoDate));
}

#[test]
fn glossaries_cannot_reach_beyond_their_table() {
    let schema = table("orders", vec![column("net", ColumnType::Decimal, &[])]);
    for expression in [
        "(select passwd from pg_shadow)",
        "net) from pg_shadow --",
        "pg_read_file('/etc/passwd')",
        "pg_sleep(10)",
        "net, net",
    ] {
        let glossary = [term("profit", Some(expression))];
        let got = planned("average profit of orders", &schema, &glossary);
        assert!(matches!(got, Err(Reason::UnknownWord | Reason::Unsupported)), "{expression}: {got:?}");
    }
    let glossary = [term("profit", Some("net * 0.2"))];
    assert_eq!(
        planned("average profit of orders", &schema, &glossary).as_deref(),
        Ok("SELECT avg((net * 0.2))::double precision AS \"average_profit\" FROM \"orders\"")
    );
}

#[test]
fn columns_may_be_called_as_words_of_questions_are() {
    let columns = vec![
        column("total", ColumnType::Decimal, &[]),
        column("month", ColumnType::Text, &["May"]),
        column("change", ColumnType::Decimal, &[]),
        column("grade", ColumnType::Text, &["A", "No"]),
    ];
    let schema = table("marks", columns);
    for (question, sql) in [
        (
            "total by month",
            "SELECT \"month\", sum(\"total\") AS \"sum_total\" FROM \"marks\" GROUP BY 1 ORDER BY \"sum_total\" DESC NULLS LAST, \"month\" LIMIT 1000",
        ),
        ("average total", "SELECT avg(\"total\")::double precision AS \"average_total\" FROM \"marks\""),
        ("average change", "SELECT avg(\"change\")::double precision AS \"average_change\" FROM \"marks\""),
        ("how many marks with grade A", "SELECT count(*) AS \"count\" FROM \"marks\" WHERE \"grade\" = 'A'"),
        ("how many marks of grade no", "SELECT count(*) AS \"count\" FROM \"marks\" WHERE \"grade\" = 'No'"),
        ("how many marks with month May", "SELECT count(*) AS \"count\" FROM \"marks\" WHERE \"month\" = 'May'"),
    ] {
        assert_eq!(planned(question, &schema, &[]).as_deref(), Ok(sql), "{question}");
    }
}

#[test]
fn codes_are_unlike() {
    let mut codes: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Reason::ALL.len());
}
