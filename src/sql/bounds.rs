//! What is settled before there is a tree: length, characters, number of tokens, one statement that is a query.
//!
//! The parser bounds how deep it goes, but not how long a chain such as `1 + 1 + …` gets, and the tree of a chain is as
//! deep as the chain is long. The number of tokens bounds that.

use sqlparser::ast::Query;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::refusal::{Code, Refusal};

/// In characters.
pub(super) const MAX_LENGTH: usize = 20_000;
/// Without white space and comments.
pub(super) const MAX_TOKENS: usize = 5_000;
/// How often the words JOIN and NESTED may stand in a statement, together. The parser calls itself for each of them in
/// `a JOIN b JOIN c …` and in `JSON_TABLE`, and counts neither.
const MAX_JOINS: usize = 100;
/// How many calls of its recursive functions the parser nests: a parenthesis or an operator's right side is one, a
/// subquery in FROM three.
pub(super) const MAX_DEPTH: usize = 50;

/// The tree of the only statement in `sql`.
pub(super) fn parse(sql: &str) -> Result<Box<Query>, Refusal> {
    look_at_characters(sql)?;
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql)
        .tokenize_with_location()
        .map_err(|error| unreadable(&error.message).at_place(error.location.line, error.location.column))?;
    look_at_tokens(&tokens)?;
    let mut parser =
        Parser::new(&PostgreSqlDialect {}).with_recursion_limit(MAX_DEPTH).with_tokens_with_locations(tokens);
    let query = parser.parse_query().map_err(of_parser)?;
    while parser.consume_token(&Token::SemiColon) {}
    parser.expect_token(&Token::EOF).map_err(of_parser)?;
    Ok(query)
}

fn look_at_characters(sql: &str) -> Result<(), Refusal> {
    if sql.chars().nth(MAX_LENGTH).is_some() {
        return Err(Refusal::new(Code::TooLong, format!("The statement is longer than {MAX_LENGTH} characters.")));
    }
    for (line, text) in (1..).zip(sql.split('\n')) {
        for (column, char) in (1..).zip(text.chars()) {
            let is_control = char.is_control() && !matches!(char, '\t' | '\r');
            // These turn what a reviewer sees into something else than what is there.
            let turns_text = matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
            if is_control || turns_text {
                let message = format!("The character U+{:04X} is not allowed in a statement.", u32::from(char));
                return Err(Refusal::new(Code::InvalidCharacter, message).at_place(line, column));
            }
        }
    }
    Ok(())
}

fn look_at_tokens(tokens: &[TokenWithSpan]) -> Result<(), Refusal> {
    let mut significant = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF));
    let mut first = significant.clone().skip_while(|token| token.token == Token::LParen);
    match first.next() {
        None => return Err(Refusal::new(Code::Empty, "There is no statement.")),
        Some(token) => match &token.token {
            Token::Word(word) if word.quote_style.is_none() => match word.keyword {
                Keyword::SELECT | Keyword::WITH | Keyword::VALUES | Keyword::TABLE => {}
                _ => return Err(not_a_query().at(token.span)),
            },
            _ => return Err(not_a_query().at(token.span)),
        },
    }
    if significant.clone().nth(MAX_TOKENS).is_some() {
        let message = format!("The statement has more than {MAX_TOKENS} words and signs.");
        return Err(Refusal::new(Code::TooComplex, message));
    }
    let joins = significant.clone().filter(|token| match &token.token {
        Token::Word(word) => matches!(word.keyword, Keyword::JOIN | Keyword::NESTED),
        _ => false,
    });
    if joins.count() > MAX_JOINS {
        return Err(Refusal::new(Code::TooComplex, format!("The statement has more than {MAX_JOINS} joins.")));
    }
    let mut ended = false;
    significant.try_for_each(|token| match token.token {
        Token::SemiColon => {
            ended = true;
            Ok(())
        }
        _ if ended => {
            let message = "Only one statement can be run at a time.";
            Err(Refusal::new(Code::MultipleStatements, message).at(token.span))
        }
        _ => Ok(()),
    })
}

fn not_a_query() -> Refusal {
    Refusal::new(Code::NotAQuery, "Only queries can be run: SELECT, WITH … SELECT, VALUES or TABLE.")
}

fn of_parser(error: ParserError) -> Refusal {
    match error {
        ParserError::RecursionLimitExceeded => {
            Refusal::new(Code::TooComplex, "The statement is nested too deeply. Use WITH to flatten it.")
        }
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => {
            let (what, place) = message.rsplit_once(" at Line: ").unwrap_or((&message, ""));
            let refusal = unreadable(what);
            let numbers = place.split_once(", Column: ").map(|(line, column)| (line.parse(), column.parse()));
            match numbers {
                Some((Ok(line), Ok(column))) => refusal.at_place(line, column),
                _ => refusal,
            }
        }
    }
}

fn unreadable(what: &str) -> Refusal {
    let what: String = what.chars().filter(|char| !char.is_control()).take(200).collect();
    Refusal::new(Code::Unreadable, format!("The statement cannot be read: {}.", what.trim_end_matches('.')))
}
