//! Errors inside string literals: escapes that cannot be decoded, and bytes beyond ASCII.

/// What is wrong, and which bytes of the source it is reported for.
pub(super) struct Problem {
    pub message: String,
    pub range: (usize, usize),
}

/// Checks the literal (or f-string) at `start..end`.
pub(super) fn check(source: &str, start: usize, end: usize, is_interpolated: bool) -> Result<(), Problem> {
    let text = &source[start..end];
    let Some(quote_at) = text.find(['"', '\'']) else { return Ok(()) };
    let prefix = text[..quote_at].to_ascii_lowercase();
    let quote = &text[quote_at..quote_at + 1];
    let len = if text[quote_at..].starts_with(&quote.repeat(3)) { 3 } else { 1 };
    let Some(body) = text.get(quote_at + len..text.len().saturating_sub(len)) else { return Ok(()) };
    if prefix.contains('b') {
        if !body.is_ascii() {
            let message = "bytes can only contain ASCII literal characters".into();
            return Err(Problem { message, range: (start, end) });
        }
        if !prefix.contains('r')
            && let Some(at) = bad_byte_escape(body)
        {
            let message = format!("(value error) invalid \\x escape at position {at}");
            return Err(Problem { message, range: (start, end) });
        }
        return Ok(());
    }
    if prefix.contains('r') {
        return Ok(());
    }
    let Some((from, to, reason)) = bad_escape(body, is_interpolated) else { return Ok(()) };
    // In an f-string the text up to the next field is the literal.
    let (range, offset) = match is_interpolated {
        true => {
            let field = |part: &str| part.replace("{{", "\0\0").replace("}}", "\0\0");
            let clean = field(body);
            let begin = clean[..from].rfind('}').map_or(0, |i| i + 1);
            // A named character ends a token.
            let is_name = body[from..].starts_with("\\N");
            let stop = if is_name { to } else { body[to..].find('{').map_or(body.len(), |i| to + i) };
            let base = start + quote_at + len;
            ((base + begin, base + stop), begin)
        }
        false => ((start, end), 0),
    };
    let decoded = |i: usize| unicode_escape_length(&body[offset..i]);
    let message = format!(
        "(unicode error) 'unicodeescape' codec can't decode bytes in position {}-{}: {reason}",
        decoded(from),
        decoded(to) - 1
    );
    Err(Problem { message, range })
}

/// CPython escapes non-ASCII characters as `\Uxxxxxxxx` before it decodes; positions count that.
fn unicode_escape_length(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum()
}

fn bad_byte_escape(body: &str) -> Option<usize> {
    let bytes = body.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == b'\\' {
            let is_hex = |b: Option<&u8>| b.is_some_and(u8::is_ascii_hexdigit);
            if bytes.get(i + 1) == Some(&b'x') && !(is_hex(bytes.get(i + 2)) && is_hex(bytes.get(i + 3))) {
                return Some(i);
            }
            i += 1;
        }
        i += 1;
    }
    None
}

/// The first escape that cannot be decoded: its bytes in the body, and why.
fn bad_escape(body: &str, is_interpolated: bool) -> Option<(usize, usize, &'static str)> {
    let bytes = body.as_bytes();
    let (mut i, mut depth) = (0, 0usize);
    while i < bytes.len() {
        match bytes[i] {
            b'{' if is_interpolated && bytes.get(i + 1) == Some(&b'{') => i += 1,
            b'{' if is_interpolated => depth += 1,
            b'}' if is_interpolated => depth = depth.saturating_sub(1),
            b'\\' if depth == 0 => {
                let (count, reason) = match bytes.get(i + 1) {
                    Some(b'x') => (2, "truncated \\xXX escape"),
                    Some(b'u') => (4, "truncated \\uXXXX escape"),
                    Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
                    Some(b'N') => match body[i + 2..]
                        .strip_prefix('{')
                        .and_then(|rest| rest.find('}').map(|n| &rest[..n]))
                    {
                        None => {
                            let brace = bytes.get(i + 2) == Some(&b'{');
                            let to = if brace { body.len().min(i + 3).max(i + 2) } else { i + 2 };
                            let to = if brace { body.len().max(to) } else { to };
                            return Some((i, to, "malformed \\N character escape"));
                        }
                        Some("") => return Some((i, i + 3, "malformed \\N character escape")),
                        Some(name) if unicode_names2::character(name).is_none() => {
                            return Some((i, i + 4 + name.len(), "unknown Unicode character name"));
                        }
                        Some(name) => {
                            i += 4 + name.len();
                            continue;
                        }
                    },
                    _ => {
                        i += 2;
                        continue;
                    }
                };
                let digits = bytes[i + 2..].iter().take(count).take_while(|b| b.is_ascii_hexdigit()).count();
                if digits < count {
                    return Some((i, i + 2 + digits, reason));
                }
                let code = u32::from_str_radix(&body[i + 2..i + 2 + count], 16).unwrap_or(u32::MAX);
                if code > 0x10ffff {
                    return Some((i, i + 2 + count, "illegal Unicode character"));
                }
                i += 1 + count;
            }
            _ => {}
        }
        i += 1;
    }
    None
}
