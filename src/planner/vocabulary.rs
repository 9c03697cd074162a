//! The words that rules know, in small letters. A word that is in no list here and means nothing in the data is refused by name.

/// They say nothing by themselves.
pub(super) const FILLERS: &[&str] = &[
    "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "being", "came", "can", "come",
    "comes", "could", "data", "did", "do", "does", "exist", "existed", "far", "for", "from", "get", "give", "had",
    "happen", "happened", "has", "have", "i", "in", "is", "it", "its", "just", "know", "let", "like", "made", "make",
    "me", "my", "need", "occur", "occurred", "of", "on", "only", "our", "overall", "placed", "please", "see", "so",
    "tell", "that", "the", "their", "them", "there", "these", "they", "this", "those", "to", "us", "want", "was", "we",
    "were", "what", "where", "which", "who", "whose", "with", "within", "work", "working", "works", "would", "you",
    "your", ",", "during", "located", "based", "named", "called",
];

/// In front of a noun, or between it and what is said of it.
pub(super) const LINKS: &[&str] = &[
    "is", "are", "was", "were", "be", "been", "has", "have", "had", "with", "a", "an", "the", "of", "that", "which",
    "who", "whose", "equals",
];

/// In front of what a word names.
pub(super) const ARTICLES: &[&str] = &["the", "a", "an", "our", "all", "of", "in", "for", "their", "its", "my"];

/// They begin a list of rows.
pub(super) const LIST: &[&str] = &["list", "show", "display", "find", "give", "get"];

/// They ask for what follows.
pub(super) const ASK: &[&str] = &["which", "what", "who"];

pub(super) const LARGEST: &[&str] = &["highest", "largest", "biggest", "greatest", "maximum", "max", "most"];
pub(super) const SMALLEST: &[&str] = &["lowest", "smallest", "minimum", "min", "least", "fewest"];
pub(super) const LATEST: &[&str] = &["latest", "newest", "recent", "last"];
pub(super) const EARLIEST: &[&str] = &["earliest", "oldest", "first"];
pub(super) const SUM: &[&str] = &["sum", "total", "totals", "combined"];
pub(super) const AVERAGE: &[&str] = &["average", "avg", "mean"];
pub(super) const MEDIAN: &[&str] = &["median"];
pub(super) const COUNT: &[&str] = &["count", "number", "many", "#"];
pub(super) const DISTINCT: &[&str] = &["different", "distinct", "unique"];
pub(super) const SHARE: &[&str] = &["share", "percentage", "proportion", "fraction", "percent"];
pub(super) const NOT: &[&str] = &["not", "never", "non"];
pub(super) const EXCEPT: &[&str] = &["except", "excluding", "outside", "without", "other"];
pub(super) const EMPTY: &[&str] = &["missing", "empty", "null", "unknown", "blank"];
/// What follows says by what to group.
pub(super) const EACH: &[&str] = &["by", "per", "each", "every", "across"];
pub(super) const ORDERED: &[&str] = &["sorted", "ordered", "ranked", "order", "sort"];
/// The rows of any table.
pub(super) const ROWS: &[&str] = &["row", "rows", "record", "records"];

/// Other words that rules look for.
const MORE: &[&str] = &[
    "how",
    "much",
    "no",
    "top",
    "bottom",
    "over",
    "above",
    "under",
    "below",
    "more",
    "less",
    "fewer",
    "greater",
    "larger",
    "higher",
    "bigger",
    "smaller",
    "lower",
    "than",
    "exceeding",
    "exceeds",
    "exactly",
    "equal",
    "equals",
    "between",
    "or",
    "least",
    "at",
    ">",
    "<",
    ">=",
    "<=",
    "=",
    "<>",
    "since",
    "after",
    "before",
    "until",
    "till",
    "through",
    "up",
    "split",
    "grouped",
    "broken",
    "down",
    "group",
    "time",
    "trend",
    "trends",
    "date",
    "today",
    "yesterday",
    "tomorrow",
    "ytd",
    "this",
    "current",
    "past",
    "previous",
    "next",
    "coming",
    "upcoming",
    "when",
    "common",
    "frequent",
    "values",
    "value",
    "descending",
    "ascending",
    "yet",
    "then",
    "both",
    "either",
    "starting",
];

const LISTS: &[&[&str]] = &[
    FILLERS, LINKS, ARTICLES, LIST, ASK, LARGEST, SMALLEST, LATEST, EARLIEST, SUM, AVERAGE, MEDIAN, COUNT, DISTINCT,
    SHARE, NOT, EXCEPT, EMPTY, EACH, ORDERED, ROWS, MORE,
];

/// Whether some rule knows the word.
pub(super) fn knows(low: &str) -> bool {
    LISTS.iter().any(|list| list.contains(&low))
}

/// Words of rules that a mistyped word may be meant to be.
pub(super) const OFTEN_MISTYPED: &[&str] = &[
    "average",
    "between",
    "different",
    "distinct",
    "highest",
    "largest",
    "lowest",
    "maximum",
    "median",
    "minimum",
    "month",
    "monthly",
    "number",
    "percentage",
    "quarter",
    "smallest",
    "total",
    "without",
    "latest",
    "earliest",
    "yesterday",
];

/// Numbers that make no sense when they are summed up.
pub(super) const INTENSIVE: &[&str] = &[
    "age",
    "average",
    "celsius",
    "charge",
    "discount",
    "fahrenheit",
    "grade",
    "height",
    "humidity",
    "index",
    "level",
    "percent",
    "percentage",
    "pressure",
    "price",
    "rank",
    "rate",
    "rating",
    "ratio",
    "salary",
    "score",
    "speed",
    "temperature",
    "voltage",
    "weight",
    "year",
];
