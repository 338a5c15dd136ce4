//! Numbers, and what is wrong with them.

use super::{Result, TokenKind, Tokenizer};

impl Tokenizer<'_> {
    pub(super) fn number(&mut self) -> Result<()> {
        let (start, line) = (self.at, self.line);
        if self.peek(0) == b'0' {
            let radix = match self.peek(1) | 0x20 {
                b'x' => Some(("hexadecimal", 16)),
                b'o' => Some(("octal", 8)),
                b'b' => Some(("binary", 2)),
                _ => None,
            };
            if let Some((name, radix)) = radix {
                self.at += 2;
                self.radix_digits(name, radix)?;
                self.push(TokenKind::Number, start, line);
                return Ok(());
            }
            self.leading_zeros(start)?;
        } else if self.peek(0) != b'.' {
            self.decimal_digits()?;
        }
        let mut kind = "decimal";
        if self.peek(0) == b'.' {
            self.at += 1;
            if self.peek(0).is_ascii_digit() {
                self.decimal_digits()?;
            }
        }
        if self.peek(0) | 0x20 == b'e' {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                self.at += 1 + sign;
                self.decimal_digits()?;
            } else if sign == 1 {
                self.at += 2;
                return self.fail("invalid decimal literal");
            }
        }
        if self.peek(0) | 0x20 == b'j' {
            self.at += 1;
            kind = "imaginary";
        }
        self.end_of_number(kind)?;
        self.push(TokenKind::Number, start, line);
        Ok(())
    }

    fn radix_digits(&mut self, name: &str, radix: u32) -> Result<()> {
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            if !char::from(self.peek(0)).is_digit(radix) {
                return match self.peek(0) {
                    digit @ b'0'..=b'9' => {
                        self.at += 1;
                        self.fail(format!("invalid digit '{}' in {name} literal", char::from(digit)))
                    }
                    _ => self.fail(format!("invalid {name} literal")),
                };
            }
            while char::from(self.peek(0)).is_digit(radix) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                break;
            }
        }
        if self.peek(0).is_ascii_digit() {
            let digit = char::from(self.peek(0));
            self.at += 1;
            return self.fail(format!("invalid digit '{digit}' in {name} literal"));
        }
        self.end_of_number(name)
    }

    fn leading_zeros(&mut self, start: usize) -> Result<()> {
        let mut nonzero = false;
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
                if !self.peek(0).is_ascii_digit() {
                    return self.fail("invalid decimal literal");
                }
            }
            if self.peek(0) != b'0' {
                break;
            }
            self.at += 1;
        }
        let zeros_end = self.at;
        if self.peek(0).is_ascii_digit() {
            nonzero = true;
            self.decimal_digits()?;
        }
        if nonzero && !self.keeps_comments && !matches!(self.peek(0) | 0x20, b'.' | b'e' | b'j') {
            let offset = self.column_at(start);
            let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            let end_offset = self.column_at(zeros_end);
            return self.raised(message.into(), offset, end_offset);
        }
        Ok(())
    }

    fn decimal_digits(&mut self) -> Result<()> {
        loop {
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.peek(0).is_ascii_digit() {
                return self.fail("invalid decimal literal");
            }
        }
    }

    /// A number may be followed by a keyword that begins like one of these, but not by another name.
    fn end_of_number(&mut self, kind: &str) -> Result<()> {
        if self.keeps_comments {
            return Ok(());
        }
        let rest = &self.bytes[self.at..];
        let continues =
            |c: Option<&u8>| c.is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_' || *c >= 0x80);
        let is_word = |k: &str| rest.starts_with(k.as_bytes()) && !continues(rest.get(k.len()));
        if ["and", "else", "for", "or", "not"].into_iter().any(is_word)
            || ["if", "in", "is"].iter().any(|k| rest.starts_with(k.as_bytes()))
        {
            return Ok(());
        }
        if self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_' {
            return self.fail(format!("invalid {kind} literal"));
        }
        Ok(())
    }
}
