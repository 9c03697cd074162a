//! The guard: what a document may ask for, and that finding out is cheap.

use std::fmt::Write;
use std::sync::Arc;

use elenchus::graphql::guard::{Documents, GuardError, OperationKind};
use proptest::prelude::*;

use crate::transport_support::limits;

fn check(query: &str) -> Result<(), GuardError> {
    Documents::new(limits()).prepare(query, None).map(|_| ())
}

fn too_many(what: &'static str, limit: usize) -> Result<(), GuardError> {
    Err(GuardError::TooComplex { what, limit })
}

/// Each fragment spreads the next one twice.
fn bomb(fragments: usize) -> String {
    let mut query = String::from("{ item { ...F0 } }");
    for index in 0..fragments {
        let next = index + 1;
        write!(query, " fragment F{index} on Item {{ ...F{next} ...F{next} }}").unwrap();
    }
    write!(query, " fragment F{fragments} on Item {{ name }}").unwrap();
    query
}

#[test]
fn a_fragment_bomb_is_counted_not_spread_out() {
    // 2^200 fields: any walk of the tree would not end.
    assert_eq!(check(&bomb(200)), too_many("fields with fragments spread out", 400));
    assert_eq!(check(&bomb(8)), too_many("fragments with fragments spread out", 400));
    assert_eq!(check(&bomb(4)), Ok(()));
}

#[test]
fn each_bound_is_exact() {
    let fields = |count: usize| format!("{{ item {{ {} }} }}", "name ".repeat(count));
    assert_eq!(check(&fields(399)), Ok(()));
    assert_eq!(check(&fields(400)), too_many("fields with fragments spread out", 400));

    let aliases = |count: usize| {
        let list: Vec<String> = (0..count).map(|index| format!("a{index}: __typename")).collect();
        format!("{{ item {{ {} }} }}", list.join(" "))
    };
    assert_eq!(check(&aliases(30)), Ok(()));
    assert_eq!(check(&aliases(31)), too_many("aliases", 30));

    assert_eq!(check(&format!("{{ {} }}", "hello ".repeat(20))), Ok(()));
    assert_eq!(check(&format!("{{ {} }}", "hello ".repeat(21))), too_many("fields on the root", 20));

    assert_eq!(check(&format!("{{ hello {} }}", "@a ".repeat(20))), Ok(()));
    assert_eq!(check(&format!("{{ hello {} }}", "@a ".repeat(21))), too_many("directives", 20));

    let deep = |levels: usize| format!("{{ {} name {} }}", "item { ".repeat(levels - 1), "}".repeat(levels - 1));
    assert_eq!(check(&deep(16)), Ok(()));
    assert_eq!(check(&deep(17)), too_many("levels of fields", 16));

    let long = |bytes: usize| format!("{{ hello }} #{}", "x".repeat(bytes - 11));
    assert_eq!(check(&long(16_384)), Ok(()));
    assert_eq!(check(&long(16_385)), too_many("bytes in a document", 16_384));
}

#[test]
fn fragments_count_as_often_as_they_are_spread() {
    let query = |spreads: usize| {
        format!("{{ item {{ {} }} }} fragment F on Item {{ {} }}", "...F ".repeat(spreads), "name ".repeat(100))
    };
    assert_eq!(check(&query(3)), Ok(()));
    assert_eq!(check(&query(4)), too_many("fields with fragments spread out", 400));
    // Aliases and directives within fragments too.
    let aliased = format!("{{ {} }} fragment F on Query {{ a: hello @x b: hello @x }}", "...F ".repeat(10));
    assert_eq!(check(&aliased), Ok(()));
    let aliased =
        format!("{{ {} }} fragment F on Query {{ a: __typename @x b: hello @x c: hello }}", "...F ".repeat(6));
    assert_eq!(check(&aliased), Ok(()));
    // Fragments that nothing spreads are still read by the engine.
    let unused = format!("{{ hello }} fragment F on Item {{ {} }}", "name ".repeat(401));
    assert_eq!(check(&unused), too_many("fields with fragments spread out", 400));
}

#[test]
fn fragments_in_a_circle_are_refused() {
    for query in [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { hello ...B } fragment B on Query { item { ...A } }",
        "{ hello } fragment A on Query { ... on Query { ...B } } fragment B on Query { ...C } fragment C on Query { ...A }",
    ] {
        let refused = check(query);
        assert!(
            matches!(&refused, Err(GuardError::Invalid { message, .. }) if message.ends_with("spreads itself.")),
            "{query}: {refused:?}"
        );
    }
}

#[test]
fn fifty_thousand_brackets_cost_no_stack() {
    let generous = || {
        let mut limits = limits();
        limits.max_bytes = 1_048_576;
        Documents::new(limits)
    };
    for shape in ["{a", "{a(b:[", "{a(b:{c:", "{...on A", "query($a:["] {
        let query = shape.repeat(50_000);
        assert_eq!(generous().prepare(&query, None).map(|_| ()), too_many("levels of brackets", 64), "{shape}");
    }
    for shape in ["[", "{", "("] {
        let query = format!("{{ a(b: {}", shape.repeat(50_000));
        assert_eq!(generous().prepare(&query, None).map(|_| ()), too_many("levels of brackets", 64), "{shape}");
    }
    // A chain of fragments is as deep as it is long.
    let mut chain = String::from("{ ...F0 }");
    for index in 0..5000 {
        write!(chain, " fragment F{index} on Query {{ ...F{} }}", index + 1).unwrap();
    }
    chain.push_str(" fragment F5000 on Query { hello }");
    assert_eq!(generous().prepare(&chain, None).map(|_| ()), too_many("fragments with fragments spread out", 400));
}

#[test]
fn the_operation_is_the_one_named() {
    let documents = Documents::new(limits());
    let query = "query A { hello } mutation B { ...T } subscription C { count(to: 1) { number } } \
                 fragment T on Mutation { one: touch ... { two: touch } }";
    let chosen = |name| documents.prepare(query, name).map(|prepared| (prepared.kind, prepared.root_fields.to_vec()));
    assert_eq!(chosen(Some("A")), Ok((OperationKind::Query, vec!["hello".to_owned()])));
    assert_eq!(chosen(Some("B")), Ok((OperationKind::Mutation, vec!["touch".to_owned(), "touch".to_owned()])));
    assert_eq!(chosen(Some("C")), Ok((OperationKind::Subscription, vec!["count".to_owned()])));
    for name in [None, Some("D"), Some("")] {
        assert!(matches!(chosen(name), Err(GuardError::Invalid { .. })), "{name:?}");
    }
}

#[test]
fn syntax_errors_say_what_stands_where() {
    for (query, expected, at) in [
        ("{ hello ", "Syntax error: unexpected end of the document.", None),
        ("{ hello( }", "Syntax error: unexpected \"}\".", Some((1, 10))),
        ("query {\n  hello }}", "Syntax error: unexpected \"}\".", Some((2, 10))),
        ("{ hello } nonsense", "Syntax error: unexpected \"nonsense\".", Some((1, 11))),
        ("", "Syntax error: unexpected end of the document.", None),
    ] {
        match check(query) {
            Err(GuardError::Syntax { message, at: found }) => {
                assert_eq!(message, expected, "{query}");
                if at.is_some() {
                    assert_eq!(found.map(|pos| (pos.line, pos.column)), at, "{query}");
                }
            }
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[test]
fn a_document_cannot_name_an_upload() {
    for query in [
        r##"mutation { upload(file: "#__graphql_file__:0") { name } }"##,
        r#"mutation { upload(file: "\u0023__graphql_file__:0") { name } }"#,
        r##"mutation($f: Upload! = "#__graphql_file__:7") { upload(file: $f) { name } }"##,
        r##"mutation { uploads(files: ["#__graphql_file__:0"]) { name } }"##,
    ] {
        assert!(matches!(check(query), Err(GuardError::Invalid { .. })), "{query}");
    }
}

#[test]
fn documents_are_parsed_once_and_the_oldest_forgotten() {
    let documents = Documents::new(limits());
    let parsed = |query: &str| documents.prepare(query, None).unwrap().document;
    let first = parsed("{ hello }");
    assert!(Arc::ptr_eq(&first, &parsed("{ hello }")));
    assert!(!Arc::ptr_eq(&first, &parsed("{ hello  }")));
    // Half a mebibyte of text is kept: 40 documents of 16 kB push the first one out.
    for index in 0..40 {
        parsed(&format!("{{ hello }} # {index} {}", "x".repeat(16_000)));
    }
    assert!(!Arc::ptr_eq(&first, &parsed("{ hello }")));
}

proptest! {
    #[test]
    fn no_text_makes_the_guard_panic(query in "[{}()\\[\\]a-c:.@$!\"#\\\\ \n0-9]{0,200}") {
        let _ = Documents::new(limits()).prepare(&query, None);
    }

    #[test]
    fn counts_agree_with_a_walk_of_the_expanded_tree(spreads in proptest::collection::vec((0_usize..4, 0_usize..4), 1..6)) {
        // Fragment i has `fields` fields and spreads fragment i + 1 `times` times.
        let mut query = String::from("{ item { ...F0 } }");
        let last = spreads.len();
        for (index, (fields, times)) in spreads.iter().enumerate() {
            let next = index + 1;
            write!(query, " fragment F{index} on Item {{ name {} {} }}", "name ".repeat(*fields), format!("...F{next} ").repeat(*times)).unwrap();
        }
        write!(query, " fragment F{last} on Item {{ name }}").unwrap();
        let mut fields = 1;
        for (own, times) in spreads.iter().rev() {
            fields = 1 + own + times * fields;
        }
        // Fragments that are not reached count once each.
        let mut reached = true;
        let mut unused = 0;
        for (index, (_, times)) in spreads.iter().enumerate() {
            reached = reached && *times > 0;
            if !reached {
                unused += spreads.get(index + 1).map_or(1, |(own, _)| 1 + own);
            }
        }
        let document = async_graphql::parser::parse_query(&query).unwrap();
        let measures = elenchus::graphql::measure::measure(&document).unwrap();
        prop_assert_eq!(measures.operations[0].1.fields, fields + 1);
        prop_assert_eq!(measures.unused.fields, unused);
    }
}
