//! Takes the comments and the strings out of Rust source, so that a rule sees code only; it knows no grammar.

/// The source's lines with every comment, and the content of every string and character, replaced by blanks. A line
/// keeps its length and its place. The quotes of a string stay.
pub(super) fn code_lines(source: &str) -> Vec<String> {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        // A raw string's prefix is no prefix at the end of a name: `for"` is not Rust anyway, but `br"` begins one.
        let in_name = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            blank(&mut code, rest, line_comment(rest), (0, 0))
        } else if rest.starts_with("/*") {
            blank(&mut code, rest, block_comment(rest), (0, 0))
        } else if let Some((length, quotes)) = (!in_name).then(|| raw_string(rest)).flatten() {
            blank(&mut code, rest, length, quotes)
        } else if first == '"' {
            blank(&mut code, rest, quoted(rest, '"'), (1, 1))
        } else if let Some(length) = character(rest) {
            blank(&mut code, rest, length, (1, 1))
        } else {
            code.push(first);
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    code.lines().map(str::to_owned).collect()
}

/// Writes the first `length` bytes of `rest` as blanks, except line breaks and so many characters at each end.
fn blank(code: &mut String, rest: &str, length: usize, kept: (usize, usize)) -> usize {
    let count = rest[..length].chars().count();
    for (at, c) in rest[..length].chars().enumerate() {
        let stays = c == '\n' || at < kept.0 || at + kept.1 >= count;
        code.push(if stays { c } else { ' ' });
    }
    length
}

fn line_comment(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of a string or character with its quotes, escapes heeded.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + c.len_utf8();
        }
    }
    rest.len()
}

/// The lengths of `r"…"`, `br#"…"#` and the like, and of what opens and closes it, if one begins here.
fn raw_string(rest: &str) -> Option<(usize, (usize, usize))> {
    let after_r = ["r", "br", "cr"]
        .iter()
        .find_map(|prefix| rest.strip_prefix(prefix))?;
    let content = after_r.trim_start_matches('#');
    let hashes = &after_r[..after_r.len() - content.len()];
    let content = content.strip_prefix('"')?;
    let end = format!("\"{hashes}");
    let before = rest.len() - content.len();
    let length = match content.find(&end) {
        Some(at) => before + at + end.len(),
        None => rest.len(),
    };
    Some((length, (before, end.len())))
}

/// The length of a character literal, if one begins here; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let content = rest.strip_prefix('\'')?;
    let first = content.chars().next()?;
    if first == '\\' {
        return Some(quoted(rest, '\''));
    }
    let closed = content[first.len_utf8()..].starts_with('\'');
    closed.then(|| first.len_utf8() + 2)
}

#[test]
fn comments_and_strings_are_taken_out() {
    let source = r##"
let a = "one // \" two"; // three
let b = r#"four " five"#; /* six /* seven */ eight */ let c = 'n';
fn d<'a>(e: &'a str) -> char { '\'' }
"##;
    let expected = r##"
let a = "             ";         
let b = r#"           "#;                             let c = ' ';
fn d<'a>(e: &'a str) -> char { '  ' }
"##;
    assert_eq!(
        code_lines(source).join("\n"),
        expected.trim_end_matches('\n')
    );
}
