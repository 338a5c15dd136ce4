//! Methods of strings and bytes against CPython's answers.

mod cases;

use cases::*;
use python_text::index::{IndexCache, clip, offset_of, slice_indices, slice_with_step};
use python_text::pad::Place;
use python_text::search::Unit;
use python_text::split::{Alphabet, Ends};
use python_text::*;

fn predicate(name: &str, text: &[u8], is_bytes: bool) -> Option<bool> {
    use predicates as p;
    Some(match (name, is_bytes) {
        ("isalpha", false) => p::is_alpha(text),
        ("isalnum", false) => p::is_alnum(text),
        ("isdecimal", false) => p::is_decimal(text),
        ("isdigit", false) => p::is_digit(text),
        ("isnumeric", false) => p::is_numeric(text),
        ("isspace", false) => p::is_space(text),
        ("isprintable", false) => p::is_printable(text),
        ("isidentifier", false) => p::is_identifier(text),
        ("islower", false) => p::is_lower(text),
        ("isupper", false) => p::is_upper(text),
        ("istitle", false) => p::is_title(text),
        ("isalpha", true) => p::bytes::is_alpha(text),
        ("isalnum", true) => p::bytes::is_alnum(text),
        ("isdigit", true) => p::bytes::is_digit(text),
        ("isspace", true) => p::bytes::is_space(text),
        ("islower", true) => p::bytes::is_lower(text),
        ("isupper", true) => p::bytes::is_upper(text),
        ("istitle", true) => p::bytes::is_title(text),
        _ => return None,
    })
}

fn mapped(name: &str, text: &[u8], is_bytes: bool) -> Option<Vec<u8>> {
    Some(match (name, is_bytes) {
        ("lower", false) => case::lower(text),
        ("upper", false) => case::upper(text),
        ("title", false) => case::title(text),
        ("capitalize", false) => case::capitalize(text),
        ("swapcase", false) => case::swap_case(text),
        ("casefold", false) => case::casefold(text),
        ("lower", true) => text.to_ascii_lowercase(),
        ("upper", true) => text.to_ascii_uppercase(),
        ("title", true) => case::title_bytes(text),
        ("capitalize", true) => case::capitalize_bytes(text),
        ("swapcase", true) => case::swap_case_bytes(text),
        _ => return None,
    })
}

/// The bytes of a slice with step 1; `None` where `find` answers -1 whatever the needle.
fn window<'a>(text: &'a [u8], count: usize, start: &str, stop: &str) -> Option<(usize, &'a [u8])> {
    let range = clip(number(start), number(stop), count);
    if range.start > range.end {
        return None;
    }
    let offset = |i| offset_of(text, count, i);
    Some((offset(range.start), &text[offset(range.start)..offset(range.end)]))
}

fn run(op: &str, args: &[&str]) -> String {
    let text = bytes(args[0]);
    let is_bytes = is_bytes(args[0]);
    let (alphabet, unit, prefix) =
        if is_bytes { (Alphabet::Ascii, Unit::Byte, 'b') } else { (Alphabet::Unicode, Unit::CodePoint, 's') };
    let count = if is_bytes { text.len() } else { code_points::count(&text) };
    let other = || bytes(args[1]);
    let show = |result: &[u8]| if is_bytes { show_bytes(result) } else { show_str(result) };
    let ends = |name: &str| match name.as_bytes()[0] {
        b'l' => Ends::Left,
        b'r' => Ends::Right,
        _ => Ends::Both,
    };
    if let Some(answer) = predicate(op, &text, is_bytes) {
        return flag(answer);
    }
    if let Some(answer) = mapped(op, &text, is_bytes) {
        return show(&answer);
    }
    match op {
        "repr" if is_bytes => show_str(&repr::repr_bytes(&text)),
        "repr" => show(&repr::repr_str(&text)),
        "ascii" => show(&repr::ascii_str(&text)),
        "find" | "rfind" => {
            let search = if op == "find" { search::find } else { search::rfind };
            let found = window(&text, count, args[2], args[3])
                .and_then(|(start, part)| Some(start + search(part, &other())?));
            let cache = IndexCache::new(&text).unwrap();
            found
                .map_or(-1, |at| {
                    let index = code_points::count(&text[..at]);
                    assert_eq!((cache.index(&text, at), cache.offset(&text, index)), (index, at));
                    index as i64
                })
                .to_string()
        }
        "count" => window(&text, count, args[2], args[3])
            .map_or(0, |(_, part)| search::count_matches(part, &other(), unit))
            .to_string(),
        "slice" => {
            let step = number(args[3]);
            let (start, stop, items) = slice_indices(option(args[1]), option(args[2]), step, count);
            let result = slice_with_step(&text, count, start, step, items);
            if step == 1 && items > 0 {
                let range = offset_of(&text, count, start as usize)..offset_of(&text, count, stop as usize);
                assert_eq!(result, text[range]);
            }
            show(&result)
        }
        "replace" => {
            let result = search::replace(&text, &other(), &bytes(args[2]), number(args[3]), unit);
            show(&result.unwrap_or(text))
        }
        "split" | "rsplit" => {
            let most = args.get(2).map_or(-1, |n| number(n));
            let separator = if args.len() > 1 { other() } else { Vec::new() };
            let parts = match (op, separator.is_empty()) {
                ("split", true) => split::split_white_space(&text, most, alphabet),
                ("split", false) => split::split(&text, &separator, most),
                (_, true) => split::rsplit_white_space(&text, most, alphabet),
                (_, false) => split::rsplit(&text, &separator, most),
            };
            show_list(parts, prefix)
        }
        "splitlines" => show_list(split::split_lines(&text, args.get(1) == Some(&"1"), alphabet), prefix),
        "strip" | "lstrip" | "rstrip" => show(&text[split::strip_white_space(&text, ends(op), alphabet)]),
        "stripset" | "lstripset" | "rstripset" => {
            show(&text[split::strip_set(&text, &other(), ends(op), alphabet)])
        }
        "center" | "ljust" | "rjust" => {
            let (place, fill) = match op {
                "center" => (Place::Center, "é"),
                "ljust" => (Place::Left, " "),
                _ => (Place::Right, " "),
            };
            show(&pad::pad(&text, count, number(args[1]), fill.as_bytes(), place).unwrap_or(text))
        }
        "zfill" => show(&pad::zero_fill(&text, count, number(args[1])).unwrap_or(text)),
        "expandtabs" => show(&pad::expand_tabs(&text, number(args[1]), unit)),
        _ => panic!("unknown operation {op}"),
    }
}

#[test]
fn methods() {
    check("strings.txt", run);
}
